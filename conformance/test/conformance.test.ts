/**
 * Generated conformance over every backend of every engine that this machine has, by the seed of the day. What passes is in
 * ../src/judge.ts; `npm run conformance -- --cases 100000` runs more of the same.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { starvedChoices } from "../dist/choices.js";
import { otherEnvironments, SEED, thisNode } from "./environments.js";

// The suite takes 20 to 40 s of processor time an engine, three of which share two cores with the other tests.
// Some three minutes where nothing else runs, and 14 were seen beside much else: time decides nothing here.
const TIMEOUT = 3_600_000;

const others = otherEnvironments.map((one) => [one.name, one] as const);
const environments = [[thisNode.name, thisNode] as const, ...others];

beforeAll(() => {
  console.log(`conformance: SYNTHCONV_CONFORMANCE_SEED=${SEED} gives the cases of this run back`);
});

describe.concurrent("every form of kernel", { timeout: TIMEOUT }, () => {
  it.for(environments)("agrees with float64 and the reference in %s", async ([, { report }], context) => {
    const { failures, failed } = await report(context);
    expect(failures).toEqual([]);
    expect(failed).toBe(0);
  });

  it.for(environments)(
    "ran every way of every kernel often enough in %s",
    async ([, { report }], context) => {
      const { choices, facts } = await report(context);
      expect(starvedChoices(choices, facts)).toEqual([]);
    },
  );

  it.for(environments)(
    "gives the bits of one thread on two and three, in %s",
    async ([, { report }], context) => {
      expect(await report(context)).toMatchObject({ threads: [2, 3], failures: [] });
    },
  );

  it.for(others)("has relaxed SIMD in %s", async ([, { report }], context) => {
    expect((await report(context)).backends).toEqual(["reference", "plain", "relaxed"]);
  });

  it.for(others)("gives the bits of this Node in %s, plain", async ([, { report }], context) => {
    const [here, there] = await Promise.all([thisNode.report(context), report(context)]);
    expect(there.digests).toEqual(here.digests);
  });
});
