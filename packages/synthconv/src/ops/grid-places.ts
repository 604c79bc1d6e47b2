/** Along one axis of an image: which pixels a coordinate lies between, and the share of each. */
import { Tensor } from "../autograd/tensor.js";
import { allocateZeros } from "../core/float-array.js";
import { add, multiply, subtract } from "./arithmetic.js";
import { equal } from "./comparison.js";
import { roundHalfToEven } from "./elementwise.js";

export type GridPadding = "zeros" | "border" | "reflection";

interface AxisOptions {
  readonly size: number;
  readonly paddingMode: GridPadding;
  readonly alignCorners: boolean;
  readonly mode: "bilinear" | "nearest";
}

/** One neighbour of every place. */
export interface Axis {
  /** Pixels, from 0 to size - 1. */
  readonly indices: Int32Array;
  /** [N]: its share; 0 where the pixel lies outside and there are zeros. */
  readonly weight: Tensor;
}

export interface AxisPlaces {
  /** Two for bilinear, one for nearest. */
  readonly taps: readonly Axis[];
}

/** A place is `slope * coordinate + offset`, with constants for each: the borders are reflected by them. */
interface Line {
  readonly slope: Tensor;
  readonly offset: Tensor;
  readonly position: Float64Array;
}

/** @param coordinates [N], from -1 to 1. */
export function placesOf(coordinates: Tensor, options: AxisOptions): AxisPlaces {
  const { size, paddingMode, mode } = options;
  const { slope, offset, position } = lineOf(coordinates, options);
  const inside = (at: number): number => Math.min(Math.max(at, 0), size - 1);
  const isOutside = (at: number): boolean => paddingMode === "zeros" && (at < 0 || at >= size);
  const constant = (value: (i: number) => number): Tensor => {
    const data = allocateZeros(coordinates.dtype, coordinates.size);
    for (let i = 0; i < data.length; i++) data[i] = value(i);
    return new Tensor({ shape: coordinates.shape, data });
  };
  if (mode === "nearest") {
    const nearest = Float64Array.from(position, roundHalfToEven);
    const share = constant((i) => (isOutside(nearest[i] as number) ? 0 : 1));
    // A function of steps of the coordinates, whose gradient is 0.
    const weight = multiply(share, equal(coordinates, coordinates));
    return { taps: [{ indices: Int32Array.from(nearest, inside), weight }] };
  }
  const first = Float64Array.from(position, Math.floor);
  const place = add(multiply(coordinates, slope), offset);
  const share = subtract(
    place,
    constant((i) => first[i] as number),
  );
  const tap = (step: 0 | 1, weight: Tensor): Axis => ({
    indices: Int32Array.from(first, (at) => inside(at + step)),
    weight: multiply(
      weight,
      constant((i) => (isOutside((first[i] as number) + step) ? 0 : 1)),
    ),
  });
  return { taps: [tap(0, subtract(1, share)), tap(1, share)] };
}

function lineOf(coordinates: Tensor, { size, paddingMode, alignCorners }: AxisOptions): Line {
  const { shape, dtype, data } = coordinates;
  const [slope, offset] = [allocateZeros(dtype, data.length), allocateZeros(dtype, data.length)];
  const position = new Float64Array(data.length);
  // -1 and 1 are the centres of the first and last pixel, or half a pixel beyond them.
  const scale = alignCorners ? (size - 1) / 2 : size / 2;
  const shift = (size - 1) / 2;
  for (let i = 0; i < data.length; i++) {
    const straight = (data[i] as number) * scale + shift;
    const [turn, move] = bordered(straight, size, paddingMode, alignCorners);
    slope[i] = turn * scale;
    offset[i] = turn * shift + move;
    position[i] = turn * straight + move;
  }
  return {
    slope: new Tensor({ shape, data: slope }),
    offset: new Tensor({ shape, data: offset }),
    position,
  };
}

/** What the border makes of a place, as `turn * place + move`: it is cut off or reflected, or stays. */
function bordered(
  at: number,
  size: number,
  mode: GridPadding,
  alignCorners: boolean,
): readonly [number, number] {
  if (!Number.isFinite(at)) return [0, -1];
  if (mode === "zeros") return [1, 0];
  const [turn, move] = mode === "reflection" ? reflected(at, size, alignCorners) : [1, 0];
  const place = turn * at + move;
  if (place < 0) return [0, 0];
  return place > size - 1 ? [0, size - 1] : [turn, move];
}

function reflected(at: number, size: number, alignCorners: boolean): readonly [number, number] {
  const [low, high] = alignCorners ? [0, size - 1] : [-0.5, size - 0.5];
  const span = high - low;
  if (span === 0) return [0, 0];
  const away = at - low;
  const turns = Math.floor(away / span);
  // Even stretches run forwards, odd ones backwards.
  return turns % 2 === 0 ? [1, -turns * span] : [-1, 2 * low + (turns + 1) * span];
}
