import { type Lut, requireTables } from "../../../colour/index.js";
import { ValueError } from "../../../core/index.js";
import type { LutWriteOptions } from "../lut-format.js";

const INPUT_SCALE = 1023;
const SCALE = 65_535;
/** Readers take numbers below this for codes of fewer bits. */
const LEAST_LARGEST = 8192;

/**
 * A .3dl as Lustre and Flame read it: 3DMESH, Mesh with the bits of the lattice's steps and of its numbers, the row of
 * inputs in 10 bits, then colours of 16 bits, blue fastest.
 *
 * @throws {ValueError} for another transform than a lattice over 0 to 1, and for one that is so dark that readers would
 *   take its numbers for codes of fewer bits.
 */
export function write3dl(lut: Lut, { comments = [] }: LutWriteOptions): Uint8Array<ArrayBuffer> {
  const { shaper, cube } = requireTables("a .3dl", lut);
  if (cube === undefined || shaper !== undefined) {
    throw new ValueError({ where: "a .3dl", expected: "a lattice alone", received: "curves" });
  }
  const { size, table } = cube;
  const lines = [lut.title ?? "", ...comments].flatMap((note) => note.split(/[\r\n]/));
  const head = lines.filter((line) => line !== "").map((line) => `# ${line}`);
  const inputs = Array.from({ length: size }, (_, step) => Math.round((INPUT_SCALE * step) / (size - 1)));
  head.push("3DMESH", `Mesh ${Math.log2(size - 1)} 16`, inputs.join(" "));
  let largest = 0;
  for (let row = 0; row < size ** 3; row++) {
    const [red, green, blue] = [Math.floor(row / size ** 2), Math.floor(row / size) % size, row % size];
    const entry = 3 * (red + size * (green + size * blue));
    const codes = Array.from(table.subarray(entry, entry + 3), (value) => Math.round(value * SCALE));
    for (const code of codes) largest = Math.max(largest, code);
    head.push(codes.join(" "));
  }
  if (largest < LEAST_LARGEST) {
    throw new ValueError({
      where: "a .3dl",
      expected: `a lattice with a value of at least ${LEAST_LARGEST / (SCALE + 1)}`,
      received: `${(largest / SCALE).toFixed(4)} as the largest`,
      repair: "Readers tell its bits from its largest number: write another format.",
    });
  }
  return new TextEncoder().encode(`${head.join("\n")}\n`);
}
