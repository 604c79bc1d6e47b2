import { describe, expect, it } from "vitest";
import { WORK_BYTES } from "../../../src/core/index.js";
import { BYTES } from "../../../src/kernels/base/memory.js";
import * as entries from "../../../src/kernels/entries/memory.js";
import * as runs from "../../../src/kernels/runs/memory.js";

describe("the kernels' room before results", () => {
  // It does not grow: what a region had too little room for would be written over the results of a step.
  it("holds all regions of the kernels of entries and of runs", () => {
    const ends = [
      Math.max(...Object.values(entries.PLACES)) + BYTES * entries.CHUNK,
      // The longest: float64 sums of the entries of a line.
      Math.max(...Object.values(runs.PLACES)) + 2 * BYTES * (runs.LONGEST_LINE + 4),
    ];
    for (const end of ends) {
      expect(end).toBeGreaterThan(0);
      expect(end).toBeLessThanOrEqual(WORK_BYTES);
    }
  });
});
