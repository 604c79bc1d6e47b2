/**
 * From a photo's own RGB to that which a look reads, and from what it writes to that of the file, in floating point and
 * without clipping: a colour that the look's space cannot hold becomes a value below 0 or above 1 instead of another
 * colour. All matrices are relative to the D50 white of the profile connection space, so no further adaptation is needed.
 */

import { matrixBetween, multiplyPlanes } from "synthconv/internal";
import { type ColourSpace, colourSpaceNamed } from "synthconv/look";
import {
  codeTable,
  decode,
  decodeChannels,
  distinct,
  encode,
  encodeChannels,
  lightTable,
  rootTable,
} from "./curve-tables.js";
import { labDistance } from "./icc/connection-space.js";
import type { Curve } from "./icc/curve.js";
import type { TableSpace } from "./icc/table-space.js";

/** Both directions work in place on planar colours, `[3, N]`: all reds, then all greens, then all blues. */
export interface ColourTransform {
  /** The photo's encoded RGB, 0..1, to what the look reads, unbounded. */
  toLook(colours: Float32Array): void;
  /** What the look writes to the file's encoded RGB, unbounded: what the file does not hold lies below 0 or above 1. */
  fromLook(colours: Float32Array): void;
  /**
   * Of a file whose RGB is made of tables, which lead all colours into 0..1: how far those that the look writes are from what
   * they become, a distance of L*a*b* for each pixel. `colours` are changed.
   */
  readonly miss?: ((colours: Float32Array) => Float32Array) | undefined;
}

/** An RGB space by its curves and its matrix from linear RGB to XYZ under D50, row by row. */
export interface RgbSpace {
  readonly curves: readonly [Curve, Curve, Curve];
  readonly matrix: readonly number[];
  /** Light to the encoded value, where a formula says it for all numbers, the same for all channels. */
  readonly encode?: Curve;
}

/** RGB by what leads to X, Y, Z relative to the white D50, and back. */
export interface TwoWaySpace extends TableSpace {
  readonly fromLight: NonNullable<TableSpace["fromLight"]>;
}

/** What a look reads and what it writes. */
export interface LookColours {
  readonly reads: ColourSpace;
  readonly writes: ColourSpace;
}

const SRGB = colourSpaceNamed("srgb");

/** Of looks that say nothing else. */
export const SRGB_COLOURS: LookColours = { reads: SRGB, writes: SRGB };

/** By name: those of looks serve photo after photo. */
const lookLight = new Map<string, Float32Array>();
const lookCodes = new Map<string, Float32Array>();

/**
 * @param from the photo's colours.
 * @param to the file's that is written.
 * @returns undefined where the look reads and writes these spaces to within one 8-bit code: the direct path is then exact
 *   where a detour would round. (The profiles of sRGB in real files differ by up to 0.54 codes, at full green; the
 *   nearest that means another space differs by 64.)
 */
export function colourTransform(
  from: RgbSpace | TableSpace,
  { reads, writes }: LookColours,
  to: RgbSpace | TwoWaySpace,
): ColourTransform | undefined {
  const isRead = isSame(from, reads);
  const isWritten = isSame(to, writes);
  if (isRead && isWritten) return undefined;
  return {
    toLook: isRead ? asItIs : into(from, reads),
    fromLook: isWritten ? asItIs : outOf(writes, to),
    ...(!isWritten && !("curves" in to) && { miss: missOf(writes, to) }),
  };
}

function asItIs(): void {}

function into(from: RgbSpace | TableSpace, reads: ColourSpace): ColourTransform["toLook"] {
  const decode = decoderOf(from);
  const codes = tableOf(lookCodes, reads, () => rootTable(reads.fromLight));
  const matrix = matrixBetween(lightOf(from), reads);
  return (colours) => {
    decode(colours);
    multiplyPlanes(colours, matrix);
    for (let i = 0; i < colours.length; i++)
      colours[i] = encode(colours[i] as number, codes, reads.fromLight);
  };
}

function outOf(writes: ColourSpace, to: RgbSpace | TwoWaySpace): ColourTransform["fromLook"] {
  const lighten = lightFrom(writes, to);
  const encodeAll = encoderOf(to);
  return (colours) => {
    lighten(colours);
    encodeAll(colours);
  };
}

/** What the look writes as the light that `encoderOf` takes. */
function lightFrom(writes: ColourSpace, to: RgbSpace | TwoWaySpace): (colours: Float32Array) => void {
  const light = tableOf(lookLight, writes, () => lightTable(writes.toLight));
  const matrix = matrixBetween(writes, lightOf(to));
  return (colours) => {
    for (let i = 0; i < colours.length; i++) colours[i] = decode(colours[i] as number, light, writes.toLight);
    multiplyPlanes(colours, matrix);
  };
}

function missOf(writes: ColourSpace, to: TwoWaySpace): NonNullable<ColourTransform["miss"]> {
  const lighten = lightFrom(writes, to);
  return (colours) => {
    lighten(colours);
    const held = colours.slice();
    to.fromLight(held);
    to.toLight(held);
    const count = colours.length / 3;
    const at = (planes: Float32Array, pixel: number): [number, number, number] => [
      planes[pixel] as number,
      planes[count + pixel] as number,
      planes[2 * count + pixel] as number,
    ];
    return Float32Array.from({ length: count }, (_, i) => labDistance(at(colours, i), at(held, i)));
  };
}

/** Of X, Y and Z as if they were channels. */
const IDENTITY = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };

/** What `decoderOf` leads to: linear RGB, or X, Y, Z. */
function lightOf(space: RgbSpace | TableSpace): Pick<RgbSpace, "matrix"> {
  return "matrix" in space ? space : IDENTITY;
}

function decoderOf(space: RgbSpace | TableSpace): (colours: Float32Array) => void {
  if (!("curves" in space)) return space.toLight;
  const light = distinct(space.curves, lightTable);
  return (colours) => decodeChannels(colours, light);
}

function encoderOf(space: RgbSpace | TwoWaySpace): (colours: Float32Array) => void {
  if (!("curves" in space)) return space.fromLight;
  const { encode: exact } = space;
  if (exact === undefined) {
    const codes = distinct(space.curves, codeTable);
    return (colours) => encodeChannels(colours, codes);
  }
  const codes = rootTable(exact);
  return (colours) => {
    for (let i = 0; i < colours.length; i++) colours[i] = encode(colours[i] as number, codes, exact);
  };
}

function tableOf(
  tables: Map<string, Float32Array>,
  { name }: ColourSpace,
  make: () => Float32Array,
): Float32Array {
  const table = tables.get(name) ?? make();
  tables.set(name, table);
  return table;
}

/** Whether a space is a named one to within one 8-bit code. */
export function isSame(space: RgbSpace | TableSpace, look: ColourSpace): boolean {
  if ("curves" in space && space.encode === look.fromLight && space.matrix === look.matrix) return true;
  const side = 17;
  const count = side ** 3;
  const codes = Float32Array.from({ length: 3 * count }, (_, i) => {
    const digit = Math.floor((i % count) / side ** Math.floor(i / count));
    return (digit % side) / (side - 1);
  });
  const colours = codes.slice();
  if ("curves" in space) decodeByFormula(colours, space.curves);
  else space.toLight(colours);
  multiplyPlanes(colours, matrixBetween(lightOf(space), look));
  return colours.every((light, i) => Math.abs(look.fromLight(light) - (codes[i] as number)) <= 1 / 255);
}

function decodeByFormula(colours: Float32Array, curves: RgbSpace["curves"]): void {
  const count = colours.length / 3;
  for (let i = 0; i < colours.length; i++) {
    colours[i] = (curves[Math.floor(i / count)] as Curve)(colours[i] as number);
  }
}
