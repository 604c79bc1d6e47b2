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
  await page.getByRole("button", { name: "Evening film", exact: true }).click();
  await page.getByText("Finished").waitFor(PATIENCE);
  await take(page.locator("#start"), "start");
  await take(page.locator(".learn"), "learn");
  const pair = await spoiledPair(page);
  await page.getByRole("button", { name: "New" }).click();
  await page.getByLabel("Pick files").setInputFiles(pair);
  await page.locator("#check .map").waitFor(PATIENCE);
  await page.getByText("Finished").waitFor(PATIENCE);
  await take(page.locator("#check"), "check");
  await blendExamples(page);
  await take(page.locator("#knobs"), "blend");
  await page.getByRole("button", { name: "New" }).click();
  await page.getByRole("button", { name: "Evening film", exact: true }).click();
  await page.getByText("Finished").waitFor(PATIENCE);
  await page.getByRole("switch").check();
  await page.locator(".stage.cut").waitFor(PATIENCE);
  await page.getByText("Finished").waitFor(PATIENCE);
  await take(page.locator(".network"), "broken");
} finally {
  await browser.close();
  await server.close();
}

/** The example's pair as people have theirs: moved by some pixels, and brushed. */
async function spoiledPair(page) {
  const drawn = await page.locator(".example img").evaluateAll((images) =>
    images.slice(0, 2).map((image) => {
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      return { data: [...data], width, height };
    }),
  );
  const [width, height] = [720, 480];
  const [before, after] = await Promise.all(
    drawn.map(({ data, ...size }) =>
      sharp(Uint8Array.from(data), { raw: { ...size, channels: 4 } })
        .removeAlpha()
        .resize(width, height)
        .png()
        .toBuffer(),
    ),
  );
  const brush = `<svg width="${width}" height="${height}"><circle cx="${0.3 * width}" cy="${0.62 * height}" r="${0.12 * height}" fill="#2a6cd0" fill-opacity="0.5"/></svg>`;
  const brushed = await sharp(after)
    .composite([{ input: Buffer.from(brush) }])
    .png()
    .toBuffer();
  const cut = { width: width - 4, height: height - 3 };
  const file = async (name, bytes, left, top) => ({
    name,
    mimeType: "image/png",
    buffer: await sharp(bytes)
      .extract({ left, top, ...cut })
      .png()
      .toBuffer(),
  });
  return [await file("evening.png", before, 0, 0), await file("evening-edited.png", brushed, 4, 3)];
}

/** Three looks of the library as corners of a pad, and a point between them. */
async function blendExamples(page) {
  const library = page.locator("#library");
  for (const name of ["Evening film", "Faded print", "Night cinema"]) {
    await page.getByRole("button", { name, exact: true }).click();
    // The look before is finished, too.
    while ((await page.getByLabel("Name of the look").inputValue()) !== name) await page.waitForTimeout(50);
    await page.getByText("Finished").waitFor(PATIENCE);
    await library.getByRole("button", { name: "Keep this look" }).click();
    const box = library.getByLabel(`Take ${name} into a blend`);
    await box.waitFor(PATIENCE);
    await box.check();
  }
  await library.getByRole("button", { name: "Blend the chosen looks" }).click();
  const pad = page.locator(".pad");
  await pad.getByLabel("From left to right").fill("0.4");
  await pad.getByLabel("From above to below").fill("0.3");
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
