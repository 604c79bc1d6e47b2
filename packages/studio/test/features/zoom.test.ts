import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  byKey,
  FITTED,
  fitZoom,
  moved,
  type Place,
  partOf,
  zoomed,
} from "../../src/features/compare/zoom.js";

const size = (most: number) =>
  fc.record({ width: fc.integer({ min: 1, max: most }), height: fc.integer({ min: 1, max: most }) });
const place: fc.Arbitrary<Place> = fc.record({
  zoom: fc.option(fc.double({ min: 0.01, max: 16, noNaN: true }), { nil: undefined }),
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("the part of a photo that is seen", () => {
  it("lies in the photo, in whole pixels, and its picture is never larger than the part", () => {
    fc.assert(
      fc.property(size(40_000), size(4000), place, (photo, view, where) => {
        const { x, y, width, height, outWidth, outHeight } = partOf(photo, view, where);
        for (const value of [x, y, width, height, outWidth, outHeight])
          expect(Number.isInteger(value)).toBe(true);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(photo.width);
        expect(y + height).toBeLessThanOrEqual(photo.height);
        expect(outWidth).toBeGreaterThan(0);
        expect(outWidth).toBeLessThanOrEqual(width);
        expect(outHeight).toBeLessThanOrEqual(height);
      }),
    );
  });

  it("is the whole photo where it fits, and pixel for pixel at its own size", () => {
    const [photo, view] = [
      { width: 6000, height: 4000 },
      { width: 1200, height: 900 },
    ];
    expect(partOf(photo, view, FITTED)).toMatchObject({
      x: 0,
      y: 0,
      width: 6000,
      height: 4000,
      outWidth: 1200,
    });
    expect(partOf(photo, view, { zoom: 1, x: 0.5, y: 0.5 })).toMatchObject({
      ...{ x: 2400, y: 1550, width: 1200, height: 900, outWidth: 1200, outHeight: 900 },
    });
    expect(fitZoom({ width: 100, height: 100 }, view)).toBe(1);
  });

  it("fits again when it is made as small as that, and moves no further than the edge", () => {
    fc.assert(
      fc.property(size(9000), size(2000), place, (photo, view, where) => {
        expect(zoomed(where, photo, view, 1e-6)).toEqual(FITTED);
        const far = partOf(photo, view, moved(where, photo, view, 1e6, -1e6));
        expect(far.x + far.width).toBeGreaterThanOrEqual(photo.width - 1);
        expect(far.y).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("answers keys, and leaves the others to the page", () => {
    const [photo, view] = [
      { width: 600, height: 400 },
      { width: 300, height: 200 },
    ];
    expect(byKey("+", FITTED, photo, view)?.zoom).toBeCloseTo(0.625);
    expect(byKey("1", FITTED, photo, view)?.zoom).toBe(1);
    expect(byKey("0", { zoom: 3, x: 0.2, y: 0.2 }, photo, view)).toEqual(FITTED);
    expect(byKey("ArrowRight", { zoom: 1, x: 0.5, y: 0.5 }, photo, view)?.x).toBeCloseTo(0.625);
    expect(byKey("Tab", FITTED, photo, view)).toBeUndefined();
  });
});
