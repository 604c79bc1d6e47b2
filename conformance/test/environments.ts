/** Where the suite runs: this Node, a newer one, and a page of headless Chromium. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { TestContext } from "vitest";
import { availableBackends } from "../../packages/synthconv/dist/kernels/index.js";
import { inBrowser, needBrowser } from "../../test-support/browser.js";
import { serveBuilt } from "../../test-support/built-server.js";
import { need } from "../../test-support/needs.js";
import { kernelForms } from "../dist/forms/index.js";
import { aimedCases } from "../dist/plan.js";
import type { Report } from "../dist/run.js";
import { seedOfTheDay } from "../dist/seed.js";

const root = join(import.meta.dirname, "../..");
const program = join(root, "conformance/run.mjs");
export const SEED: number = seedOfTheDay(process.env);
const DRAWN_FREELY = 300;
const CASES = aimedCases(kernelForms) + DRAWN_FREELY;
const FORMS = kernelForms.map(({ name }) => name);

const installedNode = join(root, "conformance/newer-node/node_modules/node/bin/node");

export interface Environment {
  readonly name: string;
  /** Skips the test, or fails under CI, where this machine lacks it. The suite runs once, at the first call. */
  readonly report: (context: TestContext) => Promise<Report>;
}

const inThisNode = once(() => inNode(process.execPath, FORMS, CASES));
const inNewerNode = once(() => inNode(newerNode() as string, FORMS, CASES));
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
        "no Node with relaxed SIMD: npm ci --prefix conformance/newer-node (190 MB), or set SYNTHCONV_NEWER_NODE to its program",
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
  return [process.env.SYNTHCONV_NEWER_NODE, installedNode].find(
    (path) => path !== undefined && existsSync(path),
  );
}

function once(run: () => Promise<Report>): () => Promise<Report> {
  let report: Promise<Report> | undefined;
  return () => {
    report ??= run();
    return report;
  };
}

/** In its own process, so that environments share the cores of the machine. */
export async function inNode(path: string, forms: readonly string[], cases: number): Promise<Report> {
  const chosen = forms.flatMap((form) => ["--form", form]);
  const child = spawn(path, [program, "--json", "--seed", `${SEED}`, "--cases", `${cases}`, ...chosen], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (part: string) => {
    text += part;
  });
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  // 1 where cases failed, which the report says.
  if (status !== 0 && status !== 1) throw new Error(`${path} ${program} ended with ${status}`);
  return JSON.parse(text) as Report;
}

async function inPage(browser: Browser): Promise<Report> {
  const server = await serveBuilt({ folder: root });
  try {
    const suite = 'import("./conformance/dist/run.js")';
    const run = `suite.runConformance(${JSON.stringify({ seed: SEED, cases: CASES, forms: FORMS })})`;
    return await server.evaluate(browser, "isolated", `${suite}.then((suite) => ${run})`);
  } finally {
    server.close();
  }
}
