/** What a LUT is tried in: ffmpeg where it reads the file, which most people have, else OpenColorIO. */
import type { LutFormat } from "synthconv/look";
import { UsageError } from "../frame/failure.js";
import type { Consumer } from "./consumer.js";
import { ffmpegWith } from "./ffmpeg.js";
import { openColorIO } from "./python.js";

/** By the names of formats; of .cube files the ones with curves, which ffmpeg's lut3d does not read. */
const READ_BY_OPENCOLORIO: ReadonlySet<string> = new Set(["cube", "clf", "3dl", "csp", "spi1d", "spi3d"]);

/**
 * @param isLattice whether the file holds one lattice and nothing else.
 * @throws {UsageError} where neither reads it.
 */
export function lutConsumer(format: LutFormat, isLattice: boolean): Consumer {
  if (isLattice && format.ffmpegFilter !== undefined) return ffmpegWith(format.ffmpegFilter);
  if (READ_BY_OPENCOLORIO.has(format.name)) return openColorIO;
  throw new UsageError(
    `--verify: expected a LUT that ffmpeg or OpenColorIO reads, received ${format.title}, which neither does`,
  );
}
