/** Outputs that are being written now: of two names for one file, the second has to wait and see the first. */
import { readlink, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { displayPath } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";

export class OutputClaims {
  readonly #held = new Map<string, Promise<unknown>>();

  /** Does the work while no other has a claim on what may be the same file. */
  async during<Result>(output: FilePath, work: () => Promise<Result>): Promise<Result> {
    const keys = await keysOf(output);
    for (;;) {
      const other = keys.map((key) => this.#held.get(key)).find((one) => one !== undefined);
      if (other === undefined) break;
      await other.catch(() => undefined);
    }
    const result = work();
    for (const key of keys) this.#held.set(key, result);
    try {
      return await result;
    } finally {
      for (const key of keys) this.#held.delete(key);
    }
  }
}

/** Names that some file system takes for one, and the file that is there by now. */
async function keysOf(output: FilePath): Promise<string[]> {
  const facts = await stat(output, { bigint: true }).catch(() => undefined);
  const name = displayPath(await linkEnd(output))
    .normalize("NFC")
    .toLowerCase();
  return facts === undefined ? [name] : [name, `${facts.dev}:${facts.ino}`];
}

// As Linux follows them.
const MOST_LINKS = 40;

/** The name that a link leads to, also where nothing is there yet: who writes to it writes there. */
async function linkEnd(output: FilePath): Promise<Buffer> {
  // Names are bytes: each becomes one character, and goes back.
  let path = normalize(Buffer.from(output).toString("latin1"));
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = await readlink(Buffer.from(path, "latin1"), "latin1").catch(() => undefined);
    if (target === undefined) break;
    path = isAbsolute(target) ? normalize(target) : join(dirname(path), target);
  }
  return Buffer.from(path, "latin1");
}
