import { readFile } from "node:fs/promises";
import type { Download, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { lookFromLink, parseLook, readLookLink, readLut } from "../../../synthconv/src/look.js";
import { orientationOf, readMetadata } from "../../src/files/index.js";
import { accessibilityFaults, type OpenStudio, withStudio } from "../site.js";
import { learnExample, PATIENCE } from "./steps.js";

async function download(page: Page, button: Locator): Promise<Download> {
  const waiting = page.waitForEvent("download", PATIENCE);
  await button.click();
  return await waiting;
}

async function bytesOf(one: Download): Promise<Buffer> {
  return await readFile(await one.path());
}

/** The largest difference between the photo before and under the look, as their canvases have them, in 255ths. */
async function difference(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const [after, before] = [".after canvas", "canvas.layer:last-child"].map((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`#compare ${selector}`);
      return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    }) as [Uint8ClampedArray, Uint8ClampedArray];
    if (after.length !== before.length || after.length === 0) return -1;
    return after.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] as number))), 0);
  });
}

async function compare({ page }: OpenStudio): Promise<void> {
  const section = page.locator("#compare");
  await section.getByText("To the edit, ΔE 2000").waitFor(PATIENCE);
  await section.getByText("Drawn by WebAssembly.").waitFor();
  await expect.poll(() => difference(page), PATIENCE).toBeGreaterThan(10);
  const split = section.getByLabel("Where the split is, before to its left");
  await split.press("ArrowRight");
  expect(await split.inputValue()).toBe("50.5");
  await section.getByLabel("Differences, ΔE 2000").check();
  await section.getByText("ΔE 2000 from 0 (dark) to 10").waitFor();
  await section.getByLabel("Clipped and never seen").check();
  await section.getByText("Red is clipped").waitFor();
  await section.getByLabel("Nothing").check();
  const stage = section.getByLabel(/^Photo before and after the look/);
  await stage.press("1");
  await section.getByText("Zoom 100 %").waitFor();
  await stage.press("+");
  await section.getByText("Zoom 125 %").waitFor();
  await stage.press("ArrowRight");
  await section.getByLabel("Side by side").check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await section.getByLabel("Hold to see before").check();
  await section.getByRole("button", { name: "Hold to see the photo before" }).press("Space");
  await section.getByLabel("Split").check();
  await section.getByRole("button", { name: "Fit" }).click();
}

async function turnKnobs({ page }: OpenStudio): Promise<void> {
  const section = page.locator("#knobs");
  await section.getByRole("slider", { name: "Strength" }).fill("0");
  await expect.poll(() => difference(page), PATIENCE).toBe(0);
  await section.getByRole("button", { name: "Reset Strength" }).click();
  await expect.poll(() => difference(page), PATIENCE).toBeGreaterThan(10);
  await section.getByRole("slider", { name: "Knob amount" }).fill("0.5");
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await section.getByRole("slider", { name: "Knob amount" }).inputValue()).toBe("1");
  await section.getByText("Teach a knob").click();
  await section.getByLabel("Name of knob 1").fill("2 warm");
  await section.getByText("2 warm: expected a letter, then letters, digits, _ or -").waitFor();
  expect(await section.getByRole("button", { name: "Learn with these knobs" }).isDisabled()).toBe(true);
  await section.getByLabel("Name of knob 1").fill("amount");
}

async function applyToPhotos({ page }: OpenStudio): Promise<void> {
  const section = page.locator("#apply");
  const turned = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#8090a0" } })
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Copyright: "Ada" } })
    .jpeg()
    .toBuffer();
  await section.getByLabel("Pick photos").setInputFiles([
    { name: "beach.jpg", mimeType: "image/jpeg", buffer: turned },
    { name: "letter.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Dear Ada") },
    { name: "half.jpg", mimeType: "image/jpeg", buffer: turned.subarray(0, turned.length / 2) },
  ]);
  await section.getByRole("button", { name: "Apply to 3 photos" }).click();
  await section.getByText("1 of 3 done").waitFor(PATIENCE);
  await section.getByText("letter.jpg: expected a photo: JPEG, PNG, WebP, AVIF, GIF or BMP").waitFor();
  await section.getByText("half.jpg: expected a whole photo").waitFor();
  await section.getByText("beach.jpg was turned upright, as its file says.").waitFor();
  const saved = await download(page, section.getByRole("button", { name: "Save beach-look.jpg" }));
  expect(saved.suggestedFilename()).toBe("beach-look.jpg");
  const bytes = await bytesOf(saved);
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 40, height: 60, format: "jpeg" });
  const { exif } = await readMetadata(bytes);
  expect(orientationOf(exif as Uint8Array)).toBe(1);
  expect(Buffer.from(exif as Uint8Array).includes("Ada")).toBe(true);
  const zip = await bytesOf(await download(page, section.getByRole("button", { name: "Save all as a zip" })));
  expect(zip.subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
  expect(zip.includes("beach-look.jpg")).toBe(true);
}

async function takeAway({ page }: OpenStudio): Promise<string> {
  const section = page.locator("#take");
  // Measured where it is seen.
  await section.scrollIntoViewIfNeeded();
  await section.getByRole("row", { name: /DaVinci Resolve/ }).waitFor(PATIENCE);
  const cube = await bytesOf(
    await download(page, section.getByRole("button", { name: "Save DaVinci Resolve" })),
  );
  const { lut } = readLut(cube, "resolve.cube");
  expect(lut.stages).toMatchObject([{ kind: "lut3d", size: 65 }]);
  const glsl = await bytesOf(await download(page, section.getByRole("button", { name: "Save GLSL" })));
  expect(glsl.toString()).toContain("vec3 look(vec3 colour) {");
  const file = await bytesOf(await download(page, section.getByRole("button", { name: "Save Look file" })));
  const look = parseLook(file, "look");
  await page.locator("#knobs").getByRole("slider", { name: "Strength" }).fill("0.6");
  // A link is made where it is seen.
  await section.scrollIntoViewIfNeeded();
  const text = section.getByRole("textbox", { name: "A link that holds the look" });
  await expect.poll(async () => readLookLink(await text.inputValue()).strength, PATIENCE).toBe(0.6);
  const link = await text.inputValue();
  expect(link.length).toBeLessThan(2000);
  expect(lookFromLink(link).schema.network).toEqual(look.schema.network);
  await section.getByLabel("With all its knobs").check();
  await expect
    .poll(async () => {
      const text = await section.getByRole("textbox", { name: "A link that holds the look" }).inputValue();
      return lookFromLink(text).schema.condition;
    }, PATIENCE)
    .toEqual(look.schema.condition);
  await section.getByText("As a command").click();
  expect(await section.locator("pre").first().textContent()).toMatch(/^npx synthconv apply/);
  return link;
}

describe("a look that was learned", () => {
  it("is compared, turned by its knobs, applied to photos, and taken away", async (context) => {
    await withStudio(context, async (studio) => {
      const { page, profile, server, browser } = studio;
      await learnExample(page, "Evening film", 150);
      await compare(studio);
      await turnKnobs(studio);
      await applyToPhotos(studio);
      const link = await takeAway(studio);
      expect(await accessibilityFaults(page)).toEqual([]);
      const fresh = await browser.newContext();
      const other = await fresh.newPage();
      await other.goto(link);
      await other.getByText("The look of the link is open.").waitFor(PATIENCE);
      const strength = other.locator("#knobs").getByRole("slider", { name: "Strength" });
      expect(await strength.inputValue()).toBe("0.6");
      await other.locator("#take").scrollIntoViewIfNeeded();
      await other.getByRole("row", { name: /DaVinci Resolve/ }).waitFor(PATIENCE);
      await other.goto(`${link.slice(0, -40)}`);
      await other
        .getByText(/^link: expected \d+ characters behind the dot, received \d+: it was cut off/)
        .waitFor(PATIENCE);
      await other.goto("about:blank");
      await other.goto(`${server.address}#look9.AAAA`);
      await other.getByText("link: expected version 1 or older, received version 9").waitFor(PATIENCE);
      await fresh.close();
      expect(profile.pages()).toHaveLength(1);
    });
  }, 180_000);
});
