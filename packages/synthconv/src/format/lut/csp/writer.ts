import { type Lut, type Lut1D, type Lut3D, latticeValue, requireTables } from "../../../colour/index.js";
import type { LutWriteOptions } from "../lut-format.js";
import { shortestDecimal } from "../text/numbers.js";

/**
 * How far from a point its companions stand, in shares of a step: three points in one line make the cubic that readers
 * draw a straight one, and 1e-4 of a step is less than the inputs at which they sample it lie apart.
 */
const COMPANION = 1e-4;
/** Curves of more points bend so little at each that a cubic through them is their lines. */
const DENSE = 512;

/**
 * A .csp: curves alone stand in its table behind two points that state the domain; curves before a lattice, and the
 * lattice's own domain, stand in the curves before its table: each point of them between two companions on its lines, so
 * that what readers draw follows the straight lines that are meant.
 */
export function writeCsp(lut: Lut, { comments = [] }: LutWriteOptions): Uint8Array<ArrayBuffer> {
  const { shaper, cube } = requireTables("a .csp", lut);
  const notes = [lut.title ?? "", ...comments]
    .flatMap((note) => note.split(/[\r\n]/))
    .filter((line) => line !== "");
  const lines = [
    "CSPLUTV100",
    cube === undefined ? "1D" : "3D",
    "",
    "BEGIN METADATA",
    ...notes,
    "END METADATA",
    "",
  ];
  for (const channel of [0, 1, 2] as const) {
    const [inputs, outputs] =
      cube === undefined || shaper === undefined
        ? domainCurve((cube ?? shaper) as Lut1D | Lut3D, channel)
        : shaperCurve(shaper, cube, channel);
    lines.push(`${inputs.length}`, numbers(inputs), numbers(outputs));
  }
  const { size, table } = (cube ?? shaper) as Lut1D | Lut3D;
  lines.push("", cube === undefined ? `${size}` : `${size} ${size} ${size}`);
  for (let row = 0; row < table.length; row += 3) lines.push(numbers(table.subarray(row, row + 3)));
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

function domainCurve({ domainMin, domainMax }: Lut1D | Lut3D, channel: 0 | 1 | 2): [number[], number[]] {
  return [
    [domainMin[channel], domainMax[channel]],
    [0, 1],
  ];
}

/** The shaper's curve, its outputs as shares of the lattice's domain. */
function shaperCurve(shaper: Lut1D, cube: Lut3D, channel: 0 | 1 | 2): [number[], number[]] {
  const { size, table } = shaper;
  const low = cube.domainMin[channel];
  const span = cube.domainMax[channel] - low;
  const inputs: number[] = [];
  const outputs: number[] = [];
  const add = (position: number): void => {
    const step = Math.min(Math.floor(position), size - 2);
    const from = table[3 * step + channel] as number;
    const to = table[3 * step + 3 + channel] as number;
    const input = Math.fround(latticeValue(shaper, channel, position));
    // Two inputs that are one to float32 are no point and companion.
    if (inputs.length > 0 && input <= (inputs.at(-1) as number)) return;
    inputs.push(input);
    outputs.push((from + (to - from) * (position - step) - low) / span);
  };
  const withCompanions = size > 2 && size <= DENSE;
  for (let step = 0; step < size; step++) {
    if (withCompanions && step > 0) add(step - COMPANION);
    add(step);
    if (withCompanions && step < size - 1) add(step + COMPANION);
  }
  return [inputs, outputs];
}

function numbers(values: Iterable<number>): string {
  return Array.from(values, (value) => shortestDecimal(Math.fround(value))).join(" ");
}
