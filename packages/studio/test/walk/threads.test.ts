import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { parseLook } from "../../../synthconv/src/look.js";
import { withStudio } from "../site.js";
import { learnExample, lookOfSession, PATIENCE } from "./steps.js";

/** As a static host that sends no headers of its own: pages are then not cross-origin isolated. */
async function withoutHeaders(profile: BrowserContext): Promise<void> {
  await profile.route("**/*", async (route) => {
    const response = await route.fetch();
    const headers = Object.fromEntries(
      Object.entries(response.headers()).filter(([name]) => !name.startsWith("cross-origin-")),
    );
    await route.fulfill({ response, headers });
  });
}

async function learnedBy(page: Page, threads: RegExp): Promise<ReadonlyMap<string, unknown>> {
  await page.locator("footer", { hasText: threads }).waitFor(PATIENCE);
  await page.getByText("How it learns").click();
  await page.getByLabel("Same bits on every machine").check();
  await page.getByText("How it learns").click();
  await learnExample(page, "Faded print", 30);
  return parseLook(await lookOfSession(page), "session").parameters;
}

describe("threads", () => {
  it("calculate where the page is cross-origin isolated, and give the bits that one thread gives on any static host", async (context) => {
    await withStudio(context, async ({ browser, page, server }) => {
      const several = await learnedBy(page, / [2-9]\d* threads\.$/);
      const profile = await browser.newContext({ serviceWorkers: "block" });
      await withoutHeaders(profile);
      const plain = await profile.newPage();
      await plain.goto(server.address);
      expect(await plain.evaluate(() => crossOriginIsolated)).toBe(false);
      expect(await learnedBy(plain, / one thread\.$/)).toEqual(several);
      await profile.unrouteAll({ behavior: "ignoreErrors" });
      await profile.close();
    });
  });
});
