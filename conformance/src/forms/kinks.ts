/**
 * Pixels at a kink. Where what goes into relu is 0 but for rounding, float32 and float64 may rightly stand on two sides of
 * its kink, and all gradients of the pixel differ; so they may where l1 sees no difference. Such pixels take the place of
 * others.
 */
import { activationFunction, type PixelNetwork } from "../library.js";

// Twice what float32 may be off (judge.ts).
const CLOSE = 4e-6;

/** Below it whole numbers are exact in float32. */
const EXACT = 2 ** 24;

export interface Planes {
  /** [C, P]. */
  readonly image: Float32Array;
  /** [O, P] of an l1 loss. */
  readonly target?: Float32Array | undefined;
  readonly pixels: number;
}

/**
 * Overwrites every pixel at a kink by one that is not.
 *
 * @param isWhole all numbers are whole or halves of such: a 0 is then a 0.
 * @returns whether there is one to take.
 */
export function avoidKinks(network: PixelNetwork, planes: Planes, isWhole: boolean): boolean {
  const { image, target, pixels } = planes;
  if (pixels === 0 || (target === undefined && !network.layers.some(hasKink))) return true;
  const isAtKink = pixelsAtKinks(network, planes, isWhole);
  const donor = isAtKink.indexOf(0);
  if (donor < 0) return false;
  for (let pixel = isAtKink.indexOf(1); pixel >= 0; pixel = isAtKink.indexOf(1, pixel + 1)) {
    for (const values of target === undefined ? [image] : [image, target]) {
      for (let at = 0; at < values.length; at += pixels) values[at + pixel] = values[at + donor] as number;
    }
  }
  return true;
}

function hasKink({ activation }: PixelLayer): boolean {
  return activation === "relu" || activation === "leakyRelu";
}

type PixelLayer = PixelNetwork["layers"][number];

/** 1 for every pixel at a kink. */
function pixelsAtKinks({ layers, residual }: PixelNetwork, planes: Planes, isWhole: boolean): Uint8Array {
  const { image, target, pixels } = planes;
  const isAtKink = new Uint8Array(pixels);
  const mark = ({ values, sizes }: Rows): void => {
    for (let i = 0; i < values.length; i++) {
      const size = sizes[i] as number;
      // The error of a sum whose terms are all 0 is 0; where they are not finite there is no kink to speak of.
      const isClose = size > 0 && Math.abs(values[i] as number) <= CLOSE * size && !(isWhole && size < EXACT);
      if (isClose) isAtKink[i % pixels] = 1;
    }
  };
  let rows: Rows = { values: Float64Array.from(image), sizes: Float64Array.from(image, Math.abs) };
  const first = rows;
  for (const layer of layers) {
    rows = sumsOf(layer, rows, pixels);
    if (hasKink(layer)) mark(rows);
    activate(layer, rows);
  }
  if (target === undefined) return isAtKink;
  if (residual) addTo(rows, first);
  addTo(rows, {
    values: Float64Array.from(target, (value) => -value),
    sizes: Float64Array.from(target, Math.abs),
  });
  mark(rows);
  return isAtKink;
}

/** Values of a layer, [O, P], and the sizes of the terms that they come from. */
interface Rows {
  readonly values: Float64Array;
  readonly sizes: Float64Array;
}

function sumsOf({ inputs, outputs, weight, bias }: PixelLayer, from: Rows, pixels: number): Rows {
  const [values, sizes] = [new Float64Array(outputs * pixels), new Float64Array(outputs * pixels)];
  for (let o = 0; o < outputs; o++) {
    values.fill(bias?.[o] ?? 0, o * pixels, (o + 1) * pixels);
    sizes.fill(Math.abs(bias?.[o] ?? 0), o * pixels, (o + 1) * pixels);
    for (let i = 0; i < inputs; i++) {
      const factor = weight[o * inputs + i] as number;
      const size = Math.abs(factor);
      for (let to = o * pixels, at = i * pixels; to < (o + 1) * pixels; to++, at++) {
        values[to] = (values[to] as number) + factor * (from.values[at] as number);
        sizes[to] = (sizes[to] as number) + size * (from.sizes[at] as number);
      }
    }
  }
  return { values, sizes };
}

function activate({ activation, negativeSlope = 0 }: PixelLayer, { values, sizes }: Rows): void {
  const { value } = activationFunction("kinks", activation);
  const steepest = Math.max(1, Math.abs(negativeSlope));
  for (let i = 0; i < values.length; i++) {
    values[i] = value(values[i] as number, negativeSlope);
    sizes[i] = (sizes[i] as number) * steepest;
  }
}

function addTo(sum: Rows, { values, sizes }: Rows): void {
  for (let i = 0; i < values.length; i++) {
    sum.values[i] = (sum.values[i] as number) + (values[i] as number);
    sum.sizes[i] = (sum.sizes[i] as number) + (sizes[i] as number);
  }
}
