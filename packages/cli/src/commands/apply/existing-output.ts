/** What becomes of a photo whose output is there already. */
import { stat } from "node:fs/promises";
import { displayPath, FileError, readRegularFile } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { checkOutput, type FileIdentities } from "../../frame/output-file.js";
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
  /** The outputs of this run so far. */
  readonly written: FileIdentities;
}

/**
 * `make`: the photo is made, and written over what is there. `exists`, `done`: it is left as it is. `compare`: it
 * is made, and done if the file that is there has the same bytes.
 */
export type Verdict = "make" | "exists" | "done" | "compare";

/** @throws {FileError} when the output is there and must not be overwritten, or was made by this run of another photo. */
export async function judgeExisting(
  planned: PlannedPhoto,
  { force, skip, resume, record, written }: ExistingRule,
): Promise<Verdict> {
  await refuseWritten(planned.output, written);
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

/** Two names of one file: by a link, or where the file system does not tell `a.jpg` from `A.jpg`. */
async function refuseWritten(output: FilePath, written: FileIdentities): Promise<void> {
  const other = await written.sameAs(output);
  if (other === undefined) return;
  throw new FileError({
    path: output,
    expected: "a file of its own",
    received: `that of ${displayPath(other)}, which this run has written`,
    repair: "Apply the look to the two photos one after the other, into separate folders.",
  });
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
