import fc from "fast-check";
import { expect } from "vitest";
import { equalBytes } from "./equal-bytes.js";

// The same cases on every run: a suite that fails by chance is not believed. Explore with another seed:
// SYNTHCONV_FC_SEED=$RANDOM npm test
fc.configureGlobal({ seed: Number(process.env.SYNTHCONV_FC_SEED ?? 20261123) });
expect.addEqualityTesters([equalBytes]);
