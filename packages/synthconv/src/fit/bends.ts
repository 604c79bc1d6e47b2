/**
 * How much a network bends anywhere in the cube of colours: second differences along random lines. Photos leave most of
 * the cube unseen; where nothing else is said, the network that bends least goes on as it did where it was seen.
 */
import { RandomStream } from "../core/random.js";
import type { LookSchema } from "../look/index.js";
import { NetworkJacobian } from "./network-jacobian.js";
import type { NormalEquations } from "./normal-equations.js";
import type { Restraint } from "./restraint.js";

/** Lines. */
const LINES = 256;
/** Distance of the three colours of a line: what bends more finely than that is seen to by the colours around it. */
const REACH = 0.1;

export class Bends implements Restraint {
  /** One for each of the three colours of all lines. */
  readonly #jacobians: readonly NetworkJacobian[];
  /** `[3,LINES]` each. */
  readonly #colours: readonly Float32Array[];
  readonly #scale = new Float32Array(3 * LINES).fill(1);

  constructor(network: LookSchema["network"], seed: number) {
    const stream = new RandomStream({ seed, purpose: "bends" });
    // The input's own share bends nowhere, and its rounding is none of the network's.
    const own = { ...network, residual: false };
    this.#jacobians = [-1, 0, 1].map(() => new NetworkJacobian(own, LINES));
    this.#colours = [-1, 0, 1].map(() => new Float32Array(3 * LINES));
    for (let line = 0; line < LINES; line++) {
      const direction = [0, 1, 2].map(() => stream.normal());
      const length = Math.hypot(...direction);
      direction.forEach((component, channel) => {
        const middle = REACH + (1 - 2 * REACH) * stream.uniform();
        this.#colours.forEach((colours, nth) => {
          colours[channel * LINES + line] = middle + ((nth - 1) * REACH * component) / length;
        });
      });
    }
  }

  squares(weights: Float64Array): number {
    return this.#differences(weights).reduce((sum, value) => sum + value * value, 0);
  }

  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void {
    const differences = this.#differences(weights);
    for (const jacobian of this.#jacobians) jacobian.differentiate(weights, this.#scale);
    const [before, middle, after] = this.#jacobians.map(({ rows }) => rows) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const rows = middle.map((value, at) => {
      return factor * ((before[at] as number) - 2 * value + (after[at] as number));
    });
    equations.add(
      rows,
      differences.map((value) => -factor * value),
    );
  }

  /** `[3,LINES]` */
  #differences(weights: Float64Array): Float32Array {
    this.#jacobians.forEach((jacobian, nth) => {
      jacobian.forward(weights, this.#colours[nth] as Float32Array);
    });
    const [before, middle, after] = this.#jacobians.map(({ output }) => output) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return middle.map((value, at) => (before[at] as number) - 2 * value + (after[at] as number));
  }
}
