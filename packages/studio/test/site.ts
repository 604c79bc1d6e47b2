/** The built site in a browser: built where something changed, served on a port of its own, watched for errors and requests. */
import axeCore from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, type TestContext, vi } from "vitest";
import { buildStudio } from "../../../scripts/build-studio.mjs";
import { withBrowser } from "../../../test-support/browser.js";
import { type StudioServer, serveStudio } from "../src/server/index.js";

// A walk takes seconds, and ten times as long on a machine that does ten other things: the limit is for walks that hang.
vi.setConfig({ testTimeout: 240_000 });

/** What a test has of the studio. */
export interface OpenStudio {
  readonly browser: Browser;
  /** A profile of its own. */
  readonly profile: BrowserContext;
  readonly page: Page;
  readonly server: StudioServer;
  /** Addresses that any page of the profile asked for, in order. */
  readonly requested: readonly string[];
  /** What pages threw, and what their consoles called errors; a test takes away what it meant to happen. */
  readonly errors: string[];
}

export interface StudioOptions {
  readonly args?: readonly string[];
  readonly profile?: Parameters<Browser["newContext"]>[0];
}

/** Opens the studio in a fresh profile; fails where the page reported an error that the test did not take away. */
export async function withStudio(
  context: TestContext,
  use: (studio: OpenStudio) => Promise<void>,
  { args = [], profile: settings = {} }: StudioOptions = {},
): Promise<void> {
  await withBrowser(
    context,
    async (browser) => {
      const server = await serveStudio({ port: 0, folder: await buildStudio({ log: () => {} }) });
      const requested: string[] = [];
      const errors: string[] = [];
      try {
        const profile = await browser.newContext(settings);
        profile.on("request", (request) => requested.push(request.url()));
        profile.on("weberror", (error) => errors.push(error.error().message));
        profile.on("console", (message) => {
          if (message.type() === "error") errors.push(message.text());
        });
        const page = await profile.newPage();
        await page.goto(server.address);
        await use({ browser, profile, page, server, requested, errors });
        expect(errors).toEqual([]);
      } finally {
        await server.close();
      }
    },
    args,
  );
}

/** What axe-core finds wrong on the page as it stands, and buttons that have one name, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // As text of a debugger, which the page's policy does not bind.
  await page.evaluate(axeCore.source);
  return await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: typeof axeCore }).axe;
    const { violations } = await axe.run();
    const names = [...document.querySelectorAll("button")].map((one) => one.ariaLabel ?? one.textContent);
    return [
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`),
      ),
      ...names
        .filter((name, at) => names.indexOf(name) < at)
        .map((name) => `two buttons are called ${name}: who speaks to the page cannot tell them apart`),
    ];
  });
}
