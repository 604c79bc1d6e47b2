/** The codecs that clips are written in. Another is one row. */
import { alternatives } from "../alternatives.js";
import { UsageError } from "../frame/failure.js";
import type { PixelFormat } from "./pixel-formats.js";

export interface EncodeSettings {
  readonly crf: number | undefined;
  readonly preset: string | undefined;
}

export interface ClipCodec {
  /** As ffprobe calls it. */
  readonly name: string;
  /** ffmpeg's encoders of it, the best first. */
  readonly encoders: readonly string[];
  /** Of constant quality: the lower, the finer. Undefined for codecs without it. */
  readonly crf?: { readonly usual: number; readonly most: number };
  /** Undefined for codecs without them. */
  readonly presets?: readonly string[];
  /** Whether 4:2:0 and 4:2:2 need sides that are even. */
  readonly evenSides?: boolean;
  /** @param pixels as they are encoded. */
  arguments(settings: EncodeSettings, pixels: PixelFormat, encoder: string): readonly string[];
}

const X26X = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"];
const SVT = Array.from({ length: 14 }, (_, speed) => String(speed));

function quality(usual: number, { crf = usual }: EncodeSettings): string[] {
  return ["-crf", String(crf)];
}

export const CLIP_CODECS: readonly ClipCodec[] = [
  {
    name: "h264",
    encoders: ["libx264"],
    crf: { usual: 18, most: 51 },
    presets: X26X,
    evenSides: true,
    arguments: (settings) => [...quality(18, settings), "-preset", settings.preset ?? "medium"],
  },
  {
    name: "hevc",
    encoders: ["libx265"],
    crf: { usual: 20, most: 51 },
    presets: X26X,
    evenSides: true,
    arguments: (settings) => [
      ...quality(20, settings),
      // Without hvc1 QuickTime does not play it; x265 writes lines of its own past ffmpeg's level.
      ...["-preset", settings.preset ?? "medium", "-tag:v:0", "hvc1", "-x265-params", "log-level=error"],
    ],
  },
  {
    name: "av1",
    encoders: ["libsvtav1", "libaom-av1"],
    crf: { usual: 24, most: 63 },
    presets: SVT,
    evenSides: true,
    arguments: (settings, _, encoder) => [
      ...quality(24, settings),
      ...[encoder === "libsvtav1" ? "-preset" : "-cpu-used", settings.preset ?? "8"],
    ],
  },
  {
    name: "vp9",
    encoders: ["libvpx-vp9"],
    crf: { usual: 24, most: 63 },
    arguments: (settings) => [...quality(24, settings), "-b:v", "0", "-row-mt", "1"],
  },
  {
    name: "prores",
    encoders: ["prores_ks"],
    arguments: (_, { chroma }) => ["-profile:v", chroma[0] === 0 ? "4444" : "hq", "-vendor", "apl0"],
  },
  { name: "ffv1", encoders: ["ffv1"], arguments: () => ["-level", "3", "-slicecrc", "1"] },
];

export const CODEC_NAMES: string = alternatives(CLIP_CODECS.map(({ name }) => name));

/** By its name or by that of an encoder. */
export function codecOfName(text: string): ClipCodec | undefined {
  const asked = text.toLowerCase();
  return CLIP_CODECS.find(({ name, encoders }) => name === asked || encoders.includes(asked));
}

/** @throws {UsageError} for a quality or a preset that the codec does not have. */
export function checkSettings({ name, crf, presets }: ClipCodec, settings: EncodeSettings): void {
  if (settings.crf !== undefined && (crf === undefined || settings.crf > crf.most)) {
    const expected = crf === undefined ? `none with ${name}` : `0 to ${crf.most} with ${name}`;
    throw new UsageError(`--crf: expected ${expected}, received ${settings.crf}`);
  }
  if (settings.preset !== undefined && presets?.includes(settings.preset) !== true) {
    const expected = presets === undefined ? `none with ${name}` : `${alternatives(presets)} with ${name}`;
    throw new UsageError(`--preset: expected ${expected}, received ${settings.preset}`);
  }
}
