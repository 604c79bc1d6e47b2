/** Gradients that a loss takes as constants, and what follows them: found by giving the loss others. */
import { randomUniform } from "../autograd/creation.js";
import { grad } from "../autograd/grad.js";
import type { Parameter } from "../autograd/parameter.js";
import { unobserved } from "../autograd/propagate.js";
import type { Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite } from "../core/call-site.js";
import { GraphError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { Trace } from "./trace.js";

export interface Derivative {
  /** What it was taken of. */
  readonly output: Tensor;
  /** By what it was taken for. */
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
  readonly site: CallSite;
  readonly isBackward: boolean;
  /** The parameters that it follows, where these were asked for: none where it is the same whatever they are. */
  readonly followed: ReadonlySet<Parameter>;
}

export interface DerivativeRun {
  readonly trace: DerivativeTrace;
  readonly loss: Tensor;
}

interface DerivativeRunOptions {
  readonly parameters: readonly Parameter[];
  /** Whether to ask which of them each gradient follows. Default false. */
  readonly isAsked?: boolean;
  /** Makes another run of this one in which some of the gradients, by their order, are others. */
  readonly change?: { readonly of: DerivativeRun; readonly isChanged: (index: number) => boolean };
}

/** Runs the loss and notes the gradients that it takes. */
export function derivativeRun(subject: Subject, options: DerivativeRunOptions): DerivativeRun {
  return putBack(subject, () => {
    const stepped = [...subject.innerOptimizers.keys()].flatMap((one) => one.parameters);
    const trace = new DerivativeTrace(options, new Set(stepped));
    return { trace, loss: observedLoss(subject.loss, trace) };
  });
}

class DerivativeTrace extends Trace {
  readonly derivatives: Derivative[] = [];
  /** What was detached with a reason, in order. */
  readonly declared: FloatArray[] = [];
  readonly #options: DerivativeRunOptions;
  /** What backward leaves there is for an optimizer. */
  readonly #stepped: ReadonlySet<Tensor>;

  constructor(options: DerivativeRunOptions, stepped: ReadonlySet<Tensor>) {
    super({ hasPrints: false });
    this.#options = options;
    this.#stepped = stepped;
  }

  /** What is a constant for a reason stays what it was. */
  override detached(output: Tensor, input: Tensor, reason: string | undefined): void {
    super.detached(output, input, reason);
    if (reason === undefined) return;
    const before = this.#options.change?.of.trace.declared[this.declared.length];
    if (before?.length === output.size) Object.defineProperty(output, "data", { value: before.slice() });
    this.declared.push(output.data.slice());
  }

  differentiated(where: string, output: Tensor, all: ReadonlyMap<Tensor, Tensor>): void {
    const { parameters, isAsked = false, change } = this.#options;
    const isBackward = where === "backward";
    const gradients = isBackward ? new Map([...all].filter(([input]) => !this.#stepped.has(input))) : all;
    if (gradients.size === 0) return;
    const site = callSite();
    const followed = isAsked
      ? unobserved(() => followedBy(output, [...gradients.keys()], parameters))
      : new Set<Parameter>();
    if (change?.isChanged(this.derivatives.length) === true)
      for (const { data } of gradients.values()) changeEntries(data);
    this.derivatives.push({ output, gradients, site, isBackward, followed });
  }
}

/** How much every entry of a gradient is changed, up or down: a direction is another then, and a sign is not. */
const CHANGE = 0.2;

function changeEntries(data: FloatArray): void {
  const random = new RandomStream({ seed: 0, purpose: "doctor derivative" });
  for (let i = 0; i < data.length; i++) {
    data[i] = (data[i] as number) * (random.uniform() < 0.5 ? 1 - CHANGE : 1 + CHANGE);
  }
}

/** The parameters by which a gradient has a derivative that is not 0. */
function followedBy(
  output: Tensor,
  inputs: readonly Tensor[],
  parameters: readonly Parameter[],
): Set<Parameter> {
  const found = new Set<Parameter>();
  const random = new RandomStream({ seed: 0, purpose: "doctor second derivative" });
  try {
    for (const gradient of grad(output, inputs, { createGraph: true, allowUnused: true })) {
      if (gradient?.requiresGrad !== true) continue;
      const seed = randomUniform(gradient.shape, random, { dtype: gradient.dtype });
      grad(gradient, parameters, { allowUnused: true, seed }).forEach((one, index) => {
        if (one?.data.some((value) => value !== 0)) found.add(parameters[index] as Parameter);
      });
    }
  } catch (error) {
    // Of what cannot be differentiated twice nothing is known.
    if (!(error instanceof GraphError)) throw error;
  }
  return found;
}
