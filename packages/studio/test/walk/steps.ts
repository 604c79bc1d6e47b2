/** What walks through the studio have in common. */
import type { Page } from "playwright-core";

/** Slow machines take their time; a walk that hangs fails all the same. */
export const PATIENCE: { readonly timeout: number } = { timeout: 120_000 };

/** So that a test does not wait for fidelity. */
export async function setSteps(page: Page, steps: number): Promise<void> {
  await page.getByText("How it learns").click();
  await page.getByLabel("Steps", { exact: true }).fill(String(steps));
  await page.getByLabel("Steps", { exact: true }).press("Tab");
}

/** Learns an example to its end, in some steps. */
export async function learnExample(page: Page, name: string, steps: number): Promise<void> {
  await setSteps(page, steps);
  await page.getByRole("button", { name }).click();
  await page.getByText("Finished").waitFor(PATIENCE);
}

/** A number beside its name. */
export async function figure(page: Page, name: string): Promise<string> {
  return (await page.locator(".numbers div", { hasText: name }).locator("dd").textContent()) ?? "";
}

/** The sum of all bytes of the photo, to tell one state of it from another. */
export async function photoSum(page: Page): Promise<number> {
  return await page.locator(".photo canvas").evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let sum = 0;
    for (const value of data) sum += value;
    return sum;
  });
}
