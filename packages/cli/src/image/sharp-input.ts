/** The image library, set up once, and how files reach it. */
import sharp, { type Sharp, type SharpOptions } from "sharp";
import { bytesOf, type PhotoSource } from "./photo-source.js";

// Every file is read once: a cache of decoded images would only hold memory. The number of threads is left to
// sharp, which takes one where the C library's allocator fragments under many, and all cores elsewhere.
sharp.cache(false);

/**
 * An image of a photo. Names that are not UTF-8 cannot be handed to the image library, nor can those that end
 * in a bracket, which it takes for options: such files are read here.
 */
export async function imageOf(source: PhotoSource, options: SharpOptions): Promise<Sharp> {
  if (typeof source === "string" && !source.endsWith("]")) return sharp(source, options);
  return sharp(await bytesOf(source), options);
}

/** What the image library says went wrong, on one line, without its own file names and repetitions. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^Input (file|buffer) (has|contains) /, "").trim());
  return [...new Set(lines.filter((line) => line !== ""))].slice(0, 2).join("; ");
}

/** Whether that says of a file that its kind is not read, not that it is broken. */
export function isUnsupported(reason: string): boolean {
  return /unsupported|not supported|not implemented|not configured/i.test(reason);
}

export { sharp };
