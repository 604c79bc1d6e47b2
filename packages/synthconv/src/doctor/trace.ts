/** One run of a loss function as it was observed: every value, what it was made from, how, and where. */
import { Parameter } from "../autograd/parameter.js";
import type { ObservedOperation, Observer, Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite } from "../core/call-site.js";
import type { FloatArray } from "../core/float-array.js";
import type { Births } from "./births.js";
import { fingerprint, sampledFingerprint } from "./fingerprint.js";
import type { InnerStep } from "./inner-step.js";
import { operationsThat } from "./operations.js";

/**
 * How a value went from one tensor into another.
 *
 * - `tape`: as an operation's input. A gradient flows back, if the input asks for one.
 * - `steps`: through a function of steps (round, sign), whose derivative is 0.
 * - `noTape`: through an operation that ran with the tape off.
 * - `detached`: by `detach`; `declared` when a reason was given.
 * - `rewrapped`: as the first numbers of a new parameter.
 * - `assigned`: overwriting the numbers of a parameter.
 * - `kept`: from an earlier step, without its tape.
 * - `numbers`: as plain numbers, which the tape does not see.
 */
export type Passage =
  | "tape"
  | "steps"
  | "noTape"
  | "detached"
  | "declared"
  | "rewrapped"
  | "assigned"
  | "numbers"
  | "kept";

export interface Edge {
  readonly from: Tensor;
  readonly to: Tensor;
  readonly passage: Passage;
  /** Where it happened. */
  readonly site: CallSite;
  /** Given to detach. */
  readonly reason?: string;
}

export const MOVES: ReadonlySet<string> = operationsThat("moves");

/** What a tensor of the trace is. */
export interface Origin {
  readonly tensor: Tensor;
  /** Counts everything that happened, from 0. */
  readonly order: number;
  /** `linear`, `detach`, `new Parameter`; `tensor` for numbers that came from outside. */
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly site: CallSite;
}

/** Numbers that entered the run as numbers: leaves when they are first used, and what parameters are assigned. */
export interface Entry {
  readonly tensor: Tensor;
  readonly kind: "leaf" | "assigned";
  readonly print: number;
  readonly site: CallSite;
}

/** A tensor that an earlier run computed, and its tape with it: what was trained since is not in it. */
export interface Stale {
  readonly tensor: Tensor;
  /** Where this run uses it. */
  readonly use: CallSite;
}

export interface TraceOptions {
  /** Called when an operation's result is there and nothing has used it yet. */
  readonly onOperation?: (origin: Origin) => void;
  readonly births?: Births;
  /** Whether entries carry prints of their numbers, for runs that are compared; default true. */
  readonly hasPrints?: boolean;
  /** Called for a parameter without numbers, which it may be given. */
  readonly onUninitialized?: (parameter: Tensor) => void;
  /** Called before the run itself propagates gradients, with what it does so from. */
  readonly onPropagate?: (output: Tensor) => void;
  /** Called before an optimizer steps inside of the run. */
  readonly onStep?: (optimizer: object, parameters: readonly Tensor[]) => void;
}

export class Trace implements Observer {
  /** Everything that was made in the run, in order. */
  readonly origins: Map<Tensor, Origin> = new Map();
  readonly edges: Edge[] = [];
  readonly entries: Entry[] = [];
  /** Parameters that were made in the run. */
  readonly madeParameters: Set<Parameter> = new Set();
  readonly #ownerOf = new Map<FloatArray, Tensor>();
  readonly #entered = new Set<Tensor>();
  readonly stale: Stale[] = [];
  readonly innerSteps: InnerStep[] = [];
  /** Parameters in whose place another value stood. */
  readonly replacedParameters: Set<Tensor> = new Set();
  /** What the run itself propagated gradients from, and where. */
  readonly propagatedFrom: Map<Tensor, CallSite> = new Map();
  readonly #options: TraceOptions;
  #order = 0;

  constructor(options: TraceOptions = {}) {
    this.#options = options;
  }

  created(tensor: Tensor): void {
    const site = callSite();
    this.#setOrigin(tensor, { operation: "tensor", inputs: [], site });
    const owner = this.#ownerOf.get(tensor.data);
    if (owner === undefined) this.#ownerOf.set(tensor.data, tensor);
  }

  recorded(output: Tensor, { operation, inputs, onTape, zeroDerivative }: ObservedOperation): void {
    const { site } = this.#originOf(output);
    this.#disown(output);
    for (const input of inputs) this.#use(input, site, onTape);
    this.#setOrigin(output, { operation, inputs, site });
    for (const from of new Set(inputs)) {
      const passage = !onTape && from.requiresGrad ? "noTape" : zeroDerivative ? "steps" : "tape";
      this.edges.push({ from, to: output, passage, site });
    }
    this.#ownerOf.set(output.data, output);
    this.#options.births?.add(output, site);
    this.#options.onOperation?.(this.#originOf(output));
  }

  detached(output: Tensor, input: Tensor, reason: string | undefined): void {
    const { site } = this.#originOf(output);
    this.#disown(output);
    this.#use(input, site);
    this.#setOrigin(output, { operation: "detach", inputs: [input], site });
    this.#options.births?.add(output, site);
    const passage = reason === undefined ? "detached" : "declared";
    this.edges.push({ from: input, to: output, site, passage, ...(reason !== undefined && { reason }) });
  }

  parameterMade(parameter: Parameter, value: Tensor): void {
    const { site } = this.#originOf(parameter);
    this.madeParameters.add(parameter);
    // Layers wrap their own arrays before they are initialized: numbers that nothing computed are no passage.
    const isComputed = value.history !== undefined || value.requiresGrad || this.#entered.has(value);
    this.#setOrigin(parameter, { operation: "new Parameter", inputs: isComputed ? [value] : [], site });
    if (isComputed) this.edges.push({ from: value, to: parameter, passage: "rewrapped", site });
  }

  assigned(parameter: Parameter, values: FloatArray): void {
    const site = callSite();
    // What is assigned is compared from step to step, also where nothing else is.
    const print = this.#options.hasPrints === false ? sampledFingerprint(values) : fingerprint(values);
    this.entries.push({ tensor: parameter, kind: "assigned", print, site });
    const owner = this.#ownerOf.get(values);
    if (owner !== undefined && owner !== parameter)
      this.edges.push({ from: owner, to: parameter, passage: "assigned", site });
  }

  stepped(optimizer: object, parameters: readonly Tensor[], rate: number): void {
    this.#options.onStep?.(optimizer, parameters);
    const moved = parameters.filter(
      ({ requiresGrad, grad }) => requiresGrad && grad?.data.some((value) => value !== 0),
    );
    const propagated = this.propagatedFrom.size;
    this.innerSteps.push({
      site: callSite(),
      parameters,
      moved: new Set(moved),
      rate,
      optimizer,
      propagated,
    });
  }

  propagated(output: Tensor): void {
    this.#options.onPropagate?.(output);
    this.propagatedFrom.set(output, callSite());
  }

  replaced(parameter: Tensor): void {
    this.replacedParameters.add(parameter);
  }

  uninitialized(parameter: Tensor): void {
    this.#options.onUninitialized?.(parameter);
  }

  pulledBack(_output: Tensor, _inputGradients: readonly (Tensor | undefined)[]): void {}

  /** The loss enters too where it was made of plain numbers. */
  end(loss: Tensor): void {
    this.#use(loss, this.origins.get(loss)?.site ?? callSite(), true);
  }

  /** Adds a passage that only a second run could show. */
  addNumbers(from: Tensor, { tensor, kind, site }: Entry): void {
    this.edges.push({ from, to: tensor, passage: kind === "assigned" ? "assigned" : "numbers", site });
  }

  /** A leaf enters the run with the numbers that it has when it is first used. */
  #use(input: Tensor, site: CallSite, isTaped = false): void {
    if (
      isTaped &&
      input.node !== undefined &&
      !this.origins.has(input) &&
      !this.stale.some(({ tensor }) => tensor === input)
    ) {
      this.stale.push({ tensor: input, use: site });
    }
    const origin = this.origins.get(input);
    if (this.#entered.has(input) || (origin !== undefined && origin.inputs.length > 0)) return;
    this.#entered.add(input);
    const entrySite = origin?.site ?? site;
    this.entries.push({ tensor: input, kind: "leaf", print: this.#printOf(input.data), site: entrySite });
    const owner = this.#ownerOf.get(input.data);
    if (owner === undefined) this.#ownerOf.set(input.data, input);
    else if (owner !== input) {
      this.edges.push({ from: owner, to: input, passage: "numbers", site: entrySite });
    }
  }

  /** A result may lie over the numbers of its input, which are the input's until it has been used. */
  #disown(output: Tensor): void {
    if (this.#ownerOf.get(output.data) === output) this.#ownerOf.delete(output.data);
  }

  #printOf(values: FloatArray): number {
    return this.#options.hasPrints === false ? 0 : fingerprint(values);
  }

  #originOf(tensor: Tensor): Origin {
    return this.origins.get(tensor) as Origin;
  }

  #setOrigin(tensor: Tensor, origin: Omit<Origin, "tensor" | "order">): void {
    this.origins.set(tensor, { tensor, order: this.#order++, ...origin });
  }
}

/** The values that a run was given: neither made in it nor trained. */
export function givenTensors(trace: Trace): Tensor[] {
  const given: Tensor[] = [];
  for (const { tensor, kind } of trace.entries) {
    if (kind === "leaf" && !trace.origins.has(tensor) && !(tensor instanceof Parameter)) given.push(tensor);
  }
  return given;
}
