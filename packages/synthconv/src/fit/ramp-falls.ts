/** Falls of a network along the grey ramp, as residuals of a step of Gauss and Newton. */
import type { LookSchema } from "../look/index.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { NetworkJacobian } from "./network-jacobian.js";
import type { NormalEquations } from "./normal-equations.js";
import type { Restraint } from "./restraint.js";

/** One fall: from the grey that lies highest above this one, beyond what the source falls between the two. */
export interface Fall {
  readonly from: number;
  /** In full scales, 0 to 1; 0 where there is none. */
  readonly beyond: number;
}

/**
 * For each grey of one channel the largest fall that ends there.
 *
 * @param own `[GREYS]`, clamped.
 * @param theirs the source's; NaN where it tells nothing.
 */
export function fallsAlong(own: ArrayLike<number>, theirs: ArrayLike<number>): Fall[] {
  return Array.from({ length: GREYS }, (_, to) => {
    let largest: Fall = { from: to, beyond: 0 };
    for (let from = 0; from < to; from++) {
      const allowed = (theirs[from] as number) - (theirs[to] as number);
      const beyond = (own[from] as number) - (own[to] as number) - (allowed > 0 ? allowed : 0);
      if (beyond > largest.beyond) largest = { from, beyond };
    }
    return largest;
  });
}

/** What the grey ramp may fall by: nowhere more than the source does. */
export class RampFalls implements Restraint {
  readonly #jacobian: NetworkJacobian;
  readonly #ramp = Float32Array.from({ length: 3 * GREYS }, (_, at) => (at % GREYS) / (GREYS - 1));
  readonly #source: GreySource;

  constructor(network: LookSchema["network"], source: GreySource) {
    this.#jacobian = new NetworkJacobian(network, GREYS);
    this.#source = source;
  }

  squares(weights: Float64Array): number {
    return this.#falls(weights).reduce(
      (sum, falls) => sum + falls.reduce((own, { beyond }) => own + beyond * beyond, 0),
      0,
    );
  }

  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void {
    const channels = this.#falls(weights);
    const found = channels.flatMap((falls, channel) =>
      falls.flatMap(({ from, beyond }, to) => {
        return beyond > 0 ? [{ from: channel * GREYS + from, to: channel * GREYS + to, beyond }] : [];
      }),
    );
    if (found.length === 0) return;
    const { output, rows, size } = this.#jacobian;
    const scale = output.map((value) => (value > 0 && value < 1 ? factor : 0));
    this.#jacobian.differentiate(weights, scale);
    const differences = new Float32Array(size * found.length);
    for (let weight = 0; weight < size; weight++) {
      const line = weight * 3 * GREYS;
      found.forEach(({ from, to }, nth) => {
        differences[weight * found.length + nth] =
          (rows[line + to] as number) - (rows[line + from] as number);
      });
    }
    equations.add(
      differences,
      Float32Array.from(found, ({ beyond }) => factor * beyond),
    );
  }

  #falls(weights: Float64Array): Fall[][] {
    this.#jacobian.forward(weights, this.#ramp);
    const clamped = this.#jacobian.output.map((value) => Math.min(1, Math.max(0, value)));
    return [0, 1, 2].map((channel) => {
      const [start, end] = [channel * GREYS, (channel + 1) * GREYS];
      return fallsAlong(clamped.subarray(start, end), this.#source.ramp.subarray(start, end));
    });
  }
}
