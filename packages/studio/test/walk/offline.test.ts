import { createHash } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { buildStudio } from "../../../../scripts/build-studio.mjs";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { serveStudio } from "../../src/server/index.js";
import { withStudio } from "../site.js";
import { learnExample, PATIENCE } from "./steps.js";

/** Until all files are kept, and the page's next request goes through them. */
async function keptOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), PATIENCE)
    .toBe(true);
}

describe("the studio without a network", () => {
  it("opens and learns, with the parts that it fetches late, and mends a file whose copy is broken", async (context) => {
    await withStudio(context, async ({ page, server, errors }) => {
      await keptOffline(page);
      // A copy that was cut off in the cache.
      const address = await page.evaluate(async () => {
        const [name = ""] = await caches.keys();
        const cache = await caches.open(name);
        const broken = (await cache.keys()).find(({ url }) => /index-.*\.js$/.test(url)) as Request;
        await cache.put(broken, new Response("export", { headers: { "Content-Type": "text/javascript" } }));
        return broken.url;
      });
      await page.reload();
      await page.getByRole("heading", { name: "Start" }).waitFor(PATIENCE);
      const mended = await page.evaluate(
        async (url) => (await (await caches.match(url))?.text())?.length,
        address,
      );
      expect(mended).toBeGreaterThan(1000);
      await server.close();
      await page.reload();
      await learnExample(page, "Faded print", 30);
      await page.getByRole("switch").check();
      await page.locator(".stage.cut").waitFor(PATIENCE);
      expect(errors).toEqual([]);
    });
  });

  it("takes a new version whole when it is opened the next time", async (context) => {
    const folder = join(temporaryFolder(), "site");
    await cp(await buildStudio({ log: () => {} }), folder, { recursive: true });
    await withStudio(context, async ({ page }) => {
      const server = await serveStudio({ port: 0, folder });
      try {
        await page.goto(server.address);
        await keptOffline(page);
        await renewed(folder);
        await page.reload();
        await expect
          .poll(
            () =>
              page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting !== null),
            PATIENCE,
          )
          .toBe(true);
        await page.reload();
        await expect.poll(() => page.title(), PATIENCE).toBe("a newer studio");
      } finally {
        await server.close();
      }
    });
  });
});

/** Another page under another title, and the service worker that goes with it. */
async function renewed(folder: string): Promise<void> {
  const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
  const file = join(folder, "index.html");
  const old = await readFile(file, "utf8");
  const next = old.replace("<title>synthconv studio", "<title>a newer studio");
  await writeFile(file, next);
  const worker = join(folder, "service-worker.js");
  const code = await readFile(worker, "utf8");
  const list = /\{[^{}]*"index\.html":"[0-9a-f]+"[^{}]*\}/.exec(code)?.[0] as string;
  const newList = list.replace(hashOf(old), hashOf(next));
  await writeFile(worker, code.replace(list, newList).replace(hashOf(list), hashOf(newList)));
}

/** Bytes of these addresses, compressed. */
async function compressedBytes(site: string, names: readonly string[]): Promise<number> {
  const files = (await readdir(site, { recursive: true })).filter((name) => names.includes(name));
  const sizes = await Promise.all(
    files.map(async (name) => gzipSync(await readFile(join(site, name)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("the first visit", () => {
  it("takes 170 kB at most, compressed, until a person can begin, 205 until something learns, and one build of each kernel", async (context) => {
    await withStudio(
      context,
      async ({ page, requested, server }) => {
        const site = await buildStudio({ log: () => {} });
        const fetched = (): string[] =>
          requested.map((url) => url.split(/[?#]/)[0]?.slice(server.address.length) || "index.html");
        await page.locator("footer", { hasText: "thread" }).waitFor(PATIENCE);
        // Once the page stands it fetches ahead what training needs, and threads.
        const ahead = fetched().findIndex((name) => /^assets\/(train|worker)-/.test(name));
        expect(ahead).toBeGreaterThan(3);
        expect(await compressedBytes(site, fetched().slice(0, ahead))).toBeLessThanOrEqual(170_000);
        await learnExample(page, "Faded print", 20);
        const kernels = fetched().filter((name) => name.endsWith(".wasm"));
        expect(kernels.length).toBeGreaterThan(3);
        expect(kernels.some((name) => name.includes("-relaxed-"))).toBe(true);
        // A build that is the same bytes in both is one file, under either name.
        const names = kernels.map((name) => name.replace(/-(plain|relaxed)-.*$/, ""));
        expect(new Set(kernels).size).toBe(new Set(names).size);
        // Where threads are, each has the kernels' code; a static host has none.
        const alone = fetched().filter((name) => !name.startsWith("assets/worker-"));
        expect(await compressedBytes(site, alone)).toBeLessThanOrEqual(205_000);
      },
      { profile: { serviceWorkers: "block" } },
    );
  });
});
