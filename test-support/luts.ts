import { identityCube, type Lut3D } from "../packages/synthconv/src/colour/index.js";
import { uniformNumbers } from "./numbers.js";

/** A lattice of random colours: neighbours have nothing in common, so that a wrong corner cannot hide. */
export function randomCube(size: number, part: Partial<Lut3D> = {}, seed?: number): Lut3D {
  const table = uniformNumbers(3 * size ** 3, `cube ${size}`, seed === undefined ? {} : { seed });
  return { ...identityCube(size), table, ...part };
}
