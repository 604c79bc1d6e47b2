import axeCore from "axe-core";
import type { Page } from "puppeteer-core";
import { describe, expect, it } from "vitest";
import { buildStudio } from "../../../../scripts/build-studio.mjs";
import { withFirefox } from "../../../../test-support/firefox.js";
import { lookFromLink } from "../../../synthconv/src/look.js";
import { serveStudio } from "../../src/server/index.js";
// Walks are given time: see there.
import "../site.js";
import { PATIENCE } from "./steps.js";

const button = (name: string): string => `::-p-aria([name="${name}"][role="button"])`;

async function says(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => document.body.textContent?.includes(wanted), PATIENCE, text);
}

async function accessibilityFaults(page: Page): Promise<string[]> {
  // As text of a debugger, which the page's policy does not bind.
  await page.evaluate(axeCore.source);
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axeCore }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  });
}

/** Fewer steps than a person waits for. */
async function setSteps(page: Page, steps: string): Promise<void> {
  await page.locator("::-p-text(How it learns)").click();
  await page.locator('::-p-aria([name="Steps"])').fill(steps);
  await page.keyboard.press("Tab");
}

describe("the studio in Firefox", () => {
  it("stands, learns an example, compares, gives the look as a link, and has it after a reload", async (context) => {
    await withFirefox(context, async (browser) => {
      const server = await serveStudio({ port: 0, folder: await buildStudio({ log: () => {} }) });
      try {
        const page = await browser.newPage();
        const errors: string[] = [];
        const requested: string[] = [];
        page.on("pageerror", (error) => errors.push(String(error)));
        page.on("console", (message) => {
          if (message.type() === "error") errors.push(message.text());
        });
        page.on("request", (request) => requested.push(request.url()));
        await page.goto(server.address);
        await says(page, "Calculates with WebAssembly");
        await setSteps(page, "60");
        await page.locator(button("Evening film")).click();
        await says(page, "Finished");
        await says(page, "To the edit, ΔE 2000");
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.evaluate(() => document.querySelector("#take")?.scrollIntoView());
        const box = await page.waitForSelector(
          '::-p-aria([name="A link that holds the look"][role="textbox"])',
          PATIENCE,
        );
        const link = (await box?.evaluate((input) => (input as HTMLInputElement).value)) ?? "";
        expect(lookFromLink(link).schema.network.channels).toEqual([3, 16, 3]);
        // As much as may be lost.
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await page.reload();
        await says(page, "Finished");
        expect(
          requested.filter((url) => !url.startsWith(server.address) && !/^(blob|data):/.test(url)),
        ).toEqual([]);
        expect(errors).toEqual([]);
      } finally {
        await server.close();
      }
    });
  });
});
