/** Tints of a network along the grey ramp, as residuals of a step of Gauss and Newton: each channel less the mean of the three. */
import type { LookSchema } from "../look/index.js";
import { GREYS } from "./grey-source.js";
import { NetworkJacobian } from "./network-jacobian.js";
import type { NormalEquations } from "./normal-equations.js";
import type { Restraint } from "./restraint.js";

/** The greys 0 to 255, planar `[3,GREYS]`. */
const ramp = Float32Array.from({ length: 3 * GREYS }, (_, at) => (at % GREYS) / (GREYS - 1));

export class NeutralGreys implements Restraint {
  readonly #jacobian: NetworkJacobian;

  constructor(network: LookSchema["network"]) {
    this.#jacobian = new NetworkJacobian(network, GREYS);
  }

  squares(weights: Float64Array): number {
    this.#jacobian.forward(weights, ramp);
    return tintsOf(this.#jacobian.output).reduce((sum, value) => sum + value * value, 0);
  }

  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void {
    const { output, rows, size } = this.#jacobian;
    this.#jacobian.forward(weights, ramp);
    const tints = tintsOf(output);
    this.#jacobian.differentiate(weights, new Float32Array(3 * GREYS).fill(factor));
    for (let weight = 0; weight < size; weight++) {
      const line = rows.subarray(weight * 3 * GREYS, (weight + 1) * 3 * GREYS);
      line.set(tintsOf(line));
    }
    equations.add(
      rows,
      tints.map((value) => -factor * value),
    );
  }
}

/** Of `[3,GREYS]`. */
function tintsOf(planes: Float32Array): Float32Array {
  return planes.map((value, at) => {
    const grey = at % GREYS;
    const sum =
      (planes[grey] as number) + (planes[GREYS + grey] as number) + (planes[2 * GREYS + grey] as number);
    return value - sum / 3;
  });
}
