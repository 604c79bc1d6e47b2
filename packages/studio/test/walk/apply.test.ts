import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Download, Locator, Page } from "playwright-core";
import sharp, { type Sharp } from "sharp";
import { applyNetwork, parseLook, serializeLook, synthesize } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { orientationOf, readMetadata } from "../../src/files/index.js";
import { accessibilityFaults, withStudio } from "../site.js";
import { openLookFile, PATIENCE, tintOf } from "./steps.js";

const LOOK = tintOf({ one: [0.2, -0.05, 0.01] }, [4]);

async function download(page: Page, button: Locator): Promise<Buffer> {
  const waiting: Promise<Download> = page.waitForEvent("download", PATIENCE);
  await button.click();
  return await readFile(await (await waiting).path());
}

function photo(width: number, height: number, purpose: string): Sharp {
  const data = Uint8Array.from(uniformNumbers(3 * width * height, purpose), (value) => 255 * value);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** What a zip's central directory lists, each with its bytes: stored, as the studio writes them (APPNOTE.TXT 4.3). */
function unzipped(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let nth = 0; nth < zip.readUInt16LE(end + 10); nth++) {
    expect(zip.toString("latin1", at, at + 4)).toBe("PK\x01\x02");
    expect(zip.readUInt16LE(at + 10)).toBe(0);
    const [size, nameLength, extra, comment] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.set(zip.toString("utf8", at + 46, at + 46 + nameLength), zip.subarray(start, start + size));
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

async function expected(png: Buffer): Promise<Buffer> {
  const pixels = await sharp(png).ensureAlpha().raw().toBuffer();
  applyNetwork(
    synthesize(parseLook(serializeLook(LOOK), "look")),
    new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length),
    { channels: 4 },
  );
  return pixels;
}

/** The browser's own dialogue is nobody's to click: it is closed once, and then there is a folder of the browser's own. */
function choosesFolder(): void {
  let calls = 0;
  Object.assign(globalThis, {
    showDirectoryPicker: async () => {
      if (++calls === 1) throw new DOMException("The user aborted a request.", "AbortError");
      return await (await navigator.storage.getDirectory()).getDirectoryHandle("chosen", { create: true });
    },
  });
}

async function chosenFolder(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("chosen");
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names.sort();
  });
}

describe("applying a look to photos", () => {
  it("gives every photo its bits and its metadata, twins names of their own, what fails a sentence, and a zip of all", async (context) => {
    const exif = { IFD0: { Copyright: "Ada", Make: "Camera" } };
    const jpeg = await photo(60, 40, "jpeg")
      .withExif(exif)
      .withMetadata({ orientation: 6 })
      .withExifMerge(exif)
      .jpeg({ quality: 95 })
      .toBuffer();
    const png = await photo(50, 30, "png").png().toBuffer();
    const clear = await sharp(await photo(20, 10, "clear").png().toBuffer())
      .ensureAlpha(0.5)
      .webp({ lossless: true })
      .toBuffer();
    const files = [
      { name: "beach.jpg", mimeType: "image/jpeg", buffer: jpeg },
      { name: "tower.png", mimeType: "image/png", buffer: png },
      { name: "tower.png", mimeType: "image/png", buffer: png },
      { name: "glass.webp", mimeType: "image/webp", buffer: clear },
      { name: "letter.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Dear Ada") },
      { name: "half.png", mimeType: "image/png", buffer: png.subarray(0, png.length / 2) },
    ];
    await withStudio(context, async ({ page }) => {
      await openLookFile(page, temporaryFolder(), "tint", LOOK);
      const section = page.locator("#apply");
      await section.getByLabel("Pick photos").setInputFiles(files);
      await section.getByRole("button", { name: "Apply to 6 photos" }).click();
      await section.getByText("4 of 6 done").waitFor(PATIENCE);
      // The two that fail come last, when four are done already.
      await section.locator(".faults li").nth(1).waitFor(PATIENCE);
      const failures = await section.locator(".faults li").allTextContents();
      expect(failures).toEqual([
        expect.stringContaining("letter.jpg: expected a photo"),
        expect.stringContaining("half.png: expected a whole photo"),
      ]);
      expect(await accessibilityFaults(page)).toEqual([]);
      const zip = unzipped(await download(page, section.getByRole("button", { name: "Save all as a zip" })));
      expect([...zip.keys()]).toEqual([
        "beach-look.jpg",
        "tower-look.png",
        "tower-look-2.png",
        "glass-look.png",
      ]);
      const tower = zip.get("tower-look.png") as Buffer;
      expect(await sharp(tower).ensureAlpha().raw().toBuffer()).toEqual(await expected(png));
      expect(zip.get("tower-look-2.png")).toEqual(tower);
      const beach = zip.get("beach-look.jpg") as Buffer;
      expect(await sharp(beach).metadata()).toMatchObject({ format: "jpeg", width: 40, height: 60 });
      const metadata = await readMetadata(beach);
      expect(orientationOf(metadata.exif as Uint8Array)).toBe(1);
      expect(Buffer.from(metadata.exif as Uint8Array).includes("Ada")).toBe(true);
      expect(await sharp(zip.get("glass-look.png")).metadata()).toMatchObject({
        format: "png",
        hasAlpha: true,
      });
      const alone = await download(
        page,
        section.getByRole("button", { name: "Save tower-look.png", exact: true }),
      );
      expect(alone).toEqual(tower);
    });
  });

  it("writes into a folder beside what is there, and says by name what the folder does not take", async (context) => {
    const png = await photo(50, 30, "png").png().toBuffer();
    const named = (name: string) => ({ name, mimeType: "image/png", buffer: png });
    await withStudio(context, async ({ page, profile, server }) => {
      await profile.addInitScript(choosesFolder);
      await page.goto(server.address);
      await openLookFile(page, temporaryFolder(), "tint", LOOK);
      const section = page.locator("#apply");
      await section
        .getByLabel("Pick photos")
        .setInputFiles(["tower", "tower", "Tower", "hill"].map((one) => named(`${one}.png`)));
      await section.getByRole("button", { name: "Apply to 4 photos" }).click();
      await section.getByText("4 of 4 done").waitFor(PATIENCE);
      const save = section.getByRole("button", { name: "Save all into a folder" });

      await save.click();
      await section.getByText("No folder was chosen, so nothing was saved.").waitFor();
      await save.click();
      await section.getByText("4 of 4 saved into the folder chosen.").waitFor(PATIENCE);
      expect(await section.getByText("Saved under another name").count()).toBe(0);
      const first = ["Tower-look-3.png", "hill-look.png", "tower-look-2.png", "tower-look.png"];
      expect(await chosenFolder(page)).toEqual(first);

      await save.click();
      await section
        .getByText("tower-look.png was there already and stays as it is; the new one is tower-look-3.png.")
        .waitFor(PATIENCE);
      await expect.poll(() => chosenFolder(page), PATIENCE).toHaveLength(8);
      expect(await accessibilityFaults(page)).toEqual([]);

      // From now on nothing but the hill may be written.
      await page.evaluate(() => {
        const { createWritable } = FileSystemFileHandle.prototype;
        FileSystemFileHandle.prototype.createWritable = async function () {
          if (!this.name.startsWith("hill")) throw new DOMException("Denied.", "NotAllowedError");
          return await createWritable.call(this);
        };
      });
      await save.click();
      await section.getByText("1 of 4 saved into the folder chosen.").waitFor(PATIENCE);
      const unsaved = await section.locator(".faults li").allTextContents();
      expect(unsaved).toEqual(
        ["tower-look.png", "tower-look-2.png", "Tower-look-3.png"].map(
          (name) =>
            `${name}: not saved, the browser was not allowed to write there. Choose the folder again and allow it, or another one.`,
        ),
      );
      expect(await chosenFolder(page)).toHaveLength(9);
    });
  });

  it("is cancelled between photos: what is done stays, the rest is counted, and it can begin again", async (context) => {
    const folder = temporaryFolder();
    const large = await photo(1600, 1000, "large").jpeg().toBuffer();
    const files: string[] = [];
    for (let nth = 0; nth < 30; nth++) {
      files.push(join(folder, `photo-${nth}.jpg`));
      await writeFile(files[nth] as string, large);
    }
    await withStudio(context, async ({ page }) => {
      await openLookFile(page, folder, "tint", LOOK);
      const section = page.locator("#apply");
      await section.getByLabel("Pick photos").setInputFiles(files);
      await section.getByRole("button", { name: "Apply to 30 photos" }).click();
      await section.getByRole("button", { name: "Save photo-0-look.jpg" }).waitFor(PATIENCE);
      await section.getByRole("button", { name: "Cancel" }).click();
      const told = section.getByText(/^Cancelled; \d+ not done\.$/);
      await told.waitFor(PATIENCE);
      const left = Number(/\d+/.exec((await told.textContent()) ?? "")?.[0]);
      const saved = await section.getByRole("button", { name: /^Save photo-/ }).count();
      expect(left).toBeGreaterThan(0);
      expect(saved + left).toBe(30);
      await section.getByLabel("Pick photos").setInputFiles(files.slice(0, 1));
      await section.getByRole("button", { name: "Apply to 1 photo" }).click();
      await section.getByText("1 of 1 done").waitFor(PATIENCE);
    });
  });
});
