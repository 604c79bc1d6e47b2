import type { LutFormat } from "synthconv/look";
import { quoteForShell } from "../../frame/shell.js";

export type LutFilter = NonNullable<LutFormat["ffmpegFilter"]>;

/** What ffmpeg is told, word by word: further inputs, the option of the filter, and the filter. */
export interface FfmpegFilter {
  readonly inputs: readonly string[];
  readonly option: "-vf" | "-filter_complex";
  readonly filter: string;
}

/** Without the pixel format in front, ffmpeg would hand its LUT filters 8 bits, and band what has more. */
export function ffmpegFilter(lutFilter: LutFilter, file: string): FfmpegFilter {
  if (lutFilter === "lut3d") {
    const filter = `format=gbrp16le,lut3d=file=${escapeFilterValue(file)}:interp=tetrahedral`;
    return { inputs: [], option: "-vf", filter };
  }
  // Not gbrp16le: haldclut of ffmpeg 5.1 takes the planes of planar whole numbers for one another.
  const format = "format=rgb48le";
  const filter = `[0:v]${format}[photo];[1:v]${format}[look];[photo][look]haldclut`;
  return { inputs: [file], option: "-filter_complex", filter };
}

/** A shell command line with which ffmpeg applies a baked look; undefined where ffmpeg does not read the format. */
export function ffmpegCommand(lutFilter: LutFormat["ffmpegFilter"], file: string): string | undefined {
  if (lutFilter === undefined) return undefined;
  const { inputs, option, filter } = ffmpegFilter(lutFilter, file);
  const files = ["INPUT", ...inputs.map(quoteForShell)].map((input) => `-i ${input}`);
  return ["ffmpeg", ...files, option, quoteForShell(filter), "OUTPUT"].join(" ");
}

/** Two levels, one of the option's value and one of the filter graph (ffmpeg-filters(1), "Notes on filtergraph escaping"). */
function escapeFilterValue(text: string): string {
  return text.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
}
