/** The pool in headless Chromium, on pages that may share memory and on pages that may not. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withBrowser } from "../../../../../test-support/browser.js";
import { type BuiltServer, serveBuilt } from "../../../../../test-support/built-server.js";

interface Outcome {
  readonly threads: number;
  readonly reason?: string;
  readonly bits: string;
}

const passesFile = join(import.meta.dirname, "passes.mjs");
const builtFolder = join(import.meta.dirname, "../../../dist/");

let server: BuiltServer;
let inNode: Outcome;

beforeAll(async () => {
  const { passes } = (await import(pathToFileURL(passesFile).href)) as {
    passes: (built: string, threads: number) => Promise<Outcome>;
  };
  inNode = await passes(pathToFileURL(builtFolder).href, 1);
  server = await serveBuilt({ files: { "passes.mjs": passesFile } });
});
afterAll(() => server.close());

/** What an expression gives on a page; `passes` is the module beside this file. */
function onPage<Result>(browser: Browser, kind: "isolated" | "open", expression: string): Promise<Result> {
  return server.evaluate(browser, kind, `import("./passes.mjs").then((passes) => ${expression})`);
}

describe("threads in a browser", () => {
  it("give the bits that Node gives, with 1, 2 and 3 threads", async (context) => {
    await withBrowser(context, async (browser) => {
      for (const threads of [1, 2, 3]) {
        const outcome = await onPage(browser, "isolated", `passes.passes(location.href, ${threads})`);
        expect(outcome).toEqual({ ...inNode, threads });
      }
    });
  });

  it("take part while the page is busy; their errors reach it", async (context) => {
    await withBrowser(context, async (browser) => {
      const error = await onPage(browser, "isolated", "passes.errorOfWorker(location.href)");
      expect(error).toMatch(/^ValueError VALUE .*expected one of none, /);
    });
  });

  it("are one thread, and say why, on a page that may not share memory", async (context) => {
    await withBrowser(context, async (browser) => {
      const outcome = await onPage<Outcome>(browser, "open", "passes.passes(location.href, 2)");
      const { threads, reason, bits } = outcome;
      expect({ threads, bits }).toEqual(inNode);
      expect(reason).toContain("Cross-Origin-Opener-Policy: same-origin");
    });
  });
});
