import {
  identityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  LutSampler,
  type LutStage,
  latticeValue,
} from "../../../colour/index.js";
import type { KeptDomain } from "./domains.js";

/** Whether each channel depends on itself alone. */
export function isPerChannel(stages: readonly LutStage[]): boolean {
  return stages.every((stage) => {
    if (stage.kind === "lut3d") return false;
    if (stage.kind === "cdl") return stage.saturation === 1;
    return stage.kind !== "matrix" || stage.matrix.every((entry, at) => at % 4 === 0 || entry === 0);
  });
}

/** The transform at the nodes of a lattice, tetrahedral where a lattice of its own does not say otherwise. */
export function bakeLattice(lut: Lut, size: number, { domainMin, domainMax }: KeptDomain): Lut3D {
  const cube: Lut3D = { ...identityCube(size), domainMin, domainMax };
  const { table } = cube;
  for (let row = 0; row < size ** 3; row++) {
    const steps = [row % size, Math.floor(row / size) % size, Math.floor(row / size ** 2)];
    for (const channel of [0, 1, 2] as const) {
      table[3 * row + channel] = latticeValue(cube, channel, steps[channel] as number);
    }
  }
  new LutSampler(lut).apply(table, table);
  return cube;
}

/** The transform at evenly spaced inputs; its channels must not depend on one another. */
export function bakeCurves(lut: Lut, size: number, { domainMin, domainMax }: KeptDomain): Lut1D {
  const table = new Float32Array(3 * size);
  const curves: Lut1D = { kind: "lut1d", size, table, domainMin, domainMax };
  for (let row = 0; row < size; row++) {
    for (const channel of [0, 1, 2] as const) table[3 * row + channel] = latticeValue(curves, channel, row);
  }
  new LutSampler(lut).apply(table, table);
  return curves;
}

/** The lattice with another number of nodes, over its own domain. */
export function resampled(cube: Lut3D, size: number): Lut3D {
  const { domainMin, domainMax } = cube;
  return bakeLattice({ stages: [cube] }, size, { domainMin, domainMax, isWhole: true });
}
