import { displayPath, FileError, refuseIrregular } from "synthconv/internal/node";
/** Outputs that must not be overwritten: inputs never, other files only with --force. */

import { stat } from "node:fs/promises";
import type { FilePath } from "synthconv/node";
import { UsageError } from "./failure.js";
import { STREAM } from "./standard-input.js";

/**
 * @param inputs files that the output must not be, whatever `force` says.
 * @throws {UsageError} when the output is an input, or stdout.
 * @throws {FileError} when it exists and `force` is not set, or is no regular file.
 */
export async function checkOutput(
  output: FilePath,
  { force, inputs = [] }: { force: boolean | undefined; inputs?: readonly FilePath[] },
): Promise<void> {
  refuseEmpty(output);
  if (output === STREAM) {
    throw new UsageError(
      "--output: expected a file's name, received -: stdout has the report (a file of that name is ./-)",
    );
  }
  const facts = await stat(output).catch(() => undefined);
  if (facts === undefined) return;
  await (await FileIdentities.of(inputs)).refuse(output);
  refuseIrregular(facts, output, "a name that is free");
  if (force === true) return;
  throw new FileError({
    path: output,
    expected: "a name that is free",
    received: "a file that exists",
    repair: "Overwrite it with --force, or choose another name.",
  });
}

/** @throws {UsageError} for an empty name, as an unset variable of a shell script leaves it. */
export function refuseEmpty(output: FilePath): void {
  if (output.length === 0) throw new UsageError('--output: expected a name, received an empty one, ""');
}

/** Files known by device and inode: links, other spellings and file systems blind to case are seen through. */
export class FileIdentities {
  readonly #files = new Map<string, FilePath>();

  static async of(files: readonly FilePath[]): Promise<FileIdentities> {
    const identities = new FileIdentities();
    for (const file of files) await identities.add(file);
    return identities;
  }

  /** The file that has the identity of this one; undefined where none does. */
  async sameAs(path: FilePath): Promise<FilePath | undefined> {
    const identity = await identityOf(path);
    return identity === undefined ? undefined : this.#files.get(identity);
  }

  async add(path: FilePath): Promise<void> {
    const identity = await identityOf(path);
    if (identity !== undefined) this.#files.set(identity, path);
  }

  /** @throws {UsageError} when the output is one of the files. */
  async refuse(output: FilePath): Promise<void> {
    const input = await this.sameAs(output);
    if (input === undefined) return;
    throw new UsageError(
      `--output: ${displayPath(output)} is the input ${displayPath(input)}, and inputs are never overwritten: ` +
        "choose another place",
    );
  }
}

async function identityOf(path: FilePath): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts && `${facts.dev}:${facts.ino}`;
}
