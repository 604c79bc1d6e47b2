/** A quick colour map of a pair: cubic polynomials of the colour before. */
import { LeastSquares } from "../core/least-squares.js";

/** Products of up to three of red, green and blue. */
const TERMS = 20;
const RIDGE = 1e-6;

function colourTerms(red: number, green: number, blue: number, out: Float64Array): Float64Array {
  out[0] = 1;
  out[1] = red;
  out[2] = green;
  out[3] = blue;
  out[4] = red * red;
  out[5] = green * green;
  out[6] = blue * blue;
  out[7] = red * green;
  out[8] = red * blue;
  out[9] = green * blue;
  for (let square = 0; square < 3; square++) {
    const value = out[4 + square] as number;
    out[10 + 3 * square] = value * red;
    out[11 + 3 * square] = value * green;
    out[12 + 3 * square] = value * blue;
  }
  out[19] = red * green * blue;
  return out;
}

/**
 * @param input planar `[3,P]`
 * @param target planar `[3,P]`
 * @param weights `[P]`; pixels without weight are passed over.
 * @param step takes every so many pixels: some thousand say what twenty numbers are.
 * @returns `[20,3]`
 */
export function fitColourMap(
  input: Float32Array,
  target: Float32Array,
  weights: Float32Array,
  step: number,
): Float64Array {
  const count = weights.length;
  const system = new LeastSquares(TERMS, 3);
  const terms = new Float64Array(TERMS);
  const targets = [0, 0, 0];
  for (let nth = 0; nth < count; nth += step) {
    const weight = weights[nth] as number;
    if (weight === 0) continue;
    colourTerms(input[nth] as number, input[count + nth] as number, input[2 * count + nth] as number, terms);
    for (let channel = 0; channel < 3; channel++) targets[channel] = target[channel * count + nth] as number;
    system.add(terms, targets, weight);
  }
  return system.solve(RIDGE);
}

/** What the map makes of colours, planar `[3,P]`. */
export function mapColours(map: Float64Array, input: Float32Array): Float32Array {
  const count = input.length / 3;
  const output = new Float32Array(input.length);
  for (let channel = 0; channel < 3; channel++) {
    mapInto(output.subarray(channel * count, (channel + 1) * count), map, channel, input);
  }
  return output;
}

/** One channel of it: with the polynomial's twenty numbers in names, not in an array, it takes a third of the time. */
function mapInto(output: Float32Array, map: Float64Array, channel: number, input: Float32Array): void {
  const count = output.length;
  const of = (term: number): number => map[3 * term + channel] as number;
  const [one, r, g, b] = [of(0), of(1), of(2), of(3)];
  const [rr, gg, bb, rg, rb, gb] = [of(4), of(5), of(6), of(7), of(8), of(9)];
  const [rrr, rrg, rrb, ggr, ggg, ggb] = [of(10), of(11), of(12), of(13), of(14), of(15)];
  const [bbr, bbg, bbb, rgb] = [of(16), of(17), of(18), of(19)];
  for (let nth = 0; nth < count; nth++) {
    const red = input[nth] as number;
    const green = input[count + nth] as number;
    const blue = input[2 * count + nth] as number;
    const linear = one + r * red + g * green + b * blue;
    const squares = red * red * (rr + rrr * red + rrg * green + rrb * blue);
    const greens = green * green * (gg + ggr * red + ggg * green + ggb * blue);
    const blues = blue * blue * (bb + bbr * red + bbg * green + bbb * blue);
    const products = red * green * (rg + rgb * blue) + blue * (rb * red + gb * green);
    output[nth] = linear + squares + greens + blues + products;
  }
}
