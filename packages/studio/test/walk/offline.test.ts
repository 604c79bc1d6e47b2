import { createHash } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it, type TestContext } from "vitest";
import { buildStudio } from "../../../../scripts/build-studio.mjs";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { serveStudio } from "../../src/server/index.js";
import { type OpenStudio, withStudio } from "../site.js";
import { learnExample, PATIENCE, untilKept } from "./steps.js";

/** Until all files are kept, and the page's next request goes through them. */
async function keptOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), PATIENCE)
    .toBe(true);
}

describe("the studio without a network", () => {
  it("opens and learns after a first visit that used nothing, which took 170 kB at most in all, compressed", async (context) => {
    await withStudio(context, async ({ page, requested, server, errors }) => {
      const site = await buildStudio({ log: () => {} });
      await keptOffline(page);
      // They come last.
      await expect
        .poll(async () => kernelsOf(await keptFiles(page, server.address)), PATIENCE)
        .toEqual(LESSON_KERNELS);
      const kept = await keptFiles(page, server.address);
      const fetched = requested.map((url) => nameOf(url, server.address));
      const whole = new Set([...kept, ...fetched, "service-worker.js"]);
      expect(await compressedBytes(site, [...whole])).toBeLessThanOrEqual(170_000);
      // Threads too, and what needs a look first is left for later.
      expect([...whole].some((name) => name.startsWith("assets/worker-"))).toBe(true);
      expect(kept.some((name) => name.startsWith("assets/cut-"))).toBe(false);
      await server.close();
      await page.reload();
      await learnExample(page, "Faded print", 30);
      // What that visit left out is refused by a sentence.
      await page
        .locator("#take")
        .getByText("could not be fetched. Look after the network and reload the page")
        .waitFor(PATIENCE);
      errors.length = 0;
    });
  });

  it("is whole once somebody used it, and mends a file whose copy is broken", async (context) => {
    await withStudio(context, async ({ page, server, errors }) => {
      await keptOffline(page);
      await learnExample(page, "Faded print", 30);
      await untilKept(page, ({ phase, look }) => phase === "finished" && look !== undefined);
      const site = await buildStudio({ log: () => {} });
      const all = (await readdir(site, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name !== "service-worker.js")
        .map((entry) => join(entry.parentPath, entry.name).slice(site.length + 1));
      await expect
        .poll(async () => (await keptFiles(page, server.address)).sort(), PATIENCE)
        .toEqual(all.sort());
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
      const take = page.locator("#take");
      await take.scrollIntoViewIfNeeded();
      await take.getByRole("row", { name: /DaVinci Resolve/ }).waitFor(PATIENCE);
      await learnExample(page, "Evening film", 30);
      await page.getByRole("switch").check();
      await page.locator(".stage.cut").waitFor(PATIENCE);
      expect(errors).toEqual([]);
    });
  });

  it("takes a new version whole when it is opened the next time", async (context) => {
    await withOwnSite(context, async ({ page, folder }) => {
      await renewed(folder);
      await page.reload();
      // A slow page finds it waiting as it opens, and takes it then.
      const isTaken = async (): Promise<boolean> => (await page.title()) === "a newer studio";
      await expect.poll(async () => (await isTaken()) || (await newOneWaits(page)), PATIENCE).toBe(true);
      await page.reload();
      await expect.poll(isTaken, PATIENCE).toBe(true);
    });
  });

  it("keeps the old version as long as another tab has it", async (context) => {
    await withOwnSite(context, async ({ page, profile, address, folder }) => {
      const other = await profile.newPage();
      await other.goto(address);
      await keptOffline(other);
      await renewed(folder);
      await page.reload();
      await expect.poll(() => newOneWaits(page), PATIENCE).toBe(true);
      const asked = page.waitForFunction(() => "isAsked" in globalThis);
      await page.addInitScript(() => {
        // As soon as the new version was asked to come, which it answers within the second.
        const { postMessage } = ServiceWorker.prototype;
        ServiceWorker.prototype.postMessage = function (...given: [unknown]) {
          if (given[0] === "replace") Object.assign(globalThis, { isAsked: true });
          postMessage.apply(this, given);
        };
      });
      await page.reload();
      await asked;
      await page.waitForTimeout(1000);
      expect(await newOneWaits(other)).toBe(true);
      expect(await page.title()).not.toBe("a newer studio");
      await other.close();
      await page.reload();
      await expect.poll(() => page.title(), PATIENCE).toBe("a newer studio");
    });
  });
});

/** A site of the test's own, which it may renew, open and kept for use without a network. */
async function withOwnSite(
  context: TestContext,
  use: (own: Pick<OpenStudio, "page" | "profile"> & { address: string; folder: string }) => Promise<void>,
): Promise<void> {
  const folder = join(temporaryFolder(), "site");
  await cp(await buildStudio({ log: () => {} }), folder, { recursive: true });
  await withStudio(context, async ({ page, profile }) => {
    const server = await serveStudio({ port: 0, folder });
    try {
      await page.goto(server.address);
      await keptOffline(page);
      await use({ page, profile, address: server.address, folder });
    } finally {
      await server.close();
    }
  });
}

/** Whether a new version waits for the old one's pages to close. */
function newOneWaits(page: Page): Promise<boolean> {
  return page.evaluate(
    async () => (await navigator.serviceWorker.getRegistration())?.waiting instanceof ServiceWorker,
  );
}

/** Another page under another title, and the service worker that goes with it. */
async function renewed(folder: string): Promise<void> {
  const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64").slice(0, 8);
  const file = join(folder, "index.html");
  const old = await readFile(file, "utf8");
  const next = old.replace("<title>synthconv studio", "<title>a newer studio");
  await writeFile(file, next);
  const worker = join(folder, "service-worker.js");
  const code = await readFile(worker, "utf8");
  // Names and hashes; the one with the page comes first.
  const [first = "", late = ""] = code.match(/\{"[^{}]*\.js":"[^{}]*\}/g) ?? [];
  expect(first).toContain(hashOf(old));
  const newFirst = first.replace(hashOf(old), hashOf(next));
  expect(code).toContain(hashOf(first + late));
  await writeFile(
    worker,
    code.replace(first, newFirst).replace(hashOf(first + late), hashOf(newFirst + late)),
  );
}

/** What an example runs, and a first visit keeps. */
const LESSON_KERNELS = ["entries", "interleaved", "pixel-network-fused", "product", "runs", "updates"];

function kernelsOf(names: readonly string[]): string[] {
  const kernels = names.filter((name) => name.endsWith(".wasm"));
  return kernels.map((name) => name.replace(/^assets\/|-(plain|relaxed)-.*$/g, "")).sort();
}

/** The names of the files that are kept for offline use. */
async function keptFiles(page: Page, address: string): Promise<string[]> {
  const kept = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => url);
  });
  return kept.map((url) => nameOf(url, address));
}

const nameOf = (url: string, address: string): string =>
  url.split(/[?#]/)[0]?.slice(address.length) || "index.html";

/** Bytes of these addresses, compressed. */
async function compressedBytes(site: string, names: readonly string[]): Promise<number> {
  const files = (await readdir(site, { recursive: true })).filter((name) => names.includes(name));
  const sizes = await Promise.all(
    files.map(async (name) => gzipSync(await readFile(join(site, name)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe("the first visit", () => {
  it("takes 180 kB at most, compressed, until something has learned, and one build of each kernel", async (context) => {
    await withStudio(
      context,
      async ({ page, requested, server }) => {
        const site = await buildStudio({ log: () => {} });
        const fetched = (): string[] => requested.map((url) => nameOf(url, server.address));
        await page.locator("footer", { hasText: "thread" }).waitFor(PATIENCE);
        // Once the page stands it fetches ahead what training needs, and threads.
        const ahead = fetched().findIndex((name) => /^assets\/(train|worker)-/.test(name));
        expect(ahead).toBeGreaterThan(3);
        expect(await compressedBytes(site, fetched().slice(0, ahead))).toBeLessThanOrEqual(100_000);
        await learnExample(page, "Faded print", 20);
        const kernels = new Set(fetched().filter((name) => name.endsWith(".wasm")));
        expect([...kernels].some((name) => name.includes("-relaxed-"))).toBe(true);
        // Each once: a build that is the same bytes in both is one file, under either name.
        expect(kernelsOf([...kernels])).toEqual(LESSON_KERNELS);
        // With what shows a look, applies it and takes it away.
        expect(await compressedBytes(site, fetched())).toBeLessThanOrEqual(180_000);
      },
      { profile: { serviceWorkers: "block" } },
    );
  });
});
