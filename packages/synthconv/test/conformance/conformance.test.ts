/**
 * One suite for every form of every kernel, on every backend, with one thread and two, in this Node, in a newer one
 * and in headless Chromium. The other tests of kernels go deeper into each; this one goes everywhere.
 */
import { describe, expect, test } from "vitest";
import { withBrowser } from "../browser.js";
import { need } from "../format/oracles.js";
import { type Conformance, inBrowser, inNode, newerNode, type Outcome } from "./environments.js";

const THREADS = [1, 2];
const NEWER_NODE =
  "this Node has no relaxed SIMD: npm install node@24 in a folder of its own, and set SYNTHCONV_NEWER_NODE to its " +
  "node_modules/node/bin/node";

const here: Promise<Conformance> = inNode(process.execPath, THREADS);
let newer: Promise<Conformance> | undefined;

/** The suite in a Node that has relaxed SIMD: this one, or another; undefined where there is none. */
async function withRelaxed(): Promise<Conformance | undefined> {
  if ((await here).backends.includes("relaxed")) return here;
  if (newerNode !== undefined) newer ??= inNode(newerNode, THREADS);
  return newer;
}

function expectConforms({ started, outcomes }: Conformance, backends: readonly string[]): void {
  expect(started).toEqual(THREADS);
  // NaN is null in JSON, and no number is at most null.
  const wrong = outcomes.filter(({ error, tolerance }) => error === null || !(error < tolerance));
  expect(wrong).toEqual([]);
  const forms = new Set(outcomes.map(({ form }) => form.split(" ")[0]));
  expect([...forms].sort()).toEqual(["applyLut", "applyPixelNetwork", "conv2d", "matmul", "pixelNetwork"]);
  for (const backend of backends) {
    const counts = THREADS.map(
      (count) => outcomes.filter((one) => one.backend === backend && one.threads === count).length,
    );
    expect(counts[0], backend).toBeGreaterThan(500);
    if (backend !== "reference") expect(counts[1], `${backend}, threaded`).toBeGreaterThan(50);
  }
}

/**
 * Digests by form and case, of one backend. Without gelu, which has no kernel: its exponential function is the
 * engine's, and engines differ in its last bit.
 */
function bitsOf({ outcomes }: Conformance, backend: string, threads: number): Map<string, string> {
  const isWanted = (one: Outcome): boolean =>
    one.backend === backend && one.threads === threads && !one.title.includes("gelu");
  return new Map(outcomes.filter(isWanted).map(({ form, title, bits }) => [`${form}: ${title}`, bits]));
}

function expectSameBits(one: Map<string, string>, other: Map<string, string>): void {
  const differing = [...one].filter(([name, bits]) => other.get(name) !== bits);
  expect(differing).toEqual([]);
}

describe("every kernel conforms to float64", { timeout: 300_000 }, () => {
  test("in this Node", async () => {
    const found = await here;
    expectConforms(found, found.backends);
    expect(found.backends).toContain("plain");
  });

  test("in a Node with relaxed SIMD, and the plain build gives the same bits there", async (context) => {
    const found = (await withRelaxed()) as Conformance;
    need(context, found !== undefined, NEWER_NODE);
    expectConforms(found, ["reference", "plain", "relaxed"]);
    expectSameBits(bitsOf(await here, "plain", 1), bitsOf(found, "plain", 1));
  });

  test("in headless Chromium, and the plain build gives the same bits there", async (context) => {
    await withBrowser(context, async (browser) => {
      const found = await inBrowser(browser, THREADS);
      expectConforms(found, ["reference", "plain", "relaxed"]);
      expectSameBits(bitsOf(await here, "plain", 1), bitsOf(found, "plain", 1));
    });
  });

  test("with the bits of one thread on two: the plain build", async () => {
    expectSameBits(bitsOf(await here, "plain", 2), bitsOf(await here, "plain", 1));
  });

  test("with the bits of one thread on two: the relaxed build", async (context) => {
    const found = (await withRelaxed()) as Conformance;
    need(context, found !== undefined, NEWER_NODE);
    expectSameBits(bitsOf(found, "relaxed", 2), bitsOf(found, "relaxed", 1));
  });
});
