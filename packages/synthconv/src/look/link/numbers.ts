/**
 * Parameters in few bits. All numbers of a parameter are whole multiples of one step, its largest magnitude / (2^(b-1) - 1),
 * so that 0 stays 0: a look that changes nothing still changes nothing. With 32 bits they are float32 as they are.
 */
import { FormatError } from "../../core/errors.js";
import { BitReader, BitWriter, type ByteReader, type ByteWriter } from "./bytes.js";

export const MIN_BITS = 4;
/** Above, float32 no longer tells the steps next to the largest number apart, and a link of a link would drift. */
export const MAX_BITS = 22;
export const EXACT_BITS = 32;

/** Numbers by the rules above. */
export interface Rounded {
  readonly scale: number;
  /** Whole numbers from -(2^(b-1) - 1) to 2^(b-1) - 1. */
  readonly codes: Int32Array;
}

export function round(values: Float32Array, bits: number): Rounded {
  let scale = 0;
  for (const value of values) scale = Math.max(scale, Math.abs(value));
  const top = topOf(bits);
  // Divided first: the largest floats times a code overflow nothing.
  return {
    scale,
    codes: Int32Array.from(values, (value) => (scale === 0 ? 0 : Math.round((value / scale) * top))),
  };
}

export function restore({ scale, codes }: Rounded, bits: number): Float32Array {
  const top = topOf(bits);
  return Float32Array.from(codes, (code) => (code / top) * scale);
}

/** What comes back of numbers that were written with so many bits. */
export function rounded(values: Float32Array, bits: number): Float32Array {
  return bits === EXACT_BITS ? values : restore(round(values, bits), bits);
}

export function writeNumbers(to: ByteWriter, parameters: readonly Float32Array[], bits: number): void {
  if (bits === EXACT_BITS) {
    for (const values of parameters) for (const value of values) to.float32(value);
    return;
  }
  const all = parameters.map((values) => round(values, bits));
  for (const { scale } of all) to.float32(scale);
  const packed = new BitWriter(to);
  for (const { codes } of all) for (const code of codes) packed.write(code + topOf(bits), bits);
  packed.end();
}

/**
 * @param sizes numbers of each parameter.
 * @throws {FormatError} when the bytes are not as many as these numbers need, or no numbers of that kind.
 */
export function readNumbers(from: ByteReader, sizes: readonly number[], bits: number): Float32Array[] {
  if (!(Number.isInteger(bits) && ((bits >= MIN_BITS && bits <= MAX_BITS) || bits === EXACT_BITS))) {
    refuse(`numbers of ${MIN_BITS} to ${MAX_BITS} or of ${EXACT_BITS} bits`, String(bits));
  }
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const scales = bits === EXACT_BITS ? 0 : 4 * sizes.length;
  // Before anything of that size is made.
  const needed = scales + Math.ceil((count * bits) / 8);
  if (from.left !== needed) refuse(`${needed} bytes for ${count} numbers of ${bits} bits`, String(from.left));
  if (bits === EXACT_BITS) return sizes.map((size) => exactNumbers(from, size));
  const scaleOf = sizes.map(() => finite(from.float32()));
  const packed = new BitReader(from);
  return sizes.map((size, nth) => {
    const codes = Int32Array.from({ length: size }, () => packed.read(bits) - topOf(bits));
    if (codes.some((code) => code > topOf(bits))) refuse("numbers within their range", "one beyond it");
    return restore({ scale: scaleOf[nth] as number, codes }, bits);
  });
}

function exactNumbers(from: ByteReader, size: number): Float32Array {
  return Float32Array.from({ length: size }, () => finite(from.float32()));
}

function finite(value: number): number {
  if (!Number.isFinite(value)) refuse("finite numbers", String(value));
  return value;
}

function topOf(bits: number): number {
  return 2 ** (bits - 1) - 1;
}

function refuse(expected: string, received: string): never {
  throw new FormatError({ where: "link", expected, received });
}
