import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { withStudio } from "../site.js";
import { PATIENCE, setSteps } from "./steps.js";

async function write(path: string, brighter: number, purpose: string): Promise<string> {
  const [width, height] = [48, 32];
  const data = Uint8Array.from(
    uniformNumbers(3 * width * height, purpose),
    (value) => 200 * value + brighter,
  );
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

/** As the system does it, with real paths, folders among them. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const debuggerOf = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await debuggerOf.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
  }
}

function sources(page: Page): Promise<string[]> {
  return page
    .getByRole("list", { name: "What the look is learned from" })
    .locator("li > span")
    .allTextContents();
}

describe("files that are dropped or pasted", () => {
  it("in folders are matched by name, and those without a partner are named", async (context) => {
    const folder = temporaryFolder();
    const [before, after] = [join(folder, "before"), join(folder, "after")];
    await mkdir(before);
    await mkdir(join(after, "more"), { recursive: true });
    for (const name of ["tower", "beach"]) {
      await write(join(before, `${name}.png`), 0, name);
    }
    await write(join(after, "beach.png"), 40, "beach");
    await write(join(after, "more", "tower.png"), 40, "tower");
    await write(join(before, "alone.png"), 0, "alone");
    await write(join(before, ".hidden.png"), 0, "hidden");
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 20);
      await drop(page, [before, after]);
      await page.getByText("Finished").waitFor(PATIENCE);
      expect((await sources(page)).sort()).toEqual(["beach.png → beach.png", "tower.png → tower.png"]);
      await page.getByText("before/alone.png: there is no second photo that goes with it").waitFor(PATIENCE);
      expect(await page.getByText("hidden").count()).toBe(0);
    });
  });

  it("by themselves are a pair in the order of their names' words, dropped and pasted alike", async (context) => {
    const folder = temporaryFolder();
    const files = [
      await write(join(folder, "lake-edited.png"), 40, "lake"),
      await write(join(folder, "lake.png"), 0, "lake"),
    ];
    await withStudio(context, async ({ page }) => {
      await setSteps(page, 20);
      await drop(page, files);
      await page.getByText("Finished").waitFor(PATIENCE);
      expect(await sources(page)).toEqual(["lake.png → lake-edited.png"]);
      // Text of a web page that is dropped is none of its business.
      await page.evaluate(async () => {
        const draw = async (name: string, grey: number): Promise<File> => {
          const canvas = new OffscreenCanvas(40, 30);
          const context = canvas.getContext("2d");
          for (let x = 0; x < 40; x++) {
            if (context === null) continue;
            context.fillStyle = `rgb(${4 * x + grey} ${5 * x} ${6 * x})`;
            context.fillRect(x, 0, 1, 30);
          }
          return new File([await canvas.convertToBlob({ type: "image/png" })], name, { type: "image/png" });
        };
        const clipboardData = new DataTransfer();
        clipboardData.items.add(await draw("hill-before.png", 0));
        clipboardData.items.add(await draw("hill-after.png", 30));
        dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      });
      await expect
        .poll(() => sources(page), PATIENCE)
        .toEqual(["lake.png → lake-edited.png", "hill-before.png → hill-after.png"]);
    });
  });
});
