/** What becomes of a photo whose output is there already. */
import { stat } from "node:fs/promises";
import { FileError, readRegularFile } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { checkOutput } from "../../frame/output-file.js";
import type { ApplyRecord } from "./apply-record.js";
import type { PlannedPhoto } from "./plan.js";

export interface ExistingRule {
  readonly force: boolean;
  /** --skip-existing */
  readonly skip: boolean;
  /** --resume: what is there is done if this look and these settings make it of the input. */
  readonly resume: boolean;
  /** Undefined where the output is no folder. */
  readonly record: ApplyRecord | undefined;
}

/**
 * `make`: the photo is made, and written over what is there. `exists`, `done`: it is left as it is. `compare`: it
 * is made, and done if the file that is there has the same bytes.
 */
export type Verdict = "make" | "exists" | "done" | "compare";

/** @throws {FileError} when the output is there and must not be overwritten. */
export async function judgeExisting(
  planned: PlannedPhoto,
  { force, skip, resume, record }: ExistingRule,
): Promise<Verdict> {
  const facts = await stat(planned.output).catch(() => undefined);
  if (facts?.isFile() === true && skip) return "exists";
  if (facts?.isFile() === true && resume) {
    const origin = (await record?.originOf(planned)) ?? "unknown";
    if (origin === "unknown") return "compare";
    return origin === "made" ? "done" : "make";
  }
  await checkOutput(planned.output, { force });
  return "make";
}

/**
 * Whether a file that is there has these very bytes.
 *
 * @throws {FileError} when it has others and must not be overwritten.
 */
export async function hasBytes(path: FilePath, bytes: Uint8Array, force: boolean): Promise<boolean> {
  const there = await readRegularFile(path, "a readable photo");
  if (there.equals(bytes)) return true;
  if (force) return false;
  throw new FileError({
    path,
    expected: "a name that is free, or what this look and these settings make of the photo",
    received: "another file",
    repair: "Overwrite it with --force, keep it with --skip-existing, or choose another name.",
  });
}
