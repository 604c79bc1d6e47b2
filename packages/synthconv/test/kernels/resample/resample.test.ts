/** Planes in another size: the kernel against the plain loops, to the bit, and the transposed map against the map. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import { implementationOf } from "../../../src/core/choices.js";
import { allocateResult, type FloatArray, openResults, placeResultsFrom } from "../../../src/core/index.js";
import { kernelFloats } from "../../../src/kernels/base/memory.js";
import {
  availableBackends,
  type Direction,
  type Resampling,
  resamplePlanes,
  setBackend,
} from "../../../src/kernels/index.js";
import { axisTaps } from "../../../src/ops/resize-taps.js";

afterEach(() => setBackend(undefined));

const kernels = availableBackends().filter((backend) => backend !== "reference");

const MODES = ["nearest", "bilinear", "bicubic"] as const;

// Around vectors, and large enough for the kernel with each other.
const side = fc.constantFrom(1, 2, 3, 5, 16, 17, 18, 19, 33);

const resampling = fc
  .record({
    planes: fc.integer({ min: 0, max: 3 }),
    sides: fc.tuple(side, side, side, side),
    mode: fc.constantFrom(...MODES),
    alignCorners: fc.boolean(),
  })
  .map(({ planes, sides: [height, width, toHeight, toWidth], mode, alignCorners }): Resampling => {
    const aligned = alignCorners && mode !== "nearest";
    return {
      planes,
      rows: axisTaps(height, toHeight, mode, aligned),
      columns: axisTaps(width, toWidth, mode, aligned),
    };
  });

const sizesOf = ({ planes, rows, columns }: Resampling) => ({
  image: planes * rows.input * columns.input,
  result: planes * rows.output * columns.output,
});

function passed(one: Resampling, direction: Direction, from: Float32Array | Float64Array) {
  const { image, result } = sizesOf(one);
  const to = new (from.constructor as Float32ArrayConstructor)(direction === "apply" ? result : image).fill(
    -3,
  );
  // What no kernel wrote is seen where it is read.
  kernelFloats(1 << 18).fill(12_345);
  resamplePlanes(one, direction, from, to);
  return to;
}

/** Of any sign, with zeros of both. */
function numbersOf(length: number, purpose: string): Float32Array {
  return normalNumbers(length, purpose).map((value, i) => (i % 5 === 0 ? 0 : i % 7 === 0 ? -0 : value));
}

describe.each(kernels)("planes in another size, %s", (backend) => {
  it("have the bits of the plain loops, with the map and its transpose", () => {
    fc.assert(
      fc.property(resampling, fc.constantFrom<Direction>("apply", "adjoint"), (one, direction) => {
        const { image, result } = sizesOf(one);
        const from = numbersOf(direction === "apply" ? image : result, "pixels");
        setBackend(backend);
        const actual = passed(one, direction, from);
        setBackend("reference");
        // vitest compares 0 and -0, too.
        expect(actual).toEqual(passed(one, direction, from));
      }),
      { numRuns: 150, seed: 9 },
    );
  });

  it("keep what is no number to the pixels that it is part of", () => {
    setBackend(backend);
    const one = {
      planes: 2,
      rows: axisTaps(20, 40, "bilinear", false),
      columns: axisTaps(20, 40, "bilinear", false),
    };
    const image = numbersOf(800, "image");
    image[10 * 20 + 10] = Number.NaN;
    const finite = passed(one, "apply", image).filter(Number.isFinite).length;
    expect(finite).toBe(2 * 1600 - 16);
  });
});

describe("nearest pixels", () => {
  const inResults = (body: () => void): void => {
    placeResultsFrom(0);
    const { close } = openResults();
    try {
      body();
    } finally {
      close();
      placeResultsFrom();
    }
  };
  const sides = [
    [16, 32],
    [17, 35],
    [33, 19],
    [5, 64],
  ] as const;

  it.skipIf(kernels.length === 0).each(sides)(
    "from %i to %i keep every bit, wherever images lie",
    (height, toHeight) => {
      setBackend("plain");
      const one = {
        planes: 3,
        rows: axisTaps(height, toHeight, "nearest", false),
        columns: axisTaps(height + 1, toHeight + 2, "nearest", false),
      };
      const { image, result } = sizesOf(one);
      // Bits of numbers that are none differ too.
      const bits = Uint32Array.from({ length: image }, (_, i) => (i % 3 === 0 ? 0x7fc00000 : 0x3f800000) + i);
      const [plane, width] = [height * (height + 1), toHeight + 2];
      const expected = Uint32Array.from({ length: result }, (_, i) => {
        const [of, y, x] = [Math.floor(i / (toHeight * width)), Math.floor(i / width) % toHeight, i % width];
        const row = one.rows.sources[y] as number;
        return bits[of * plane + row * (height + 1) + (one.columns.sources[x] as number)] as number;
      });
      const check = (make: (length: number) => FloatArray): void => {
        const [from, to] = [make(image), make(result)];
        const asBits = ({ buffer, byteOffset, length }: FloatArray) =>
          new Uint32Array(buffer, byteOffset, length);
        asBits(from).set(bits);
        resamplePlanes(one, "apply", from, to);
        expect(asBits(to)).toEqual(expected);
      };
      check((length) => new Float32Array(length));
      inResults(() => check((length) => allocateResult("float32", length)));
    },
  );
});

describe("a transposed resampling", () => {
  it("has the inner products of the map, in float64", () => {
    fc.assert(
      fc.property(resampling, (one) => {
        const { image, result } = sizesOf(one);
        const [x, y] = [
          Float64Array.from(normalNumbers(image, "x")),
          Float64Array.from(normalNumbers(result, "y")),
        ];
        const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
          Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
        expect(dot(passed(one, "apply", x), y)).toBeCloseTo(dot(x, passed(one, "adjoint", y)), 9);
      }),
      { numRuns: 50, seed: 4 },
    );
  });
});

describe("the kernel of resampling", () => {
  it.skipIf(kernels.length === 0)("does float32 sums of planes that pay and fit", () => {
    const name = (
      sides: [number, number],
      mode: (typeof MODES)[number],
      direction: Direction,
      isDouble = false,
    ) => {
      const one = {
        planes: 1,
        rows: axisTaps(...sides, mode, false),
        columns: axisTaps(...sides, mode, false),
      };
      const { image, result } = sizesOf(one);
      const type = isDouble ? Float64Array : Float32Array;
      return implementationOf("resample", () =>
        resamplePlanes(
          one,
          direction,
          new type(direction === "apply" ? image : result),
          new type(direction === "apply" ? result : image),
        ),
      );
    };
    expect(name([8, 16], "bilinear", "apply")).toBe("wasm");
    expect(name([7, 15], "bilinear", "apply")).toBe("loops");
    expect(name([8, 1024], "bicubic", "adjoint")).toBe("wasm");
    expect(name([8, 1025], "bicubic", "adjoint")).toBe("loops");
    expect(name([8, 16], "nearest", "adjoint")).toBe("wasm");
    expect(name([8, 16], "nearest", "apply")).toBe("wasm nearest");
    expect(name([8, 15], "nearest", "apply")).toBe("loops");
    // 4 MB beside results hold planes of 32 KB and 3.9 MB, and not of 4 MB.
    expect(name([90, 1010], "nearest", "apply")).toBe("wasm nearest");
    expect(name([90, 1020], "nearest", "apply")).toBe("loops");
    expect(name([8, 16], "nearest", "apply", true)).toBe("loops");
    expect(name([8, 16], "bilinear", "apply", true)).toBe("loops");
  });
});
