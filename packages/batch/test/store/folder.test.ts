/** A folder on a disk with a fault: what cannot be looked at is not what is gone. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { nothingLeftOut, StoreError } from "../../src/store/store.js";
import { openStore } from "../../src/store/stores.js";

vi.mock("node:fs/promises", { spy: true });

it("a photo that the disk cannot look at is named beside those that are planned, and is no photo that is gone", async () => {
  const { stat: soundStat } = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
  vi.mocked(stat).mockImplementation((async (path: string, options: { bigint: true }) => {
    if (path.endsWith("b.jpg"))
      throw Object.assign(new Error(`EIO: i/o error, stat '${path}'`), { code: "EIO" });
    return soundStat(path, options);
  }) as never);
  const folder = temporaryFolder();
  const store = openStore(folder);
  for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await store.write(name, Buffer.from(name));

  const leftOut = nothingLeftOut();
  const found: string[] = [];
  for await (const page of store.photos(leftOut, undefined)) found.push(...page.map(({ key }) => key));
  const path = join(folder, "b.jpg");
  const message = `${path}: expected a file that can be looked at, received EIO: i/o error, stat '${path}'`;
  expect(found).toEqual(["a.jpg", "c.jpg"]);
  expect(leftOut.refused).toEqual([{ name: path, reason: message }]);
  await expect(store.facts("b.jpg")).rejects.toThrow(new StoreError(message));
  expect(await store.facts("d.jpg")).toBeUndefined();
});
