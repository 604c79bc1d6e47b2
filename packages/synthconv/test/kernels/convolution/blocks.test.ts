/** How Winograd's way cuts a target into blocks, and what is left of it for the direct way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, joined, type Rectangle } from "../../../src/kernels/convolution/winograd/blocks.js";

const targets = fc.record({
  height: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 60 }),
  /** Groups of tiles in a block. */
  most: fc.integer({ min: 2, max: 12 }),
});

/** Every result of the rectangles, as `row/column`. */
function resultsOf(rectangles: readonly Rectangle[]): string[] {
  return rectangles.flatMap(({ row, column, height, width }) => {
    return Array.from({ length: height * width }, (_, at) => {
      return `${row + Math.floor(at / width)}/${column + (at % width)}`;
    });
  });
}

describe("blocks of Winograd's tiles", () => {
  it("hold every result once", () => {
    fc.assert(
      fc.property(targets, ({ height, width, most }) => {
        const all = resultsOf([{ row: 0, column: 0, height, width }]);
        expect(resultsOf(blocksOf([height, width], most)).sort()).toEqual(all.sort());
      }),
    );
  });

  it("joined hold the same results, whichever of them are", () => {
    fc.assert(
      fc.property(targets, fc.infiniteStream(fc.boolean()), ({ height, width, most }, chosen) => {
        const some = blocksOf([height, width], most).filter(() => chosen.next().value);
        const rectangles = joined(some);
        expect(resultsOf(rectangles).sort()).toEqual(resultsOf(some).sort());
        expect(rectangles.length).toBeLessThanOrEqual(some.length);
      }),
    );
  });

  it("that lie below each other become one", () => {
    const blocks = blocksOf([40, 8], 2);
    expect(blocks.length).toBeGreaterThan(3);
    expect(joined(blocks)).toEqual([{ row: 0, column: 0, height: 40, width: 8 }]);
    expect(joined(blocks.filter((_, index) => index !== 1))).toHaveLength(2);
  });
});
