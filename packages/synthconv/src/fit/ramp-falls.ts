/** Falls of a network along the grey ramp, as residuals of a step of Gauss and Newton. */
import type { LookSchema } from "../look/index.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { NetworkJacobian } from "./network-jacobian.js";
import type { NormalEquations } from "./normal-equations.js";
import type { Restraint } from "./restraint.js";

/** One fall: from the grey that lies highest above this one, where the source does not fall between the two. */
export interface Fall {
  readonly from: number;
  /** In full scales, 0 to 1; 0 where there is none. */
  readonly by: number;
}

/** Falls of the source that are noise: what 8 bits round away. */
export const NOISE: number = 0.5 / 255;

/**
 * For each grey of one channel the largest fall that ends there, of those over which the source does not fall. A look that
 * comes down a little beside its source is off by that, but does not fall where it should rise.
 *
 * @param own `[GREYS]`, clamped.
 * @param theirs the source's; NaN where it tells nothing: then nothing may fall.
 */
export function fallsAlong(own: ArrayLike<number>, theirs: ArrayLike<number>): Fall[] {
  const falls: Fall[] = [];
  let start = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let to = 0; to < GREYS; to++) {
    const source = theirs[to] as number;
    if (source < highest - NOISE) [start, highest] = [to, source];
    else if (source > highest) highest = source;
    let largest: Fall = { from: to, by: 0 };
    for (let from = start; from < to; from++) {
      const by = (own[from] as number) - (own[to] as number);
      if (by > largest.by && !((theirs[from] as number) > source)) largest = { from, by };
    }
    falls.push(largest);
  }
  return falls;
}

/** The grey ramp is not to fall where its source does not. */
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
      (sum, falls) => sum + falls.reduce((own, { by }) => own + by * by, 0),
      0,
    );
  }

  addTo(equations: NormalEquations, weights: Float64Array, factor: number): void {
    const channels = this.#falls(weights);
    const found = channels.flatMap((falls, channel) =>
      falls.flatMap(({ from, by }, to) => {
        return by > 0 ? [{ from: channel * GREYS + from, to: channel * GREYS + to, by }] : [];
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
      Float32Array.from(found, ({ by }) => factor * by),
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
