// What docs/studio.md says of the studio's speed: node scripts/measure-studio.mjs [rounds] [--chromium PATH] [--only NAME]
// Each figure in a fresh profile, the rounds in turns. Beside the time on the wall stands what does not depend on other
// programs: the processor time of the page's longest task, and of whole processes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { serveStudio } from "../packages/studio/dist/server/index.js";
import { fitLook, samplePair } from "../packages/synthconv/dist/fit.js";
import { setBackend, startThreads, stopThreads } from "../packages/synthconv/dist/look.js";
import { buildStudio } from "./build-studio.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { chromium: { type: "string", default: "/usr/bin/chromium" }, only: { type: "string" } },
});
const rounds = Number(positionals[0] ?? 3);
const PATIENCE = { timeout: 600_000 };
/** 24 megapixels, as cameras have them. */
const LARGE = { width: 6000, height: 4000 };
const SMALL = { width: 900, height: 600 };
/** The stage of "Compare" then shows 1.5 megapixels. */
const VIEWPORT = { width: 1900, height: 1400 };

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
try {
  const large = await writePair("large", LARGE);
  const small = await writePair("small", SMALL);
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
  return await inStudio({ profile: { serviceWorkers: "block" } }, async ({ page, fetched }) => {
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
  return await inStudio({}, async ({ page, traced }) => {
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
  return await inStudio({}, async ({ page, processor }) => {
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
  return await inStudio({}, async ({ page }) => {
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
  return await inStudio({}, async ({ page, processor }) => {
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
  const here = await inStudio({}, async ({ page, processor }) => {
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
  setBackend("plain");
  await startThreads({ threads: here.threads });
  const photos = await Promise.all(
    small.map(async (path) => {
      const data = await sharp(path).ensureAlpha().raw().toBuffer();
      return { ...SMALL, channels: 4, data: new Uint8Array(data) };
    }),
  );
  const { training, heldOut } = samplePair(...photos, { seed: 0, index: 0, limit: 2 ** 18 });
  const [start, usage] = [performance.now(), process.cpuUsage()];
  await fitLook(
    [
      { samples: training, balance: true },
      { samples: { input: training.input, target: training.input }, settings: { amount: 0 } },
    ],
    {
      knobs: [{ name: "amount", minimum: 0, maximum: 1, default: 1 }],
      ...{ channels: 16, generator: { hidden: [32, 32] }, steps, seed: 0, source: "measured" },
      test: { on: "held-out pixels", examples: [{ samples: heldOut }] },
    },
  );
  const { user, system } = process.cpuUsage(usage);
  const [wall, used] = [(performance.now() - start) / 1000, (user + system) / 1e6];
  await stopThreads();
  return {
    threads: here.threads,
    "s in the browser": here.wall,
    "times as long as in Node": here.wall / wall,
    "processor time, times Node's": here.used / used,
  };
}

/** A fresh browser and profile with the studio open, and what is noted in it. */
async function inStudio({ profile = {} }, use) {
  const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1.5, ...profile });
    await context.addInitScript(note);
    const fetched = [];
    context.on("response", (response) => fetched.push(response));
    const page = await context.newPage();
    const system = await browser.newBrowserCDPSession();
    /** Seconds of the processes that draw and calculate. */
    const processor = async () => {
      const { processInfo } = await system.send("SystemInfo.getProcessInfo");
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    };
    const traced = async (work) => await longestTask(browser, page, work);
    await page.goto(server.address);
    return await use({ page, fetched, processor, traced });
  } finally {
    await browser.close();
  }
}

/** Runs in the page before its own code. */
function note() {
  const measured = { longTasks: [], paints: [], onPaint: undefined };
  globalThis.measured = measured;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) measured.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    putImageData.call(this, image, ...rest);
    const place = this.canvas.closest(".photo") ? "photo" : this.canvas.closest(".after") ? "after" : "other";
    const paint = { time: performance.now(), place, pixels: image.width * image.height };
    measured.paints.push(paint);
    measured.onPaint?.(paint);
  };
  const look = () => {
    if (document.querySelector("button.example") !== null) measured.ready ??= performance.now();
    const done = document.querySelector(".learn progress")?.value ?? 0;
    if (done > 0) measured.learning ??= performance.now();
    if (document.body?.textContent.includes("Finished")) measured.learned ??= performance.now();
  };
  new MutationObserver(look).observe(document, {
    ...{ subtree: true, childList: true, characterData: true, attributes: true },
  });
}

/** By Chromium's own trace, in milliseconds of the page's thread. */
async function longestTask(browser, page, work) {
  await browser.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threads = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const isOfPage = ({ pid, tid }) => threads.some((one) => one.pid === pid && one.tid === tid);
  const tasks = traceEvents.filter((one) => one.name === "RunTask" && isOfPage(one));
  return { longest: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000)) };
}

async function firstPaint(page) {
  const paint = (dropped) =>
    globalThis.measured.paints.find((one) => one.place === "photo" && one.time > dropped);
  const dropped = await page.evaluate(() => globalThis.measured.dropped);
  await page.waitForFunction(paint, dropped, PATIENCE);
  return (await page.evaluate(paint, dropped)).time - dropped;
}

/** As a person drops them: the files are on the page before, so that the time is that of the page. */
async function dropFiles(page, paths) {
  const handle = await page.evaluateHandle(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true });
    return input;
  });
  await handle.setInputFiles(paths);
  await page.evaluate((input) => {
    const transfer = new DataTransfer();
    for (const file of input.files) transfer.items.add(file);
    globalThis.measured.dropped = performance.now();
    dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, handle);
}

/** Waits until all that is fetched ahead is there. @returns how many threads calculate. */
async function prepared(page) {
  const footer = page.locator("footer", { hasText: "thread" });
  await footer.waitFor(PATIENCE);
  const [, threads] = /(\d+) threads/.exec(await footer.textContent()) ?? [];
  return Number(threads ?? 1);
}

async function setSteps(page, steps) {
  await page.getByText("How it learns").click();
  await page.getByLabel("Steps", { exact: true }).fill(String(steps));
  await page.getByLabel("Steps", { exact: true }).press("Tab");
}

async function bytesOf(responses) {
  const sizes = await Promise.all(
    responses.map(async (one) =>
      one.url().startsWith("http") ? gzipSync(await one.body(), { level: 9 }).length : 0,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Clouds, with the noise of a sensor; and the same, warmer. */
async function writePair(name, { width, height }) {
  const coarse = Buffer.from(Array.from({ length: 3 * 45 * 30 }, (_, at) => 40 + (hash(at) % 176)));
  const cloud = sharp(coarse, { raw: { width: 45, height: 30, channels: 3 } }).resize(width, height, {
    kernel: "cubic",
  });
  const { data } = await cloud.raw().toBuffer({ resolveWithObject: true });
  for (let at = 0; at < data.length; at++)
    data[at] = Math.min(255, Math.max(0, data[at] + (hash(at) % 13) - 6));
  const raw = { raw: { width, height, channels: 3 } };
  const paths = [join(folder, `${name}.jpg`), join(folder, `${name}-edited.jpg`)];
  await sharp(data, raw).jpeg({ quality: 90 }).toFile(paths[0]);
  await sharp(data, raw).linear([0.95, 0.9, 0.8], [12, 8, 4]).jpeg({ quality: 90 }).toFile(paths[1]);
  return paths;
}

function hash(number) {
  let mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function short(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
