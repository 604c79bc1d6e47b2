import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { coverageOf } from "../../../synthconv/src/look/index.js";
import { accessibilityFaults, withStudio } from "../site.js";
import { openLookFile, PATIENCE, tintOf } from "./steps.js";

/** Of a canvas of the stage: the photo before is the topmost layer, what lies over the look is beneath it. */
interface Counted {
  /** Shares of the pixels with a red above the limit, and of those that have each of the marks' colours. */
  readonly bright: number;
  readonly red: number;
  readonly blue: number;
  readonly sum: number;
}

async function counted(page: Page, which: "before" | "overlay", limit = 255): Promise<Counted> {
  return await page.locator("#compare canvas.layer").evaluateAll(
    (canvases, [one, most]) => {
      const canvas = canvases.at(one === "before" ? -1 : -2) as HTMLCanvasElement | undefined;
      const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let [bright, red, blue, sum] = [0, 0, 0, 0];
      for (let at = 0; at < data.length; at += 4) {
        const [first, alpha] = [data[at] as number, data[at + 3]];
        if (first > most) bright++;
        if (first === 230 && alpha === 255) red++;
        if (first === 40 && alpha === 255) blue++;
        sum = (31 * sum + first + (data[at + 1] as number)) % 1_000_003;
      }
      const pixels = data.length / 4;
      return { bright: bright / pixels, red: red / pixels, blue: blue / pixels, sum };
    },
    [which, limit] as const,
  );
}

async function shareOf(page: Page, name: string): Promise<number> {
  const text = await page.locator("#compare .numbers div", { hasText: name }).locator("dd").textContent();
  return Number.parseFloat(text ?? "") / 100;
}

/** Area of the drawn histogram of a channel in the right quarter of the chart. */
async function rightQuarter(page: Page, channel: string): Promise<number> {
  const path = (await page.locator(`#compare .histogram path.${channel}`).getAttribute("d")) ?? "";
  const points = [...path.matchAll(/L([\d.]+) ([\d.]+)/g)].map(
    (match) => [Number(match[1]), Number(match[2])] as const,
  );
  return points.filter(([x]) => x > 192 && x < 252).reduce((sum, [, y]) => sum + 96 - y, 0);
}

describe("comparing", () => {
  it("marks what is clipped and never seen, where it is, with its share; histogram and waveform are of the look", async (context) => {
    // What it saw is dark: whatever is brighter was never seen.
    const seen = Float32Array.from({ length: 3 * 4096 }, (_, at) => ((at * 7919) % 1000) / 2500);
    const plain = tintOf({ one: [0.3, 0, 0] }, [3]);
    const look = { ...plain, schema: { ...plain.schema, coverage: coverageOf([seen]) } };
    await withStudio(context, async ({ page }) => {
      await openLookFile(page, temporaryFolder(), "red", look);
      const section = page.locator("#compare");
      await section.getByText("To the photo before, ΔE 2000").waitFor(PATIENCE);
      const { bright: clipped } = await counted(page, "before", 255 * 0.7 + 0.5);
      expect(clipped).toBeGreaterThan(0.05);
      expect(await shareOf(page, "Clipped")).toBeCloseTo(clipped, 1);
      expect(await shareOf(page, "Never seen")).toBeGreaterThan(0.2);
      await section.getByLabel("Clipped and never seen").check();
      await section.getByText("Red is clipped").waitFor();
      const marks = await counted(page, "overlay");
      expect(marks.red).toBeCloseTo(clipped, 1);
      expect(marks.blue).toBeGreaterThan(0.1);
      expect(await rightQuarter(page, "red")).toBeGreaterThan(await rightQuarter(page, "blue"));
      await page.locator("#knobs").getByRole("slider", { name: "Strength" }).fill("0");
      await expect.poll(() => shareOf(page, "Clipped"), PATIENCE).toBe(0);
      const paths = section.locator(".waveform path");
      expect(await paths.count()).toBe(4);
      expect((await paths.last().getAttribute("d"))?.length).toBeGreaterThan(10);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });

  it("is done by keys alone: the split, the zoom, moving, and holding the photo before", async (context) => {
    await withStudio(context, async ({ page }) => {
      await openLookFile(page, temporaryFolder(), "red", tintOf({ one: [0.3, 0, 0] }, [3]));
      const section = page.locator("#compare");
      const stage = section.getByLabel(/^Photo before and after the look/);
      const zoom = async (): Promise<number> =>
        Number.parseInt(/Zoom (\d+)/.exec((await section.textContent()) ?? "")?.[1] ?? "0", 10);
      await expect.poll(zoom, PATIENCE).toBeGreaterThan(0);
      const fitted = await zoom();
      await stage.press("+");
      await expect.poll(zoom, PATIENCE).toBeGreaterThan(fitted);
      await stage.press("-");
      await expect.poll(zoom, PATIENCE).toBe(fitted);
      await stage.press("1");
      await expect.poll(zoom, PATIENCE).toBe(100);
      await stage.press("+");
      await stage.press("+");
      await expect.poll(zoom, PATIENCE).toBe(156);
      const { sum } = await counted(page, "before");
      await stage.press("ArrowRight");
      await expect.poll(async () => (await counted(page, "before")).sum, PATIENCE).not.toBe(sum);
      await stage.press("0");
      await expect.poll(zoom, PATIENCE).toBe(fitted);
      const split = section.getByLabel("Where the split is, before to its left");
      for (const [key, value] of [
        ["Home", "0"],
        ["End", "100"],
        ["ArrowLeft", "99.5"],
      ] as const) {
        await split.press(key);
        expect(await split.inputValue()).toBe(value);
      }
      const clip = (): Promise<string> =>
        section
          .locator("canvas.layer")
          .last()
          .evaluate((canvas: HTMLCanvasElement) => canvas.style.clipPath);
      await expect.poll(clip).toBe("inset(0px 0.5% 0px 0px)");
      await section.getByLabel("Hold to see before").check();
      await expect.poll(clip).toBe("inset(0px 100% 0px 0px)");
      const hold = section.getByRole("button", { name: "Hold to see the photo before" });
      await hold.focus();
      await page.keyboard.down("Space");
      await expect.poll(clip).toBe("none");
      expect(await hold.getAttribute("aria-pressed")).toBe("true");
      await page.keyboard.up("Space");
      await expect.poll(clip).toBe("inset(0px 100% 0px 0px)");
    });
  });
});
