// Takes the pictures of docs/studio.md from the built studio: node scripts/studio-pictures.mjs [--chromium PATH]
// They are true because nothing in them is drawn by hand; run it after a change that shows.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { serveStudio } from "../packages/studio/dist/server/index.js";
import { buildStudio } from "./build-studio.mjs";

const { values } = parseArgs({ options: { chromium: { type: "string", default: "/usr/bin/chromium" } } });
const folder = join(dirname(fileURLToPath(import.meta.url)), "../docs/studio");
/** Of a training that is fast enough to wait for and long enough to show histograms that have moved. */
const STEPS = "600";
const PATIENCE = { timeout: 300_000 };

mkdirSync(folder, { recursive: true });
const server = await serveStudio({ port: 0, folder: await buildStudio({ log: say }) });
const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
try {
  const viewport = { width: 1200, height: 900 };
  const page = await browser.newPage({ viewport, colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(server.address);
  await page.getByText("How it learns").click();
  await page.getByLabel("Steps", { exact: true }).fill(STEPS);
  await page.getByLabel("Steps", { exact: true }).press("Tab");
  await page.getByText("How it learns").click();
  await page.getByRole("button", { name: "Evening film" }).click();
  await page.getByText("Finished").waitFor(PATIENCE);
  await take(page.locator("#start"), "start");
  await take(page.locator(".learn"), "learn");
  await page.getByRole("switch").check();
  await page.locator(".stage.cut").waitFor(PATIENCE);
  await page.getByText("Finished").waitFor(PATIENCE);
  await take(page.locator(".network"), "broken");
} finally {
  await browser.close();
  await server.close();
}

/** A part of the page, as a picture that a page of documentation loads quickly. */
async function take(part, name) {
  const png = await part.screenshot();
  await sharp(png)
    .webp({ quality: 80 })
    .toFile(join(folder, `${name}.webp`));
  say(`docs/studio/${name}.webp`);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
