import type { Page } from "playwright-core";
import { lookFromLink } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { accessibilityFaults, withStudio } from "../site.js";
import { openLookFile, PATIENCE, photoSum, tintOf } from "./steps.js";

/** The mean by which the look moves red, green and blue in the middle of what is compared, in 255ths. */
async function moved(page: Page): Promise<number[]> {
  return await page.evaluate(() => {
    const [after, before] = [".after canvas", "canvas.layer:last-child"].map((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`#compare ${selector}`);
      return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    }) as [Uint8ClampedArray, Uint8ClampedArray];
    if (after.length !== before.length || after.length === 0) return [-1];
    // Where nothing is clipped on either side.
    const sums = [0, 0, 0];
    let count = 0;
    for (let at = 0; at < after.length; at += 4) {
      const isInside = [0, 1, 2].every((channel) => {
        const value = before[at + channel] as number;
        return value > 60 && value < 195;
      });
      if (!isInside) continue;
      count++;
      for (let channel = 0; channel < 3; channel++) {
        sums[channel] =
          (sums[channel] as number) + (after[at + channel] as number) - (before[at + channel] as number);
      }
    }
    return sums.map((sum) => Math.round(sum / count));
  });
}

describe("blending", () => {
  it("styles of a look: the pad goes between any four of them, undo goes back, the link and the command hold the blend", async (context) => {
    const folder = temporaryFolder();
    const styles = tintOf(
      {
        red: [0.2, 0, 0],
        green: [0, 0.2, 0],
        blue: [0, 0, 0.2],
        dark: [-0.2, -0.2, -0.2],
        bright: [0.2, 0.2, 0.2],
      },
      [2],
    );
    await withStudio(context, async ({ page }) => {
      await openLookFile(page, folder, "five", styles);
      await expect.poll(() => moved(page), PATIENCE).toEqual([51, 0, 0]);
      const pad = page.getByRole("group", { name: "Blend of styles" });
      await pad.getByLabel("From left to right").fill("1");
      await expect.poll(() => moved(page), PATIENCE).toEqual([0, 51, 0]);
      await pad.getByLabel("From left to right").fill("0.5");
      await pad.getByLabel("From above to below").fill("0.5");
      await pad.getByText("red 25 %, green 25 %, blue 25 %, dark 25 %").waitFor();
      await pad.getByLabel("Below right").selectOption("bright");
      await expect.poll(() => moved(page), PATIENCE).toEqual([26, 26, 26]);
      await page.locator("#knobs").getByRole("slider", { name: "Strength" }).fill("0.4");
      await expect.poll(() => moved(page), PATIENCE).toEqual([10, 10, 10]);
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Undo" }).click();
      await pad.getByText("red 25 %, green 25 %, blue 25 %, dark 25 %").waitFor();
      const square = pad.locator(".square");
      await square.scrollIntoViewIfNeeded();
      const box = await square.boundingBox();
      await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + 3);
      await pad.getByText(/^(red \d %, )?green 9\d %/).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      const take = page.locator("#take");
      await take.scrollIntoViewIfNeeded();
      await take.getByRole("row", { name: /DaVinci Resolve/ }).waitFor(PATIENCE);
      await take.getByText("As a command").click();
      expect(await take.locator("pre").first().textContent()).toMatch(/--style 'green=0\.9/);
      const link = lookFromLink(
        await take.getByRole("textbox", { name: "A link that holds the look" }).inputValue(),
      );
      expect(link.schema.styles).toBeUndefined();
    });
  });

  it("looks of the library, of other depths and widths: they become the corners of a pad", async (context) => {
    const folder = temporaryFolder();
    await withStudio(context, async ({ page }) => {
      const library = page.locator("#library");
      const keep = library.getByRole("button", { name: "Keep this look" });
      await openLookFile(page, folder, "Warm day", tintOf({ one: [0.2, 0, 0] }, [2]));
      // It has no knobs: none is shown, and the strength holds.
      const knobs = page.locator("#knobs");
      await expect.poll(() => knobs.getByRole("slider").count(), PATIENCE).toBe(1);
      await expect.poll(() => moved(page), PATIENCE).toEqual([51, 0, 0]);
      const whole = await photoSum(page);
      await knobs.getByRole("slider", { name: "Strength" }).fill("0");
      await expect.poll(() => moved(page), PATIENCE).toEqual([0, 0, 0]);
      await expect.poll(() => photoSum(page), PATIENCE).not.toBe(whole);
      await knobs.getByRole("slider", { name: "Strength" }).fill("0.4");
      await keep.click();
      await openLookFile(page, folder, "Cold night", tintOf({ one: [0, 0, 0.2] }, [5, 3, 4]));
      await keep.click();
      await library.getByLabel("Take Warm day into a blend").check();
      expect(await library.getByRole("button", { name: "Blend the chosen looks" }).isDisabled()).toBe(true);
      await library.getByLabel("Take Cold night into a blend").check();
      expect(await accessibilityFaults(page)).toEqual([]);
      await library.getByRole("button", { name: "Blend the chosen looks" }).click();
      await expect
        .poll(() => page.getByLabel("Name of the look").inputValue(), PATIENCE)
        .toBe("Warm day + Cold night");
      // As it was set when it was kept.
      await expect.poll(() => moved(page), PATIENCE).toEqual([20, 0, 0]);
      await knobs.getByLabel("From Warm-day to Cold-night").fill("0.5");
      await expect.poll(() => moved(page), PATIENCE).toEqual([10, 0, 26]);
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => page.getByLabel("Name of the look").inputValue()).toBe("Cold night");
      await library.getByRole("button", { name: "Open Warm day" }).click();
      await expect.poll(() => knobs.getByRole("slider", { name: "Strength" }).inputValue()).toBe("0.4");
    });
  });
});
