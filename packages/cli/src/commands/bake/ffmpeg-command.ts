import type { LutFormat } from "synthconv/look";
import { quoteForShell } from "../../frame/shell.js";

/**
 * A shell command line with which ffmpeg applies a baked look; undefined where ffmpeg does not read the format.
 *
 * Without the pixel format in front, ffmpeg would hand its LUT filters 8 bits, and band what has more.
 */
export function ffmpegCommand(lutFilter: LutFormat["ffmpegFilter"], file: string): string | undefined {
  if (lutFilter === undefined) return undefined;
  if (lutFilter === "lut3d") {
    const filter = `format=gbrp16le,lut3d=file=${escapeFilterValue(file)}:interp=tetrahedral`;
    return `ffmpeg -i INPUT -vf ${quoteForShell(filter)} OUTPUT`;
  }
  // Not gbrp16le: haldclut of ffmpeg 5.1 takes the planes of planar whole numbers for one another.
  const format = "format=rgb48le";
  const filter = `[0:v]${format}[photo];[1:v]${format}[look];[photo][look]haldclut`;
  return `ffmpeg -i INPUT -i ${quoteForShell(file)} -filter_complex ${quoteForShell(filter)} OUTPUT`;
}

/** Two levels, one of the option's value and one of the filter graph (ffmpeg-filters(1), "Notes on filtergraph escaping"). */
function escapeFilterValue(text: string): string {
  return text.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
}
