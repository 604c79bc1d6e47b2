/**
 * Every form of kernel over every backend of every engine that this machine has, against float64: 1e-6 of the largest
 * number, and whole numbers as the rounded float64 result, except close to a half.
 */
import { describe, expect, it } from "vitest";
import { forms } from "../dist/forms/index.js";
import type { Report, Result } from "../dist/run.js";
import { otherEnvironments, thisNode } from "./environments.js";

// The suite takes 15 s of processor time an engine.
const TIMEOUT = 180_000;

const others = otherEnvironments.map((one) => [one.name, one] as const);
const environments = [[thisNode.name, thisNode] as const, ...others];

function digestsOf(results: readonly Result[]): Record<string, string> {
  return Object.fromEntries(results.map(({ form, name, digest }) => [`${form}: ${name}`, digest]));
}

function select({ results }: Report, backend: string, threads: number): readonly Result[] {
  return results.filter((result) => result.backend === backend && result.threads === threads);
}

describe.concurrent("every form of kernel", { timeout: TIMEOUT }, () => {
  it.for(environments)("agrees with float64 in %s", async ([, { report }], context) => {
    const { backends, results } = await report(context);
    for (const backend of backends) {
      const tested = new Set(results.filter((one) => one.backend === backend).map(({ form }) => form));
      expect([...tested]).toEqual(forms.map(({ name }) => name));
    }
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it.for(environments)("gives the bits of one thread on three, in %s", async ([, { report }], context) => {
    const all = await report(context);
    expect(all).toMatchObject({ threads: 3 });
    for (const backend of all.backends) {
      const threaded = digestsOf(select(all, backend, 3));
      expect(Object.keys(threaded).length).toBeGreaterThan(0);
      expect(digestsOf(select(all, backend, 1))).toMatchObject(threaded);
    }
  });

  it.for(others)("has relaxed SIMD in %s", async ([, { report }], context) => {
    expect((await report(context)).backends).toEqual(["reference", "plain", "relaxed"]);
  });

  it.for(others)("gives the bits of this Node in %s, plain", async ([, { report }], context) => {
    const [here, there] = await Promise.all([thisNode.report(context), report(context)]);
    const bits = (all: Report) => {
      return digestsOf(select(all, "plain", 1).filter(({ isReproducible }) => isReproducible));
    };
    expect(bits(there)).toEqual(bits(here));
  });
});
