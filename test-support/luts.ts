import {
  identityCube,
  type Lut,
  type Lut3D,
  type LutTables,
  tablesOf,
} from "../packages/synthconv/src/colour/index.js";
import { uniformNumbers } from "./numbers.js";

/** A lattice of random colours: neighbours have nothing in common, so that a wrong corner cannot hide. */
export function randomCube(size: number, part: Partial<Lut3D> = {}, seed?: number): Lut3D {
  const table = uniformNumbers(3 * size ** 3, `cube ${size}`, seed === undefined ? {} : { seed });
  return { ...identityCube(size), table, ...part };
}

/** The curves and the lattice of a transform that has no other stages. */
export function tables(lut: Lut): LutTables {
  const found = tablesOf(lut);
  if (found === undefined) throw new Error(`a transform of ${lut.stages.map(({ kind }) => kind).join(", ")}`);
  return found;
}
