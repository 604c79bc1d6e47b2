import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/index.js";
import { type ErrorShares, errorShares } from "../../src/pairs/error-shares.js";

const SIZE = { width: 192, height: 128 };
const PIXELS = SIZE.width * SIZE.height;

/** Errors of one standard deviation each, as often as asked for. */
function sharesOf(weights: ErrorShares, draw: number): ErrorShares {
  const stream = new RandomStream({ seed: draw, purpose: "error-shares-test" });
  const mask = new Uint8Array(PIXELS);
  const [x0, y0] = [0.2 + 0.6 * stream.uniform(), 0.2 + 0.6 * stream.uniform()];
  const residuals = new Float32Array(3 * PIXELS);
  const [tilt, bow] = [stream.normal(), 1 + stream.uniform()];
  let [smoothSum, smoothSquares] = [0, 0];
  const places = Array.from({ length: PIXELS }, (_, pixel) => {
    const [x, y] = [(pixel % SIZE.width) / SIZE.width, Math.floor(pixel / SIZE.width) / SIZE.height];
    const value = bow * ((x - 0.5) ** 2 + (y - 0.5) ** 2) + 0.1 * tilt * x;
    smoothSum += value;
    smoothSquares += value * value;
    mask[pixel] = Math.hypot(x - x0, y - y0) < 0.12 ? 1 : 0;
    return value;
  });
  const mean = smoothSum / PIXELS;
  const deviation = Math.sqrt(smoothSquares / PIXELS - mean * mean);
  const masked = mask.reduce((sum, one) => sum + one, 0);
  for (let at = 0; at < residuals.length; at++) {
    const pixel = at % PIXELS;
    residuals[at] =
      mask[pixel] === 1
        ? Math.sqrt((weights.local * PIXELS) / masked)
        : Math.sqrt(weights.smooth) * (((places[pixel] as number) - mean) / deviation) +
          Math.sqrt(weights.fine) * stream.normal();
  }
  return errorShares(residuals, mask, new Float32Array(PIXELS).fill(1), SIZE);
}

describe("what is not colour", () => {
  it.each([
    { local: 0, smooth: 1, fine: 0 },
    { local: 0, smooth: 0, fine: 1 },
    { local: 0.5, smooth: 0, fine: 0.5 },
    { local: 0.3, smooth: 0.6, fine: 0.1 },
    { local: 0.2, smooth: 0.3, fine: 0.5 },
  ])("is told apart by where it lies: %j", (weights) => {
    for (let draw = 1; draw <= 4; draw++) {
      const found = sharesOf(weights, draw);
      for (const kind of ["local", "smooth", "fine"] as const) {
        expect(Math.abs(found[kind] - weights[kind]), `${kind}, draw ${draw}`).toBeLessThan(0.1);
      }
      expect(found.local + found.smooth + found.fine).toBeCloseTo(1, 9);
    }
  });

  it("has no kinds where there is nothing, or nothing to compare", () => {
    const nothing = { local: 0, smooth: 0, fine: 0 };
    const [errors, mask] = [new Float32Array(3 * PIXELS), new Uint8Array(PIXELS)];
    expect(errorShares(errors, mask, new Float32Array(PIXELS).fill(1), SIZE)).toEqual(nothing);
    expect(errorShares(errors.fill(1), mask, new Float32Array(PIXELS), SIZE)).toEqual(nothing);
  });
});
