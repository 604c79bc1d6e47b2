/** Folders for tests, gone afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const { folder, remove } = newFolder();
  onTestFinished(remove);
  return folder;
}

/** An empty folder for all tests of the file or block that asks for it, gone after the last. */
export function sharedTemporaryFolder(): string {
  const { folder, remove } = newFolder();
  afterAll(remove);
  return folder;
}

function newFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "synthconv-test-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
