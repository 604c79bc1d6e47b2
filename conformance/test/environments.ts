/** Where the suite runs: this Node, a newer one, and a page of headless Chromium. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import type { Browser } from "playwright-core";
import type { TestContext } from "vitest";
import { availableBackends } from "../../packages/synthconv/dist/kernels/index.js";
import { inBrowser, needBrowser } from "../../packages/synthconv/test/browser.js";
import { need } from "../../packages/synthconv/test/format/oracles.js";
import type { Report } from "../dist/run.js";

const root = join(import.meta.dirname, "../..");
const program = join(root, "conformance/run.mjs");
const installedNode = join(root, "conformance/newer-node/node_modules/node/bin/node");

export interface Environment {
  readonly name: string;
  /** Skips the test, or fails under CI, where this machine lacks it. The suite runs once, at the first call. */
  readonly report: (context: TestContext) => Promise<Report>;
}

const inThisNode = once(() => inNode(process.execPath));
const inNewerNode = once(() => inNode(newerNode() as string));
let inChromium: Promise<Report> | undefined;

export const thisNode: Environment = { name: "this Node", report: inThisNode };

export const otherEnvironments: readonly Environment[] = [
  {
    name: "a Node with relaxed SIMD",
    report: (context) => {
      if (availableBackends().includes("relaxed")) return inThisNode();
      need(
        context,
        newerNode() !== undefined,
        "no Node with relaxed SIMD: npm ci --prefix conformance/newer-node (190 MB), or set NEWER_NODE to its program",
      );
      return inNewerNode();
    },
  },
  {
    name: "Chromium",
    report: (context) => {
      const path = needBrowser(context);
      inChromium ??= inBrowser(path, inPage);
      return inChromium;
    },
  },
];

function newerNode(): string | undefined {
  return [process.env.NEWER_NODE, installedNode].find((path) => path !== undefined && existsSync(path));
}

function once(run: () => Promise<Report>): () => Promise<Report> {
  let report: Promise<Report> | undefined;
  return () => {
    report ??= run();
    return report;
  };
}

/** In a process of its own, so that environments share the cores of the machine. */
async function inNode(path: string): Promise<Report> {
  const child = spawn(path, [program, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (part: string) => {
    text += part;
  });
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (status !== 0) throw new Error(`${path} ${program} ended with ${status}`);
  return JSON.parse(text) as Report;
}

async function inPage(browser: Browser): Promise<Report> {
  const server = createServer(async ({ url = "" }, response) => {
    // What a page needs for shared memory.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const isPage = url === "/";
    const body = isPage ? "<!doctype html>" : await readFile(builtFile(url)).catch(() => undefined);
    if (body === undefined) response.statusCode = 404;
    response.setHeader("Content-Type", isPage ? "text/html" : "text/javascript");
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // As text: the test runner would rewrite the import of a function.
    return await page.evaluate<Report>(
      'import("/conformance/dist/run.js").then((suite) => suite.runConformance())',
    );
  } finally {
    server.close();
  }
}

/** The file of an address: built modules and nothing else. */
function builtFile(url: string): string {
  const path = normalize(url).replaceAll("\\", "/");
  if (!/^\/(conformance|packages\/synthconv)\/dist\/.*\.js$/.test(path)) return "";
  return join(root, path);
}
