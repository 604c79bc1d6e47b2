/** Headless Chromium for tests, where the machine has one. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import type { TestContext } from "vitest";
import { need } from "./needs.js";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The program of a browser; skips (fails under CI) where there is none. `CHROMIUM_PATH` names another one. */
export function needBrowser(context: TestContext): string {
  const path = process.env.CHROMIUM_PATH ?? PATHS.find((candidate) => existsSync(candidate));
  need(
    context,
    path !== undefined && existsSync(path),
    "no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to its program",
  );
  return path as string;
}

/** Runs `use` with a browser, started with these switches; skips (fails under CI) where there is none. */
export async function withBrowser(
  context: TestContext,
  use: (browser: Browser) => Promise<void>,
  args: readonly string[] = [],
): Promise<void> {
  await inBrowser(needBrowser(context), use, args);
}

/** Runs `use` with the browser whose program `needBrowser` found. */
export async function inBrowser<Result>(
  path: string,
  use: (browser: Browser) => Promise<Result>,
  args: readonly string[] = [],
): Promise<Result> {
  // In a container the sandbox of the browser has no user namespaces; the pages are the tests' own.
  const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", ...args] });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}
