/** What a loss does with a gradient that is a constant: which uses lose a part of the loss's own gradient. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { Derivative, DerivativeRun } from "./derivative-runs.js";
import { Flow } from "./flow.js";
import { operationsThat } from "./operations.js";
import { MOVES, type Origin } from "./trace.js";

/**
 * - `term`: a term of the loss, or all of it, is computed from the gradient alone.
 * - `step`: what it was taken for goes down it, and what comes of that is judged.
 * - `part`: it is added to what is learned with it.
 */
export interface LostUse {
  readonly kind: "term" | "step" | "part";
  /** The operation whose result has a gradient, and misses this one; the result itself where nothing has. */
  readonly at: Origin | undefined;
}

const SUMS: ReadonlySet<string> = new Set(["add", "subtract"]);
const LAYERS: ReadonlySet<string> = new Set(
  [...operationsThat("multiplies")].filter((name) => name !== "multiply" && name !== "divide"),
);

/**
 * The use in which a gradient is missed; undefined where it is used as a constant on purpose: an input that goes up its
 * gradient, a factor that terms or entries are weighed with, a target for something else.
 *
 * @param changed the run in which these gradients were others; it took the same way as `base`.
 */
export function lostUse(
  base: DerivativeRun,
  changed: DerivativeRun,
  derivatives: readonly Derivative[],
  isOwnLoop = false,
): LostUse | undefined {
  // What a loop of its own returns without a tape is for a log.
  const isLogged = isOwnLoop && !base.loss.requiresGrad;
  const [outputs, after] = [base, changed].map((run) => [...(isLogged ? [] : [run.loss]), ...trainedBy(run)]);
  for (const [index, output] of (outputs ?? []).entries()) {
    if (!differs(output, after?.[index])) continue;
    const found = new DerivativeUses(base, changed, derivatives).lostIn(output);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the run itself propagates, so that something is trained by it. */
function trainedBy({ trace }: DerivativeRun): Tensor[] {
  return trace.derivatives.filter(({ isBackward }) => isBackward).map(({ output }) => output);
}

function differs({ data }: Tensor, other: Tensor | undefined): boolean {
  return other === undefined || data.some((value, index) => !Object.is(value, other.data[index]));
}

class DerivativeUses {
  readonly #origins: readonly Origin[];
  readonly #derivatives: readonly Derivative[];
  readonly #trace: DerivativeRun["trace"];
  /** What trained parameters lead to by the tape. */
  readonly #open = new Set<Tensor>();
  /** What follows these gradients, and carries none. */
  readonly #constant = new Set<Tensor>();
  /** What is moved by them in the run: later losses are those of other weights. */
  readonly #written: ReadonlySet<Tensor>;
  readonly #meetings: Origin[] = [];

  constructor(base: DerivativeRun, changed: DerivativeRun, derivatives: readonly Derivative[]) {
    this.#trace = base.trace;
    this.#origins = [...base.trace.origins.values()];
    this.#derivatives = derivatives;
    const { entries, innerSteps } = base.trace;
    const assigned = entries.filter(({ kind }) => kind === "assigned").map(({ tensor }) => tensor);
    this.#written = new Set([...assigned, ...innerSteps.flatMap(({ parameters }) => parameters)]);
    for (const { gradients } of derivatives) for (const one of gradients.values()) this.#constant.add(one);
    const others = [...changed.trace.origins.values()];
    const differing = new Set(
      this.#origins.filter(({ tensor }, at) => differs(tensor, others[at]?.tensor)).map((one) => one.tensor),
    );
    for (const origin of this.#origins) this.#add(origin, differing);
  }

  #add(origin: Origin, differing: ReadonlySet<Tensor>): void {
    const { tensor, inputs } = origin;
    const isOpen = tensor.node !== undefined && inputs.some((one) => this.#isOpen(one));
    if (isOpen) this.#open.add(tensor);
    if (!differing.has(tensor) || (tensor instanceof Parameter && !isOpen)) return;
    // Numbers came in, as an entry or in the settings of an operation.
    const isEntry = !inputs.some((one) => differing.has(one) || this.#written.has(one));
    if (!isEntry && !inputs.some((one) => this.#constant.has(one))) return;
    if (isOpen) this.#meetings.push(origin);
    else this.#constant.add(tensor);
  }

  #isOpen(tensor: Tensor): boolean {
    return this.#open.has(tensor) || (tensor instanceof Parameter && tensor.trainable);
  }

  lostIn(output: Tensor): LostUse | undefined {
    if (!this.#isOpen(output)) {
      return this.#constant.has(output) ? { kind: "term", at: this.#originOf(output) } : undefined;
    }
    const flow = new Flow(this.#trace, output);
    for (const at of this.#meetings) {
      const kind = flow.feedsTape(at.tensor) ? this.#kindOf(at, flow) : undefined;
      if (kind !== undefined) return { kind, at };
    }
    return undefined;
  }

  #kindOf({ operation, inputs, tensor }: Origin, flow: Flow): LostUse["kind"] | undefined {
    const open = inputs.filter((one) => this.#isOpen(one));
    const isSum = SUMS.has(operation);
    // A number that only others learn by, the weights of terms: GradNorm (arXiv:1711.02257).
    if (tensor.size === 1 && open.length > 0 && open.every((one) => this.#isOfOthers(one))) return undefined;
    if (isSum && tensor.size === 1 && inputs.every(({ size }) => size === 1)) return "term";
    if (isSum && open.some((one) => this.#isTakenFor(one)))
      return this.#goesDown(tensor, open) ? "step" : undefined;
    if (isSum) return open.every((one) => this.#isOfTheSame(one)) ? "part" : undefined;
    // Weights that went down it as numbers.
    const weight = inputs[1];
    if (
      LAYERS.has(operation) &&
      weight !== undefined &&
      this.#constant.has(weight) &&
      this.#isStepped(weight)
    )
      return "step";
    const next = flow.edgesOutOf(tensor).map(({ to }) => this.#originOf(to));
    const isScaled = operation === "multiply" || operation === "divide" || MOVES.has(operation);
    const step = next.find(
      (one) => one !== undefined && SUMS.has(one.operation) && this.#joinsTaken(one, tensor),
    );
    return isScaled && step !== undefined && this.#goesDown(step.tensor, step.inputs) ? "step" : undefined;
  }

  /** Whether these gradients were taken for a tensor. */
  #isTakenFor(tensor: Tensor): boolean {
    return this.#derivatives.some(({ gradients }) => gradients.has(tensor));
  }

  #joinsTaken({ inputs }: Origin, step: Tensor): boolean {
    return inputs.some((one) => one !== step && this.#isTakenFor(one));
  }

  /** Whether a tensor was moved against its gradient: those that are moved along it look for the worst. */
  #goesDown({ data }: Tensor, from: readonly Tensor[]): boolean {
    return this.#derivatives.some(({ gradients }) =>
      from.some((one) => {
        const gradient = gradients.get(one)?.data;
        if (gradient === undefined || gradient.length !== data.length) return false;
        let descent = 0;
        for (let i = 0; i < data.length; i++)
          descent += (gradient[i] as number) * ((data[i] as number) - (one.data[i] as number));
        return descent < 0;
      }),
    );
  }

  /** Whether numbers are what one of the tensors would be after a step down its gradient. */
  #isStepped(tensor: Tensor): boolean {
    const taken = this.#derivatives.flatMap(({ gradients }) => [...gradients.keys()]);
    return taken.some((one) => one.size === tensor.size && this.#goesDown(tensor, [one]));
  }

  /** Whether all that a tensor learns by is what the gradients follow as well: no network of its own. */
  #isOfTheSame(tensor: Tensor): boolean {
    const followed = this.#followed();
    // A bias adds nothing to a gradient.
    return this.#parametersBehind(tensor)
      .filter((one) => one.rank > 1)
      .every((one) => followed.has(one));
  }

  #isOfOthers(tensor: Tensor): boolean {
    const followed = this.#followed();
    return this.#parametersBehind(tensor).every((one) => !followed.has(one) && !this.#isTakenFor(one));
  }

  #followed(): Set<Tensor> {
    return new Set<Tensor>(this.#derivatives.flatMap((one) => [...one.followed]));
  }

  #parametersBehind(tensor: Tensor): Tensor[] {
    const behind = new Set([tensor]);
    for (const one of behind) {
      for (const input of this.#originOf(one)?.inputs ?? []) if (this.#isOpen(input)) behind.add(input);
    }
    return [...behind].filter((one) => one instanceof Parameter);
  }

  #originOf(tensor: Tensor): Origin | undefined {
    return this.#trace.origins.get(tensor);
  }
}
