import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { freeName } from "../../src/files/index.js";
import { withProbe } from "../probe.js";
import type * as Probe from "./folder-probe.js";

declare const probe: typeof Probe;

describe("a name that is free", () => {
  it.each([
    ["a.jpg", [], "a.jpg"],
    ["a.jpg", ["a.jpg"], "a-2.jpg"],
    ["a.jpg", ["a.jpg", "a-2.jpg"], "a-3.jpg"],
    ["a.b.jpg", ["a.b.jpg"], "a.b-2.jpg"],
    ["a", ["a"], "a-2"],
    ["two\nlines.jpg", ["two\nlines.jpg"], "two\nlines-2.jpg"],
  ])("for %j beside %j is %j", async (name, taken, free) => {
    expect(await freeName(name, (one) => taken.includes(one))).toBe(free);
  });
});

/** Writes one after the other; the names they got. */
async function written(page: Page, there: readonly string[], names: readonly string[]) {
  return await page.evaluate(
    async ([before, wanted]) => {
      const folder = await probe.newFolder();
      for (const name of before) await probe.writeInto(folder, { name, blob: new Blob([`old ${name}`]) });
      await folder.getDirectoryHandle("folder.jpg", { create: true });
      const got: string[] = [];
      for (const [nth, name] of wanted.entries()) {
        got.push(await probe.writeInto(folder, { name, blob: new Blob([`new ${nth}`]) }));
      }
      return { got, texts: await probe.textsOf(folder) };
    },
    [there, names] as const,
  );
}

describe("writing into a folder", () => {
  it("leaves every file and folder that is there as it is, whatever the names", async (context) => {
    await withProbe(context, "./files/folder-probe.ts", async (page) => {
      const names = ["a.jpg", "a-2.jpg", "a-3.jpg", "é.jpg", "folder.jpg", "x", "a.b.jpg"];
      for (let seed = 0; seed < 20; seed++) {
        const chosen = [...uniformNumbers(12, `names ${seed}`)].map(
          (value) => names[Math.floor(value * names.length)] as string,
        );
        const there = [...new Set(chosen.slice(0, 4))].filter((name) => name !== "folder.jpg");
        const { got, texts } = await written(page, there, chosen.slice(4));
        const wanted: Record<string, string | null> = { "folder.jpg": null };
        for (const name of there) wanted[name] = `old ${name}`;
        got.forEach((name, nth) => {
          wanted[name] = `new ${nth}`;
        });
        expect(texts, `seed ${seed}`).toEqual(wanted);
        expect(Object.keys(texts), `seed ${seed}`).toHaveLength(1 + there.length + got.length);
      }
    });
  });

  it("leaves nothing half-written, at whatever it fails, and no room for a file is such a failure", async (context) => {
    await withProbe(context, "./files/folder-probe.ts", async (page) => {
      const failures = await page.evaluate(async () => {
        const found: string[] = [];
        for (const stage of probe.STAGES) {
          const folder = await probe.newFolder();
          await probe.writeInto(folder, { name: "a.jpg", blob: new Blob(["old"]) });
          const failing = probe.failingAt(folder, stage, "NotAllowedError");
          const failure = probe.writeInto(failing, { name: "a.jpg", blob: new Blob(["new"]) });
          const name = await failure.then(
            () => "nothing failed",
            (error: DOMException) => error.name,
          );
          found.push(`${stage}: ${name}, ${JSON.stringify(await probe.textsOf(folder))}`);
        }
        return found;
      });
      expect(failures).toEqual(
        ["look", "create", "open", "write", "close"].map(
          (stage) => `${stage}: NotAllowedError, {"a.jpg":"old"}`,
        ),
      );

      const debug = await page.context().newCDPSession(page);
      const { origin } = new URL(page.url());
      await debug.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 100_000 });
      const full = await page.evaluate(async () => {
        const folder = await probe.newFolder();
        const sizes = [10_000, 1_000_000, 10_000];
        const outcomes: string[] = [];
        for (const size of sizes) {
          const file = { name: `${outcomes.length}.jpg`, blob: new Blob([new Uint8Array(size)]) };
          outcomes.push(await probe.writeInto(folder, file).catch((error: DOMException) => error.name));
        }
        return { outcomes, kept: Object.keys(await probe.textsOf(folder)).sort() };
      });
      expect(full).toEqual({
        outcomes: ["0.jpg", "QuotaExceededError", "2.jpg"],
        kept: ["0.jpg", "2.jpg"],
      });
    });
  });
});
