/** What walks through the studio have in common. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Look, serializeLook } from "synthconv/look";
import { expect } from "vitest";

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

/** The look's file, as the session that is kept has it; waits for one, for a session is written behind its page. */
export async function lookOfSession(page: Page): Promise<Uint8Array> {
  const kept = await page.waitForFunction(
    async () => {
      const opened = indexedDB.open("synthconv-studio");
      await new Promise((resolve) => (opened.onsuccess = resolve));
      const asked = opened.result.transaction("sessions").objectStore("sessions").getAll();
      await new Promise((resolve) => (asked.onsuccess = resolve));
      opened.result.close();
      const look = asked.result[0]?.state.look as Uint8Array | undefined;
      return look && [...look];
    },
    undefined,
    PATIENCE,
  );
  return Uint8Array.from((await kept.jsonValue()) as number[]);
}

/** A look that adds a colour, one for each style, without knobs. */
export function tintOf(
  tints: Readonly<Record<string, readonly [number, number, number]>>,
  hidden: readonly number[],
): Look {
  const channels = [3, ...hidden, 3];
  const numbers = channels
    .slice(1)
    .reduce((sum, outputs, at) => sum + outputs * ((channels[at] as number) + 1), 0);
  const names = Object.keys(tints);
  const table = new Float32Array(names.length * numbers);
  names.forEach((name, at) => {
    table.set(tints[name] as readonly number[], (at + 1) * numbers - 3);
  });
  return {
    schema: {
      condition: [],
      ...(names.length > 1 && { styles: names.map((name) => ({ name })) }),
      network: { channels, activation: "relu", residual: true },
      generator: { kind: "free" },
      colourSpace: "srgb",
    },
    parameters: new Map([["generator.table", table]]),
  };
}

/** Opens a look by its file. */
export async function openLookFile(page: Page, folder: string, name: string, look: Look): Promise<void> {
  const path = join(folder, `${name}.safetensors`);
  await writeFile(path, serializeLook(look));
  await page.getByLabel("Pick files").setInputFiles(path);
  await expect.poll(() => page.getByLabel("Name of the look").inputValue(), PATIENCE).toBe(name);
}
