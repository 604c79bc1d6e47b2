/** Outputs that are being written now: of two names for one file, the second has to wait and see the first. */
import { stat } from "node:fs/promises";
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

/** Names that some file system takes for one, and the file that is there by now: a link leads elsewhere. */
async function keysOf(output: FilePath): Promise<string[]> {
  const facts = await stat(output, { bigint: true }).catch(() => undefined);
  const name = displayPath(output).normalize("NFC").toLowerCase();
  return facts === undefined ? [name] : [name, `${facts.dev}:${facts.ino}`];
}
