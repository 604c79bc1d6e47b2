/** Headless Firefox for tests, over WebDriver BiDi, where the machine has one. */
import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";
import type { TestContext } from "vitest";
import { need } from "./needs.js";

const PATHS = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/** Runs `use` with a browser; skips (fails under CI) where there is none. `FIREFOX_PATH` names another one. */
export async function withFirefox(
  context: TestContext,
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const path = process.env.FIREFOX_PATH ?? PATHS.find((candidate) => existsSync(candidate));
  need(
    context,
    path !== undefined && existsSync(path),
    "no Firefox: install it (Debian: apt-get install firefox-esr) or set FIREFOX_PATH to its program",
  );
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: path as string });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}
