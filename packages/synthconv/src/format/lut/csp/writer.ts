import { type Lut, type Lut1D, type Lut3D, latticeValue, requireTables } from "../../../colour/index.js";
import type { LutWriteOptions } from "../lut-format.js";
import { shortestDecimal } from "../text/numbers.js";

/** A curve of two points is a straight line to every reader; of more, readers draw a cubic through them. */
const DENSE = 4096;

/**
 * A .csp: curves alone stand in its table behind two points that state the domain; curves before a lattice, and the
 * lattice's own domain, stand in the curves before its table. Those have at least 4096 points where they are no straight
 * lines, so that what readers draw between the points follows the straight lines that are meant.
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
  const pieces = size === 2 ? 1 : Math.ceil(DENSE / (size - 1));
  const inputs: number[] = [];
  const outputs: number[] = [];
  for (let point = 0; point <= (size - 1) * pieces; point++) {
    const step = Math.min(Math.floor(point / pieces), size - 2);
    const share = point / pieces - step;
    const from = table[3 * step + channel] as number;
    const to = table[3 * step + 3 + channel] as number;
    inputs.push(latticeValue(shaper, channel, point / pieces));
    outputs.push((from + (to - from) * share - low) / span);
  }
  return [inputs, outputs];
}

function numbers(values: Iterable<number>): string {
  return Array.from(values, (value) => shortestDecimal(Math.fround(value))).join(" ");
}
