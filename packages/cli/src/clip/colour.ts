/**
 * A clip's colours and the filters that bring its frames to RGB of 16 bits and back. ffmpeg's zscale converts, with
 * matrix and range stated both ways: 8 bits of RGB hold fewer colours than 8 bits of YCbCr, and the plain scaler makes
 * 65283 of a white of 16 bits (docs/decisions.md).
 */
import type { FilePath } from "synthconv/node";
import { CommandError } from "../frame/failure.js";
import { type ClipFacts, clipError } from "./clip-facts.js";
import { evenSides, type FrameSizes } from "./even-sides.js";
import { nearestFormat, type PixelFormat } from "./pixel-formats.js";

export interface ClipColours {
  /** zscale's name of the matrix between YCbCr and RGB. */
  readonly matrix: string;
  readonly range: "tv" | "pc";
}

/** H.273's matrices as ffprobe and as zscale call them. */
const MATRICES: Readonly<Record<string, string>> = {
  bt709: "709",
  bt470bg: "470bg",
  smpte170m: "170m",
  fcc: "fcc",
  bt2020nc: "2020_ncl",
};
const HDR: Readonly<Record<string, string>> = { smpte2084: "PQ", "arib-std-b67": "HLG" };
/** Standard definition has BT.601's matrix where nothing is said, as every player takes it. */
const HD_HEIGHT = 720;

/** Of chroma, which 4:2:0 has for every second pixel: of zscale's filters it changes it least on the way and back. */
const CHROMA_FILTER = "f=spline36";

/** @throws {CommandError} HDR, and CLIP for a matrix that is no matrix. */
export function coloursOf({ path, video, pixels, height }: ClipFacts): ClipColours {
  const hdr = HDR[video.color_transfer ?? ""];
  if (hdr !== undefined) throw hdrError(path, hdr);
  const isFull = video.color_range === "pc" || pixels.isRgb || pixels.name.startsWith("yuvj");
  const range = isFull ? "pc" : "tv";
  const stated = video.color_space;
  if (
    pixels.isRgb ||
    stated === undefined ||
    stated === "unknown" ||
    stated === "reserved" ||
    stated === "gbr"
  ) {
    return { matrix: height >= HD_HEIGHT ? "709" : "170m", range };
  }
  const matrix = MATRICES[stated];
  if (matrix !== undefined) return { matrix, range };
  throw clipError(path, `a colour matrix of ${Object.keys(MATRICES).join(", ")}`, stated);
}

function hdrError(path: FilePath, name: string): CommandError {
  const { message } = clipError(
    path,
    "a clip of standard dynamic range",
    `HDR (${name}), which a look would crush`,
    "Map its tones to Rec. 709 first, with ffmpeg's zscale and tonemap filters, say.",
  );
  return new CommandError("HDR", message);
}

/** RGB of 16 bits in planes: green, blue, red, and alpha where the clip has it. */
export function workingFormat({ hasAlpha }: Pick<PixelFormat, "hasAlpha">): string {
  return hasAlpha ? "gbrap16le" : "gbrp16le";
}

/** In which the same samples lie in planes: the clip's own where they do, else the nearest. */
export function planarFormat({
  pixels,
  formats,
}: Pick<ClipFacts, "pixels" | "formats">): PixelFormat | undefined {
  return isConvertible(pixels) ? pixels : nearestFormat(pixels, [...formats.values()].filter(isConvertible));
}

/** From the clip's frames, all made one size: a stream may change it half-way. */
export function toRgb(
  { pixels, formats, video: { chroma_location: place } }: Pick<ClipFacts, "pixels" | "formats" | "video">,
  sizes: FrameSizes,
  { matrix, range }: ClipColours,
  hasAlpha: boolean,
): string {
  const planar = planarFormat({ pixels, formats }) ?? pixels;
  const repack = isConvertible(pixels) ? "" : `format=${planar.name},`;
  const from = pixels.isRgb
    ? "matrixin=gbr:matrix=gbr:rangein=full"
    : `matrixin=${matrix}:matrix=gbr:rangein=${RANGES[range]}`;
  const [width, height] = sizes.worked;
  const convert = `zscale=w=${width}:h=${height}:${from}:range=full:${CHROMA_FILTER}${pixels.isRgb ? "" : placeOf("chromalin", place)}`;
  return `${repack}${evenSides(planar, sizes)}${convert},format=${workingFormat({ hasAlpha })}`;
}

/** Into the format that is encoded, and the size of the clip. RGB does not say where the clip's colours stand. */
export function fromRgb(
  { video: { chroma_location: place } }: Pick<ClipFacts, "video">,
  target: PixelFormat,
  { width, height, worked }: FrameSizes,
  { matrix, range }: ClipColours,
): string {
  const to = target.isRgb
    ? "matrixin=gbr:matrix=gbr:range=full"
    : `matrixin=gbr:matrix=${matrix}:range=${RANGES[range]}${placeOf("chromal", place)}`;
  const isPadded = worked[0] !== width || worked[1] !== height;
  const cut = isPadded ? `,crop=w=${width}:h=${height}:x=0:y=0:exact=1` : "";
  return `zscale=rangein=full:${to}:${CHROMA_FILTER},format=${target.name}${cut}`;
}

function placeOf(option: string, place: string | undefined): string {
  return isStated(place) ? `:${option}=${place}` : "";
}

const RANGES = { tv: "limited", pc: "full" } as const;

/** Planes, which zscale takes; what packs its samples is repacked first, without loss. */
export function isConvertible({ name, isGrey }: PixelFormat): boolean {
  const isPlanar = ["yuv4", "yuvj4", "yuva4", "gbrp", "gbrap"].some((start) => name.startsWith(start));
  return isPlanar && !isGrey && !name.endsWith("be") && !name.includes("f32");
}

/** The colours as the source states them; of what it leaves open nothing is claimed, but the matrix that was used. */
export function colourArguments({ video }: ClipFacts, target: PixelFormat, colours: ClipColours): string[] {
  const { color_primaries: primaries, color_transfer: transfer, chroma_location: place } = video;
  const names = { "709": "bt709", "170m": "smpte170m" } as Readonly<Record<string, string>>;
  const own = isStated(video.color_space) && video.color_space !== "gbr" ? video.color_space : undefined;
  const matrix = target.isRgb ? "rgb" : (own ?? names[colours.matrix] ?? colours.matrix);
  return [
    ...["-colorspace", matrix, "-color_range", target.isRgb ? "pc" : colours.range],
    ...(isStated(primaries) ? ["-color_primaries", primaries] : []),
    ...(isStated(transfer) ? ["-color_trc", transfer] : []),
    ...(isStated(place) && !target.isRgb ? ["-chroma_sample_location", place] : []),
  ];
}

function isStated(value: string | undefined): value is string {
  return value !== undefined && value !== "unknown" && value !== "unspecified";
}
