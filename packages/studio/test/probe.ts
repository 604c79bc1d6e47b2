/** Modules of the studio alone, in a page of a browser: bundled by vite, on an address that exists in the test only. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build, type Rollup } from "vite";
import type { TestContext } from "vitest";
import { withBrowser } from "../../../test-support/browser.js";

/** A secure context, which WebGPU asks for. */
const ADDRESS = "http://localhost:9/";
/** WebGPU and WebGL 2 without a graphics card, calculated by SwiftShader. */
const SOFTWARE_GRAPHICS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** @param entry what the page imports, beside this file; its exports are at `probe` in the page. */
export async function withProbe(
  context: TestContext,
  entry: string,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  await withBrowser(
    context,
    async (browser) => {
      const code = await bundled(fileURLToPath(new URL(entry, import.meta.url)));
      const page = await browser.newPage();
      await page.route(`${ADDRESS}**`, async (route) => {
        const isCode = route.request().url().endsWith("probe.js");
        await route.fulfill({
          contentType: isCode ? "text/javascript" : "text/html",
          body: isCode
            ? code
            : `<!doctype html><body><script type="module">import * as probe from "./probe.js"; globalThis.probe = probe;</script>`,
        });
      });
      await page.goto(ADDRESS);
      await page.waitForFunction(() => "probe" in globalThis);
      await use(page);
    },
    SOFTWARE_GRAPHICS,
  );
}

async function bundled(entry: string): Promise<string> {
  const built = await build({
    ...{ configFile: false, logLevel: "error", root: fileURLToPath(new URL("..", import.meta.url)) },
    build: {
      write: false,
      minify: false,
      target: "es2023",
      lib: { entry, formats: ["es"] },
      // One file, with what the studio fetches later.
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [{ output }] = built as [Rollup.RollupOutput];
  return output[0].code;
}
