/**
 * The end of a fit: steps of Levenberg and Marquardt, which see how all weights act together where Adam sees each alone.
 * A small network is solved by them like a system of equations: 458 weights on one film look (kodachrome) had 42.6 dB after
 * 1,500 steps of Adam, and 46.2 dB after 30 of these.
 */
import { RandomStream } from "../core/random.js";
import type { LookSchema } from "../look/index.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { NetworkJacobian } from "./network-jacobian.js";
import { NormalEquations } from "./normal-equations.js";
import { RampFalls } from "./ramp-falls.js";
import type { ColourSamples } from "./samples.js";

/** Draws `count` colours, `[3,count]` each. */
export type DrawColours = (stream: RandomStream, count: number) => ColourSamples;

export interface RefineOptions {
  readonly network: LookSchema["network"];
  /** `[P]`, as a look's generator writes them. */
  readonly weights: Float32Array;
  readonly draw: DrawColours;
  /** Colours of a step, other ones in each; half of them in the first half of the steps. */
  readonly colours: number;
  readonly steps: number;
  readonly seed: number;
  /** What the grey ramp may fall by: nowhere more than this source does. */
  readonly greys?: GreySource | undefined;
  /** Weight of falls along the ramp, all colours together counting 1. */
  readonly greyWeight?: number;
}

export interface RefinedStep {
  /** Mean square error over the colours of the step, and the falls. */
  readonly loss: number;
  readonly weights: Float32Array;
}

/** Colours whose Jacobian is held at once: 12 MB for 1,000 weights. */
const CHUNK = 1024;
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
  const { network, draw, seed, steps } = options;
  const jacobian = new NetworkJacobian(network, CHUNK);
  const falls = options.greys && new RampFalls(network, options.greys);
  const greyWeight = (options.greyWeight ?? 0) / (3 * GREYS);
  const equations = new NormalEquations(jacobian.size);
  const residuals = new Float32Array(3 * CHUNK);
  const scale = new Float32Array(3 * CHUNK);
  let weights = Float64Array.from(options.weights);
  let damping = DAMPING;

  for (let step = 0; step < steps; step++) {
    const stream = new RandomStream({ seed, purpose: "refine", step });
    // The first half of the way needs half of the colours to find it.
    const wanted = step < steps / 2 ? options.colours / 2 : options.colours;
    const colours = Math.ceil(wanted / CHUNK) * CHUNK;
    const chunks = Array.from({ length: colours / CHUNK }, () => draw(stream, CHUNK));
    const lossOf = (tried: Float64Array): number => {
      let sum = 0;
      for (const { input, target } of chunks) {
        jacobian.forward(tried, input);
        sum += writeResiduals(jacobian.output, target, residuals, scale);
      }
      return sum / (3 * colours) + (falls === undefined ? 0 : greyWeight * falls.squares(tried));
    };
    equations.clear();
    let loss = 0;
    for (const { input, target } of chunks) {
      jacobian.forward(weights, input);
      loss += writeResiduals(jacobian.output, target, residuals, scale) / (3 * colours);
      jacobian.differentiate(weights, scale);
      equations.add(jacobian.rows, residuals);
    }
    if (falls !== undefined && greyWeight > 0) {
      const factor = Math.sqrt(greyWeight * 3 * colours);
      loss += greyWeight * falls.squares(weights);
      falls.addTo(equations, weights, factor);
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

/**
 * What is missing of the target. Photos are clamped to 0 to 1, so what lies beyond an end that the target lies at is
 * right as it is: there the scale is 0, else 1.
 *
 * @returns the sum of squares.
 */
function writeResiduals(
  output: Float32Array,
  target: Float32Array,
  residuals: Float32Array,
  scale: Float32Array,
): number {
  let sum = 0;
  for (let at = 0; at < output.length; at++) {
    const made = output[at] as number;
    const wanted = target[at] as number;
    const isRight = (made >= 1 && wanted >= 1) || (made <= 0 && wanted <= 0);
    const missing = isRight ? 0 : wanted - made;
    residuals[at] = missing;
    scale[at] = isRight ? 0 : 1;
    sum += missing * missing;
  }
  return sum;
}
