/** What the segments of a JPEG say. */
import type { FileHandle } from "node:fs/promises";
import type { FileFacts } from "./file-facts.js";
import { estimateJpegQuality } from "./jpeg-quality.js";

export async function readJpegFacts(file: FileHandle): Promise<FileFacts> {
  return { jpegQuality: await estimateJpegQuality(file) };
}
