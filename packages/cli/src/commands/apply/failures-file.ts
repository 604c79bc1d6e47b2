/** What failed, for the next program: a file with a JSON document per line, the photos of --json that have an error. */
import { displayPath, FileError, readRegularFile, writeFileAtomically } from "synthconv/internal/node";
import { checkOutput } from "../../frame/output-file.js";

const BRACE = "{".charCodeAt(0);
const MAX_BYTES = 2 ** 28;

/**
 * The list of an earlier run is replaced, nothing else is.
 *
 * @throws {FileError} when the file is there and is no such list.
 * @throws {UsageError} when it is an input.
 */
export async function checkFailuresFile(path: string, inputs: readonly string[]): Promise<void> {
  await checkOutput(path, { force: true, inputs });
  const bytes = await readRegularFile(path, "a list of failures", { maxBytes: MAX_BYTES }).catch((error) => {
    if (error instanceof FileError && error.systemCode === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined || bytes.length === 0 || bytes[0] === BRACE) return;
  throw new FileError({
    path,
    expected: "a name that is free, or the list of failures of an earlier run",
    received: "another file",
    repair: `Give --failures another name than ${displayPath(path)}.`,
  });
}

/** Empty where nothing failed: what an earlier run wrote there is over. */
export async function writeFailures(path: string, failures: readonly object[]): Promise<void> {
  await writeFileAtomically(path, failures.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
