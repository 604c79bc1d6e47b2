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

/** What the store has of a session, as far as walks look at it. */
interface KeptSession {
  readonly name: string;
  readonly phase: string;
  readonly step: number;
  readonly strength: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** The look's file. */
  readonly look: readonly number[] | undefined;
}

/** Of the session that was stored last; undefined where there is none yet. */
async function keptSession(page: Page): Promise<KeptSession | undefined> {
  return await page.evaluate(async () => {
    const opened = indexedDB.open("synthconv-studio");
    // The page is to make it, with what it holds.
    opened.onupgradeneeded = () => opened.transaction?.abort();
    const isThere = await new Promise<boolean>((resolve) => {
      opened.onsuccess = () => resolve(true);
      opened.onerror = () => resolve(false);
    });
    if (!isThere) return undefined;
    const asked = opened.result.transaction("sessions").objectStore("sessions").getAll();
    await new Promise((resolve) => (asked.onsuccess = resolve));
    opened.result.close();
    const [newest] = asked.result.sort((a, b) => b.savedAt - a.savedAt);
    if (newest === undefined) return undefined;
    const { savedAt, state, learned } = newest;
    const look: number[] | undefined = state.look && [...state.look];
    return {
      ...{ name: state.name, strength: state.strength, look },
      ...{ phase: learned.phase, step: learned.step, savedAt },
    };
  });
}

/** A session is written behind its page, so that what shows need not be stored yet: waits for what a walk expects. */
export async function untilKept(
  page: Page,
  isExpected: (kept: KeptSession) => boolean,
): Promise<KeptSession> {
  let kept: KeptSession | undefined;
  const isKept = async (): Promise<boolean> => {
    kept = await keptSession(page);
    return kept !== undefined && isExpected(kept);
  };
  await expect.poll(isKept, PATIENCE).toBe(true);
  return kept as KeptSession;
}

/**
 * The file of the look that the page has learned or opened, as it is kept.
 *
 * @param since before a change by which the session is stored once more, where it had another look that was finished.
 */
export async function lookOfSession(page: Page, since = 0): Promise<Uint8Array> {
  const named = await page.getByLabel("Name of the look").inputValue();
  const { look } = await untilKept(
    page,
    ({ name, phase, look, savedAt }) =>
      name === named && phase === "finished" && look !== undefined && savedAt >= since,
  );
  return Uint8Array.from(look as readonly number[]);
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
