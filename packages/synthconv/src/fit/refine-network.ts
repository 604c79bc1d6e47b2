/**
 * The end of a fit: steps of Levenberg and Marquardt, which see how all weights act together where Adam sees each alone.
 * A small network is solved by them like a system of equations: 458 weights on one film look (kodachrome) had 42.6 dB after
 * 1,500 steps of Adam, and 46.2 dB after 30 of these.
 */
import type { LookSchema } from "../look/index.js";
import { NetworkJacobian } from "./network-jacobian.js";
import { NormalEquations } from "./normal-equations.js";
import type { WeighedRestraint } from "./restraint.js";
import type { WeightedColours } from "./samples.js";
import { CHUNK, type StepColours } from "./step-colours.js";

export interface RefineOptions {
  readonly network: LookSchema["network"];
  /** `[P]`, as a look's generator writes them. */
  readonly weights: Float32Array;
  readonly colours: StepColours;
  readonly steps: number;
  /** Default none. */
  readonly restraints?: readonly WeighedRestraint[];
}

export interface RefinedStep {
  /** Mean square error over the colours of the step, and the restraints. */
  readonly loss: number;
  readonly weights: Float32Array;
}

/** A first damping at which the step is nearly that of gradient descent; it finds its own within ten steps. */
const DAMPING = 0.1;
const LEAST_DAMPING = 1e-7;
/** A step that makes the error smaller is trusted three times more, one that does not four times less. */
const EASE = 3;
const TIGHTEN = 4;
const TRIES = 6;
const RIDGE = 1e-9;

/** The weights after each step. A step that finds nothing better leaves them as they are. */
export function* refineNetwork(options: RefineOptions): Generator<RefinedStep> {
  const { network, steps, restraints = [] } = options;
  const jacobian = new NetworkJacobian(network, CHUNK);
  const equations = new NormalEquations(jacobian.size);
  const residuals = new Float32Array(3 * CHUNK);
  const scale = new Float32Array(3 * CHUNK);
  let weights = Float64Array.from(options.weights);
  let damping = DAMPING;

  for (let step = 0; step < steps; step++) {
    const chunks = options.colours(step, steps);
    const total = 3 * chunks.reduce((sum, chunk) => sum + weightOf(chunk), 0);
    const lossOf = (tried: Float64Array): number => {
      let sum = 0;
      for (const chunk of chunks) {
        jacobian.forward(tried, chunk.input);
        sum += writeResiduals(jacobian.output, chunk, residuals, scale);
      }
      return restraints.reduce((loss, { restraint, weight }) => {
        return weight === 0 ? loss : loss + weight * restraint.squares(tried);
      }, sum / total);
    };
    equations.clear();
    let loss = 0;
    for (const chunk of chunks) {
      jacobian.forward(weights, chunk.input);
      loss += writeResiduals(jacobian.output, chunk, residuals, scale) / total;
      jacobian.differentiate(weights, scale);
      equations.add(jacobian.rows, residuals);
    }
    for (const { restraint, weight } of restraints) {
      if (weight === 0) continue;
      loss += weight * restraint.squares(weights);
      restraint.addTo(equations, weights, Math.sqrt(weight * total));
    }
    for (let tried = 0; loss > 0 && tried < TRIES; tried++) {
      const change = equations.solve(damping, RIDGE);
      const next = weights.map((weight, at) => weight + (change[at] as number));
      const reached = lossOf(next);
      if (reached < loss) {
        [weights, loss] = [next, reached];
        damping = Math.max(damping / EASE, LEAST_DAMPING);
        break;
      }
      damping *= TIGHTEN;
    }
    yield { loss, weights: Float32Array.from(weights) };
  }
}

function weightOf({ weights }: WeightedColours): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/**
 * What is missing of the target, times the root of the colour's weight. Photos are clamped to 0 to 1, so what lies beyond
 * an end that the target lies at is right as it is: there the scale is 0, else that root.
 *
 * @returns the sum of squares.
 */
function writeResiduals(
  output: Float32Array,
  { target, weights }: WeightedColours,
  residuals: Float32Array,
  scale: Float32Array,
): number {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let nth = 0; nth < weights.length; nth++) {
      const at = channel * weights.length + nth;
      const made = output[at] as number;
      const wanted = target[at] as number;
      const isRight = (made >= 1 && wanted >= 1) || (made <= 0 && wanted <= 0);
      const factor = isRight ? 0 : Math.sqrt(weights[nth] as number);
      const missing = factor * (wanted - made);
      residuals[at] = missing;
      scale[at] = factor;
      sum += missing * missing;
    }
  }
  return sum;
}
