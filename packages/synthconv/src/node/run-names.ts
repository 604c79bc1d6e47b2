import { readdir } from "node:fs/promises";
import { asFileError } from "./file-error.js";
import type { FilePath } from "./file-path.js";

/**
 * The names in the folder of a training run.
 *
 * @throws {FileError} when it cannot be read.
 */
export async function namesInRun(path: FilePath): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw asFileError(error, path, "the folder of a training run");
  }
}
