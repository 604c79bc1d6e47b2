/** Curves as tables, entered by codes or by light: a formula for each sample of a photo would take most of the time. */
import type { Curve } from "./icc/curve.js";

// Codes of 16 (and of 8) bits fall on entries of this table, so their light is exact to float32.
const LIGHT_STEPS = 65_535;
// Tables from light are entered by its square root, in which every encoding is nearly straight, also in the
// shadows: 16,384 steps are then exact to 0.1 of a 16-bit code for gamma 2.2, entered by light itself they miss
// the darkest tones by hundreds.
const ROOT_STEPS = 16_384;

/** Encoded 0..1 to light. */
export function lightTable(curve: Curve): Float32Array {
  return Float32Array.from({ length: LIGHT_STEPS + 2 }, (_, i) => curve(Math.min(1, i / LIGHT_STEPS)));
}

/** Light 0..1 to what it is encoded as. */
export function rootTable(encoding: Curve): Float32Array {
  return Float32Array.from({ length: ROOT_STEPS + 2 }, (_, i) => encoding((i / ROOT_STEPS) ** 2));
}

/** The inverse of a curve, by bisection: it serves formulas and sampled curves alike. */
export function codeTable(curve: Curve): Float32Array {
  return Float32Array.from({ length: ROOT_STEPS + 2 }, (_, i) => {
    const light = Math.min(1, (i / ROOT_STEPS) ** 2);
    let low = 0;
    let high = 1;
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (curve(middle) < light) low = middle;
      else high = middle;
    }
    return high;
  });
}

/** One table for curves that are the same function. */
export function distinct(
  curves: readonly [Curve, Curve, Curve],
  table: (curve: Curve) => Float32Array,
): readonly [Float32Array, Float32Array, Float32Array] {
  const [red, green, blue] = curves;
  const first = table(red);
  const second = sameCurve(red, green) ? first : table(green);
  return [first, second, sameCurve(red, blue) ? first : table(blue)];
}

function sameCurve(a: Curve, b: Curve): boolean {
  for (let step = 0; step <= 1024; step++) if (a(step / 1024) !== b(step / 1024)) return false;
  return true;
}

/** Planar `[3, N]`, 0..1, through a table of `lightTable` for each channel, in place. */
export function decodeChannels(colours: Float32Array, tables: readonly Float32Array[]): void {
  const count = colours.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel] as Float32Array;
    for (let i = channel * count; i < (channel + 1) * count; i++) {
      colours[i] = interpolate(table, (colours[i] as number) * LIGHT_STEPS);
    }
  }
}

/** Planar `[3, N]` light through a table of `codeTable` for each channel, in place. */
export function encodeChannels(colours: Float32Array, tables: readonly Float32Array[]): void {
  const count = colours.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel] as Float32Array;
    for (let i = channel * count; i < (channel + 1) * count; i++) {
      const light = colours[i] as number;
      // A profile's curve ends there: beyond it, it is only told that it is beyond.
      if (!(light < 0 || light > 1)) colours[i] = interpolate(table, Math.sqrt(light) * ROOT_STEPS);
    }
  }
}

export function encode(light: number, codes: Float32Array, exact: Curve): number {
  return light >= 0 && light <= 1 ? interpolate(codes, Math.sqrt(light) * ROOT_STEPS) : exact(light);
}

export function decode(code: number, light: Float32Array, exact: Curve): number {
  return code >= 0 && code <= 1 ? interpolate(light, code * LIGHT_STEPS) : exact(code);
}

function interpolate(table: Float32Array, position: number): number {
  const index = Math.trunc(position);
  const below = table[index] as number;
  return below + ((table[index + 1] as number) - below) * (position - index);
}
