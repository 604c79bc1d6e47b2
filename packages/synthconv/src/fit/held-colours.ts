/** Colours that a network is held to beside those that it is trained on, as residuals of a step of Gauss and Newton. */
import type { LookSchema } from "../look/index.js";
import { NetworkJacobian } from "./network-jacobian.js";
import type { NormalEquations } from "./normal-equations.js";
import type { Restraint } from "./restraint.js";
import { type ColourSamples, sampleCount } from "./samples.js";

export class HeldColours implements Restraint {
  readonly #jacobian: NetworkJacobian;
  readonly #colours: ColourSamples;

  constructor(network: LookSchema["network"], colours: ColourSamples) {
    this.#jacobian = new NetworkJacobian(network, sampleCount(colours));
    this.#colours = colours;
  }

  squares(weights: Float64Array): number {
    return this.#missing(weights).reduce((sum, value) => sum + value * value, 0);
  }

  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void {
    const missing = this.#missing(weights);
    this.#jacobian.differentiate(weights, new Float32Array(missing.length).fill(factor));
    equations.add(
      this.#jacobian.rows,
      missing.map((value) => factor * value),
    );
  }

  /** `[3,P]` */
  #missing(weights: Float64Array): Float32Array {
    const { input, target } = this.#colours;
    this.#jacobian.forward(weights, input);
    return this.#jacobian.output.map((value, at) => (target[at] as number) - value);
  }
}
