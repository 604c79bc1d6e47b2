/** What a network is held to beside its colours, as residuals of a step of Gauss and Newton. */
import type { NormalEquations } from "./normal-equations.js";

export interface Restraint {
  /** The sum of the squares of its residuals. */
  squares(weights: Float64Array): number;
  /** @param factor of every residual: the root of their weight. */
  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void;
}

export interface WeighedRestraint {
  readonly restraint: Restraint;
  /** Of its squares, the squared errors of all colours together counting 1. */
  readonly weight: number;
}
