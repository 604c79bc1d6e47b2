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

/** The look's file, as the session that was kept has it. */
export async function lookOfSession(page: Page): Promise<Uint8Array> {
  const numbers = await page.evaluate(async () => {
    const opened = indexedDB.open("synthconv-studio");
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const asked = opened.result.transaction("sessions").objectStore("sessions").getAll();
    await new Promise((resolve) => (asked.onsuccess = resolve));
    return [...(asked.result[0].state.look as Uint8Array)];
  });
  return Uint8Array.from(numbers);
}
