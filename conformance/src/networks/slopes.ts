/**
 * Slopes of the loss from the loss alone: central differences in float64, along a direction in the numbers of each
 * parameter by itself. The tape takes no part in them.
 */

import type { Complaint } from "../case.js";
import { noGrad, observe, type Parameter } from "../library.js";
import type { Random } from "../random.js";
import type { Program } from "./program.js";
import { lookAt } from "./training.js";
import { areSame, largestOf, type Sides, Watch } from "./watch.js";

// Steps along a direction of length 1; the shorter one where a kink lies within the first. With 1e-5 charbonnier, which turns
// within 1e-3, is off by 4e-5.
const WAYS = [1e-6, 1e-7];

// Of the sizes of what is added up, and of the loss, whose last digits the shortest way leaves.
const OF_SIZES = 1e-5;
const OF_LOSS = 1e-15;

export function slopeComplaints(program: Program, step: number, random: Random): Complaint[] {
  const { gradients, sides, loss } = lookAt(program, step, new Watch());
  return Array.from(program.namedParameters()).flatMap(([name, parameter]): Complaint[] => {
    if (!parameter.trainable) return [];
    const gradient = gradients[name] ?? new Float64Array(parameter.size);
    const direction = directionFor(gradient, random);
    let [actual, size] = [0, 0];
    direction.forEach((part, index) => {
      actual += part * (gradient[index] as number);
      size += Math.abs(part * (gradient[index] as number));
    });
    const measured = slopeAlong(program, step, parameter, direction, sides);
    if (measured === undefined) return [];
    const [expected, way] = measured;
    const allowance = OF_SIZES * size + (OF_LOSS * Math.abs(loss)) / way + 1e-10;
    const excess = Math.abs(actual - expected) / allowance;
    const output = `slope of ${name} at step ${step}`;
    return excess <= 1 ? [] : [{ output, index: 0, actual, expected, excess }];
  });
}

/** Of length 1: half at random, which meets entries whose gradient is missing, half along the gradient. */
function directionFor(gradient: ArrayLike<number>, random: Random): Float64Array {
  const largest = largestOf(gradient) || 1;
  const direction = Float64Array.from(gradient, (value) => {
    return (random.chance(0.5) ? 1 : -1) * (0.5 + random.uniform()) + value / largest;
  });
  const length = Math.hypot(...direction);
  return direction.map((part) => part / length);
}

/** And how far the two losses lay from each other; undefined where there is a kink as close as that. */
function slopeAlong(
  program: Program,
  step: number,
  parameter: Parameter,
  direction: Float64Array,
  sides: Sides,
): readonly [slope: number, way: number] | undefined {
  const values = parameter.data.slice();
  const lossAt = (way: number): readonly [number, Sides] => {
    parameter.assign(values.map((value, index) => value + way * (direction[index] as number)));
    const watch = new Watch();
    const loss = observe(watch, () => noGrad(() => program.loss(step, watch).item()));
    return [loss, watch.take()];
  };
  try {
    for (const way of WAYS) {
      const [[behind, before], [beyond, after]] = [lossAt(-way), lossAt(way)];
      if (areSame(before, sides) && areSame(after, sides)) return [(beyond - behind) / (2 * way), way];
    }
    return undefined;
  } finally {
    parameter.assign(values);
  }
}
