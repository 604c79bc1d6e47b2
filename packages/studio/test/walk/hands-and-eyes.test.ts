import type { CDPSession, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults, withStudio } from "../site.js";
import { PATIENCE, setSteps } from "./steps.js";

const PHONE = {
  viewport: { width: 390, height: 800 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: "reduce",
} as const;

/** Two fingers that move apart, as a touch screen tells it. */
async function spread(debugging: CDPSession, { x, y }: { x: number; y: number }): Promise<void> {
  const fingers = (gap: number) => [
    { x: x - gap, y, id: 0 },
    { x: x + gap, y, id: 1 },
  ];
  await debugging.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(20) });
  for (const gap of [30, 45, 60]) {
    await debugging.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: fingers(gap) });
  }
  await debugging.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** What is wider than its place: the page itself, or a control whose text does not fit. */
async function overflowing(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "button, .button, legend, h1, h2, h3, label > span",
    );
    const found = [...controls].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1);
    const page = document.documentElement.scrollWidth > innerWidth + 1 ? ["the page"] : [];
    return [...page, ...found.map((one) => `${one.tagName} ${one.textContent}`)];
  });
}

const zoomOf = async (page: Page): Promise<number> =>
  Number(/(\d+) %/.exec((await page.locator("legend", { hasText: "Zoom" }).textContent()) ?? "")?.[1]);

describe("the studio on a phone", () => {
  it("is used by fingers: an example learned, a photo made larger by two of them; nothing moves by itself", async (context) => {
    await withStudio(
      context,
      async ({ page, profile }) => {
        await setSteps(page, 20);
        await page.getByRole("button", { name: "Faded print" }).tap();
        await page.getByText("Finished").waitFor(PATIENCE);
        const stage = page.getByLabel(/^Photo before and after the look/);
        await page.locator(".after canvas").waitFor(PATIENCE);
        await stage.scrollIntoViewIfNeeded();
        const fitted = await zoomOf(page);
        const box = await stage.boundingBox();
        const debugging = await profile.newCDPSession(page);
        await spread(debugging, {
          x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
          y: (box?.y ?? 0) + (box?.height ?? 0) / 2,
        });
        await expect.poll(() => zoomOf(page), PATIENCE).toBeGreaterThan(1.5 * fitted);
        const moving = await page.evaluate(
          () => document.getAnimations().filter(({ playState }) => playState === "running").length,
        );
        expect(moving).toBe(0);
      },
      { profile: PHONE },
    );
  });

  it("is read in letters twice as large: nothing is wider than its place, and axe-core finds nothing", async (context) => {
    await withStudio(
      context,
      async ({ page }) => {
        await page.evaluate(() => {
          document.documentElement.style.fontSize = "200%";
        });
        await setSteps(page, 20);
        await page.getByRole("button", { name: "Faded print" }).tap();
        await page.getByText("Finished").waitFor(PATIENCE);
        await page.locator("#take").scrollIntoViewIfNeeded();
        await page.getByRole("row", { name: /DaVinci Resolve/ }).waitFor(PATIENCE);
        expect(await overflowing(page)).toEqual([]);
        expect(await accessibilityFaults(page)).toEqual([]);
      },
      { profile: PHONE },
    );
  });
});
