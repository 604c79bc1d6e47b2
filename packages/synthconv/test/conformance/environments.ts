/** Where the conformance suite runs: this Node, a newer one with relaxed SIMD, a browser. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";

export interface Outcome {
  readonly form: string;
  readonly title: string;
  readonly backend: string;
  readonly threads: number;
  readonly error: number;
  readonly tolerance: number;
  readonly bits: string;
}

export interface Conformance {
  readonly backends: readonly string[];
  readonly started: readonly number[];
  readonly outcomes: readonly Outcome[];
}

const suite = join(import.meta.dirname, "forms.mjs");
const built = join(import.meta.dirname, "../../dist/");

/** Where a command of another Node is kept in continuous integration: `npm install node@24` in any folder. */
export const newerNode: string | undefined = process.env.SYNTHCONV_NEWER_NODE;

/** In a process of its own, whose threads and kernel memory are nobody else's. */
export async function inNode(program: string, threads: readonly number[]): Promise<Conformance> {
  const script =
    `import { conformance } from ${JSON.stringify(pathToFileURL(suite).href)};` +
    `const found = await conformance(${JSON.stringify(pathToFileURL(built).href)}, ${JSON.stringify(threads)});` +
    "process.stdout.write(JSON.stringify(found));";
  const { stdout } = await promisify(execFile)(program, ["--input-type=module", "-e", script], {
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}

/** On a page that may share memory with its workers. */
export async function inBrowser(browser: Browser, threads: readonly number[]): Promise<Conformance> {
  const server = createServer(async ({ url = "" }, response) => {
    const path = url.slice(1);
    const file = path === "forms.mjs" ? suite : join(built, path);
    const body = path === "" ? "<!doctype html>" : await readFile(file).catch(() => undefined);
    if (body === undefined) response.statusCode = 404;
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Content-Type", path === "" ? "text/html" : "text/javascript");
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // As text: the test runner would rewrite the import of a function. JSON has no NaN, so it goes as a string.
    return await page.evaluate(
      `import("./forms.mjs").then(({ conformance }) => conformance(location.href, ${JSON.stringify(threads)}))`,
    );
  } finally {
    server.close();
  }
}
