// What docs/studio.md says of the studio's speed: node scripts/measure-studio.mjs [rounds] [--chromium PATH] [--only NAME]
// Each figure in a fresh profile, the rounds in turns. Beside the time on the wall stands what does not depend on other
// programs: the processor time of the page's longest task, and of whole processes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { serveStudio } from "../packages/studio/dist/server/index.js";
import { buildStudio } from "./build-studio.mjs";
import { inStudio } from "./measure-studio/page.mjs";
import { writePair } from "./measure-studio/photos.mjs";
import { dropFiles, firstPaint, PATIENCE, prepared, setSteps } from "./measure-studio/steps.mjs";
import { trainInNode } from "./measure-studio/train-in-node.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { chromium: { type: "string", default: "/usr/bin/chromium" }, only: { type: "string" } },
});
const rounds = Number(positionals[0] ?? 3);
/** 24 megapixels, as cameras have them. */
const LARGE = { width: 6000, height: 4000 };
const SMALL = { width: 900, height: 600 };

const figures = {
  "first visit": measureVisit,
  "an example, from the click": measureExample,
  "two JPEGs of 24 megapixels": measureDrop,
  "a knob, 1.5 megapixels seen": measureKnob,
  "24 megapixels applied": measureApply,
  "training, against Node": measureTraining,
};

const chosen = Object.entries(figures).filter(([name]) => name.includes(values.only ?? ""));
if (chosen.length === 0 || !(rounds >= 1)) {
  console.error(`measure-studio: expected rounds from 1 and a part of: ${Object.keys(figures).join("; ")}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "synthconv-measure-"));
const server = await serveStudio({ port: 0, folder: await buildStudio({ log: say }) });
const studio = { address: server.address, executablePath: values.chromium };
try {
  const large = await writePair(folder, "large", LARGE);
  const small = await writePair(folder, "small", SMALL);
  const found = {};
  for (let round = 1; round <= rounds; round++) {
    for (const [name, measure] of chosen) {
      say(`round ${round} of ${rounds}: ${name}`);
      for (const [what, value] of Object.entries(await measure({ large, small }))) {
        found[`${name}: ${what}`] ??= [];
        found[`${name}: ${what}`].push(value);
      }
    }
  }
  for (const [name, list] of Object.entries(found)) {
    const sorted = list.toSorted((a, b) => a - b);
    const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
    console.log(`${name}: ${short(median)} (${short(least)} to ${short(most)})`);
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What a first visit fetches, until a person can begin and until something learns; and when a click is answered. */
async function measureVisit() {
  return await inStudio(studio, { serviceWorkers: "block" }, async ({ page, fetched }) => {
    await prepared(page);
    // What comes from there on is fetched ahead, once the page stands.
    const ahead = fetched.findIndex((one) => /\/assets\/(train|worker)-/.test(one.url()));
    const begun = await bytesOf(fetched.slice(0, ahead));
    const threads = await bytesOf(fetched.filter((one) => one.url().includes("/assets/worker-")));
    const ready = await page.evaluate(() => globalThis.measured.ready);
    await page.getByRole("button", { name: "Evening film" }).click();
    await page.waitForFunction(() => globalThis.measured.learning !== undefined, null, PATIENCE);
    return {
      "kB compressed until a person can begin": begun / 1000,
      "kB compressed until something learns": (await bytesOf(fetched)) / 1000,
      "kB of these for threads": threads / 1000,
      "ms until interactive": ready,
    };
  });
}

async function measureExample() {
  return await inStudio(studio, {}, async ({ page, traced }) => {
    await prepared(page);
    const tasks = await traced(async () => {
      await page.evaluate(() => {
        globalThis.measured.clicked = performance.now();
      });
      await page.getByRole("button", { name: "Evening film" }).click();
      await page.getByText("Finished").waitFor(PATIENCE);
    });
    const seen = await page.evaluate(() => globalThis.measured);
    const pictures = seen.paints.filter(({ place }) => place === "photo");
    const first = pictures.findIndex(({ time }) => time > seen.learning);
    const shown = pictures.slice(first, -1);
    return {
      "ms until it learns": seen.learning - seen.clicked,
      "pictures a second while it learns": (1000 * (shown.length - 1)) / (shown.at(-1).time - shown[0].time),
      "ms of the page's longest task": Math.max(0, ...seen.longTasks.map(({ duration }) => duration)),
      "tasks above 100 ms": seen.longTasks.filter(({ duration }) => duration > 100).length,
      "ms of processor time of the page's longest task": tasks.longest,
    };
  });
}

async function measureDrop({ large }) {
  return await inStudio(studio, {}, async ({ page, processor }) => {
    await prepared(page);
    const before = await processor();
    await dropFiles(page, large);
    await page.locator(".photo canvas").waitFor(PATIENCE);
    const paint = await firstPaint(page);
    const until = await processor();
    await page.waitForFunction(() => globalThis.measured.learning !== undefined, null, PATIENCE);
    return {
      "ms from drop to preview": paint,
      "s of processor time from drop to preview": until - before,
      "ms from drop to learning": await page.evaluate(
        () => globalThis.measured.learning - globalThis.measured.dropped,
      ),
    };
  });
}

async function measureKnob({ large }) {
  return await inStudio(studio, {}, async ({ page }) => {
    await prepared(page);
    await setSteps(page, 100);
    await page.getByLabel("Pick files").setInputFiles(large);
    await page.getByText("Finished").waitFor(PATIENCE);
    await page.locator("#compare .after canvas").waitFor(PATIENCE);
    await page.locator("#compare dl.numbers").waitFor(PATIENCE);
    await page.waitForTimeout(3000);
    const found = await page.evaluate(async () => {
      const slider = document.querySelector("#knobs input[type=range]");
      const times = [];
      let pixels = 0;
      for (let nth = 0; nth < 20; nth++) {
        const from = performance.now();
        const painted = new Promise((resolve) => {
          globalThis.measured.onPaint = (paint) => {
            if (paint.place !== "after") return;
            pixels = paint.pixels;
            resolve(undefined);
          };
        });
        slider.value = String(0.3 + 0.03 * nth);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await painted;
        // The frame that shows it ends before the next task.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        times.push(performance.now() - from);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      return { times: times.sort((a, b) => a - b), pixels };
    });
    return {
      "megapixels seen": found.pixels / 1e6,
      "ms from knob to paint, median": found.times[10],
      "ms from knob to paint, worst of twenty": found.times.at(-1),
    };
  });
}

async function measureApply({ large }) {
  return await inStudio(studio, {}, async ({ page, processor }) => {
    await prepared(page);
    await setSteps(page, 100);
    await page.getByRole("button", { name: "Evening film" }).click();
    await page.getByText("Finished").waitFor(PATIENCE);
    await page.waitForTimeout(2000);
    await page.getByLabel("Pick photos").setInputFiles(large[0]);
    const [start, before] = [performance.now(), await processor()];
    await page.getByRole("button", { name: "Apply to 1 photo" }).click();
    const save = page.getByRole("button", { name: /^Save large-look/ });
    await save.waitFor(PATIENCE);
    const waiting = page.waitForEvent("download", PATIENCE);
    await save.click();
    await (await waiting).path();
    return {
      "s until saved": (performance.now() - start) / 1000,
      "s of processor time": (await processor()) - before,
    };
  });
}

/** The same pair, steps and bits: in the page, with all that is shown meanwhile, and by the library in Node. */
async function measureTraining({ small }) {
  const steps = 1500;
  const here = await inStudio(studio, {}, async ({ page, processor }) => {
    const threads = await prepared(page);
    await setSteps(page, steps);
    await page.getByLabel("Same bits on every machine").check();
    const before = await processor();
    await page.getByLabel("Pick files").setInputFiles(small);
    await page.getByText("Finished").waitFor(PATIENCE);
    const used = (await processor()) - before;
    const { learning, learned } = await page.evaluate(() => globalThis.measured);
    return { wall: (learned - learning) / 1000, used, threads };
  });
  const there = await trainInNode(small, SMALL, { steps, threads: here.threads });
  return {
    threads: here.threads,
    "s in the browser": here.wall,
    "times as long as in Node": here.wall / there.wall,
    "processor time, times Node's": here.used / there.used,
  };
}

/** Each file once: the page, its worker and the threads share chunks, which the browser keeps. */
async function bytesOf(responses) {
  const files = new Map(responses.map((one) => [one.url(), one]));
  const sizes = await Promise.all(
    [...files.values()].map(async (one) =>
      one.url().startsWith("http") ? gzipSync(await one.body(), { level: 9 }).length : 0,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function short(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
