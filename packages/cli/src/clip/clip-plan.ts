/** How one clip is decoded and written: settled, and refused where it cannot be, before a frame is read. */
import { UsageError } from "../frame/failure.js";
import { type CarriedStreams, carriedStreams } from "./carried-streams.js";
import { type ClipFacts, clipError } from "./clip-facts.js";
import { CLIP_CODECS, type ClipCodec, CODEC_NAMES, checkSettings, type EncodeSettings } from "./codecs.js";
import { type ClipColours, coloursOf, isConvertible } from "./colour.js";
import type { ClipContainer } from "./containers.js";
import type { Ffmpeg } from "./ffmpeg.js";
import { nearestFormat, type PixelFormat } from "./pixel-formats.js";

export interface ClipSettings extends EncodeSettings {
  /** Undefined for the clip's own where the container takes it, else the container's usual one. */
  readonly codec: ClipCodec | undefined;
  /** Seconds of the clip before the first frame. */
  readonly start: number;
  /** Seconds; undefined to the clip's end. */
  readonly duration: number | undefined;
  readonly dropAlpha: boolean;
}

export interface ClipPlan {
  readonly facts: ClipFacts;
  readonly container: ClipContainer;
  readonly codec: ClipCodec;
  /** ffmpeg's name of what encodes. */
  readonly encoder: string;
  /** As they are encoded. */
  readonly pixels: PixelFormat;
  readonly colours: ClipColours;
  /** Of the frames as they are decoded, upright where the container cannot say how they are turned. */
  readonly width: number;
  readonly height: number;
  /** Width and height as the kernels get them: even where colours stand for pairs of pixels, which zscale asks for. */
  readonly worked: readonly [width: number, height: number];
  /** Whether the rotation is said; else the pictures are turned. */
  readonly holdsRotation: boolean;
  readonly isTurned: boolean;
  readonly carried: CarriedStreams;
  readonly warnings: readonly string[];
}

const INTERLACED = ["tt", "bb", "tb", "bt"];
const SDR_PRIMARIES = ["bt709", "unknown", "bt470bg", "smpte170m", "smpte240m"];

/**
 * @throws {CommandError} for a clip that is interlaced, HDR or of odd sides, or a codec that this ffmpeg lacks.
 * @throws {UsageError} for settings that the codec does not have, or a codec that the container does not take.
 */
export async function planClip(
  facts: ClipFacts,
  container: ClipContainer,
  settings: ClipSettings,
  ffmpeg: Ffmpeg,
): Promise<ClipPlan> {
  refuseSource(facts, settings);
  const colours = coloursOf(facts);
  const codec = codecFor(facts, container, settings);
  checkSettings(codec, settings);
  const { encoder, offered } = await encoderOf(codec, facts, ffmpeg);
  const wanted = settings.dropAlpha ? { ...facts.pixels, hasAlpha: false } : facts.pixels;
  const pixels = nearestFormat(wanted, offered);
  if (pixels === undefined) {
    throw clipError(facts.path, `an encoder of colours`, `${encoder}, which takes none`);
  }
  refuseAlpha(facts, pixels, codec, settings);
  // Until version 6 ffmpeg says of no clip that it encodes how it is turned.
  const holdsRotation = container.holdsRotation && !isOld(ffmpeg.version);
  const isTurned = facts.rotation % 180 !== 0 && !holdsRotation;
  const [width, height] = isTurned ? [facts.height, facts.width] : [facts.width, facts.height];
  refuseOddSides(facts, codec, pixels);
  const carried = carriedStreams(facts, container);
  await refuseSound(carried, container, ffmpeg);
  const warnings = [...carried.warnings, ...changesOf(facts, { ...container, holdsRotation }, codec, pixels)];
  return {
    facts,
    container,
    codec,
    encoder,
    pixels,
    colours,
    width,
    height,
    worked: workedSize([width, height], [facts.pixels, pixels]),
    holdsRotation,
    isTurned,
    carried,
    warnings,
  };
}

/** Alpha passes by the look, where it was and is to be. */
export function keepsAlpha({ facts, pixels }: Pick<ClipPlan, "facts" | "pixels">): boolean {
  return facts.pixels.hasAlpha && pixels.hasAlpha;
}

function workedSize([width, height]: readonly [number, number], formats: readonly PixelFormat[]) {
  const inPairs = formats.some(({ chroma }) => chroma[0] > 0 || chroma[1] > 0);
  return inPairs ? ([width + (width % 2), height + (height % 2)] as const) : ([width, height] as const);
}

function isOld(version: string): boolean {
  return version.startsWith("5.") || version.startsWith("n5.");
}

function refuseSource({ path, video, duration }: ClipFacts, { start }: ClipSettings): void {
  if (INTERLACED.includes(video.field_order ?? "")) {
    throw clipError(
      path,
      "a progressive clip",
      `an interlaced one (${video.field_order})`,
      "Deinterlace it first: ffmpeg -i CLIP -vf bwdif -c:a copy PROGRESSIVE.",
    );
  }
  if (duration !== undefined && start >= duration) {
    throw new UsageError(
      `--start: expected a time before the clip's end, ${duration} s, received ${start} s`,
    );
  }
}

/** The encoders that are asked for first, as far as it is known before the clip is. */
export function likelyEncoders(container: ClipContainer, codec: ClipCodec | undefined): readonly string[] {
  const likely = codec ?? CLIP_CODECS.find(({ name }) => name === container.codecs[0]);
  return likely === undefined ? [] : likely.encoders.slice(0, 1);
}

function codecFor({ video }: ClipFacts, container: ClipContainer, { codec }: ClipSettings): ClipCodec {
  if (codec !== undefined && !container.codecs.includes(codec.name)) {
    const expected = `${container.codecs.join(", ")} in ${container.title}`;
    throw new UsageError(
      `--codec: expected ${expected}, received ${codec.name}: choose another container for it`,
    );
  }
  const own = container.codecs.find((name) => name === video.codec_name) ?? container.codecs[0];
  const found = codec ?? CLIP_CODECS.find(({ name }) => name === own);
  if (found === undefined)
    throw new Error(`containers.ts names a codec that codecs.ts does not have: ${own}`);
  return found;
}

/** The first encoder that this ffmpeg has, and what it takes. */
async function encoderOf(
  codec: ClipCodec,
  { formats }: ClipFacts,
  { ffmpeg, version, describe }: Ffmpeg,
): Promise<{ encoder: string; offered: readonly PixelFormat[] }> {
  for (const encoder of codec.encoders) {
    const stdout = await describe(encoder);
    const mark = "Supported pixel formats:";
    const line = stdout.split("\n").find((one) => one.includes(mark));
    if (line === undefined) continue;
    const names = line
      .slice(line.indexOf(mark) + mark.length)
      .trim()
      .split(" ");
    return { encoder, offered: names.flatMap((name) => formats.get(name) ?? []).filter(isConvertible) };
  }
  throw clipError(
    ffmpeg,
    `an ffmpeg that encodes ${codec.name} (${codec.encoders.join(" or ")})`,
    `version ${version} without it`,
    `Choose another --codec (${CODEC_NAMES}), or another ffmpeg with --ffmpeg.`,
  );
}

async function refuseSound(
  { streams }: CarriedStreams,
  { title }: ClipContainer,
  { ffmpeg, version, describe }: Ffmpeg,
): Promise<void> {
  for (const encoder of new Set(streams.flatMap(({ sound }) => sound?.encoder ?? []))) {
    if ((await describe(encoder)).startsWith(`Encoder ${encoder} `)) continue;
    throw clipError(
      ffmpeg,
      `an ffmpeg that encodes sound with ${encoder}, since ${title} does not hold the clip's own`,
      `version ${version} without it`,
      "Write an .mkv, or choose another ffmpeg with --ffmpeg.",
    );
  }
}

function refuseAlpha(
  { path, pixels: source }: ClipFacts,
  pixels: PixelFormat,
  { name }: ClipCodec,
  { dropAlpha }: ClipSettings,
): void {
  if (!source.hasAlpha || pixels.hasAlpha || dropAlpha) return;
  throw clipError(
    path,
    `a codec that holds transparency`,
    `${name}, which does not, for a clip that has it (${source.name})`,
    "Use --codec prores (.mov) or ffv1 (.mkv), or lose it with --drop-alpha.",
  );
}

function refuseOddSides(
  { path, width, height }: ClipFacts,
  codec: ClipCodec,
  { name, chroma }: PixelFormat,
): void {
  const isOdd = (chroma[0] > 0 && width % 2 === 1) || (chroma[1] > 0 && height % 2 === 1);
  if (!isOdd || codec.evenSides !== true) return;
  throw clipError(
    path,
    `sides that are even, for ${codec.name} of ${name}`,
    `${width} x ${height}`,
    "Use --codec vp9 or ffv1 (.mkv), or crop it first.",
  );
}

/** What is not as it was, a sentence each. */
function changesOf(
  { video, pixels: source, rotation }: ClipFacts,
  { title, holdsRotation }: ClipContainer,
  { name }: ClipCodec,
  pixels: PixelFormat,
): string[] {
  const primaries = video.color_primaries ?? "unknown";
  return [
    ...(pixels.bits < source.bits
      ? [`its ${source.bits} bits are written as ${pixels.bits}: ${name} holds no more`]
      : []),
    ...(rotation === 0 || holdsRotation
      ? []
      : [`it is written upright: ${title}, as this ffmpeg writes it, does not say that it is turned`]),
    ...(SDR_PRIMARIES.includes(primaries)
      ? []
      : [
          `its primaries are ${primaries}: the look, which is made for Rec. 709 and sRGB, works on its RGB as it is`,
        ]),
  ];
}
