import { Parameter } from "../autograd/parameter.js";
import { checkInitialized } from "../autograd/tape.js";
import { provenance } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { rememberConstruction, rememberHolder } from "../core/call-site.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { instanceOf, type Kind, kind, NOT_NEGATIVE, optional, repairedBy, whole } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { checkState } from "../nn/kinds.js";
import type { StateEntry } from "../nn/state-dict.js";

export interface StepOptions {
  /** Default the optimizer's own. */
  readonly learningRate?: number;
}

const STEP_OPTIONS: Fields<StepOptions> = { learningRate: optional(NOT_NEGATIVE) };
const asRate = (value: unknown): string | undefined =>
  typeof value === "number" ? `Write step({ learningRate: ${value} }).` : undefined;

const PARAMETERS = kind<Iterable<Parameter>>(
  "a list of parameters",
  (value) => typeof value === "object" && value !== null && Symbol.iterator in value,
  (value) => (hasParameters(value) ? "Pass module.parameters()." : undefined),
);

const PARAMETER: Kind<Parameter> = repairedBy(instanceOf(Parameter, "each to be a Parameter"), (value) =>
  Array.isArray(value) ? "Pass module.parameters(); namedParameters() has the names too." : undefined,
);

/**
 * The parameters of an argument `parameters`, as a list.
 *
 * @throws {ValueError} when it is none, or an entry is no parameter.
 */
export function checkedParameters(where: string, parameters: Iterable<Parameter>): Parameter[] {
  check(where, "parameters", parameters, PARAMETERS);
  const list = [...parameters];
  for (const parameter of list) check(where, "parameters", parameter, PARAMETER);
  return list;
}

/** A module, which is above this folder's imports. */
function hasParameters(value: unknown): boolean {
  return typeof (value as { parameters?: unknown } | null | undefined)?.parameters === "function";
}

/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  /** Updates that this parameter has had. */
  steps: number;
  /** One array a slot, of the parameter's length and element type. */
  readonly slots: readonly FloatArray[];
}

/**
 * Updates parameters in place from the gradients in their `.grad`. Parameters that are frozen or have no
 * gradient are left alone, as in PyTorch.
 *
 * What it remembers is kept in the parameter's own element type and is computed in double precision from one
 * step to the next, so writing it to a file and back loses nothing.
 */
export abstract class Optimizer {
  readonly parameters: readonly Parameter[];
  /** Used by `step` when it is not told another one. */
  readonly learningRate: number;
  /** Name and settings; a checkpoint is resumed only by an optimizer that is described alike. */
  abstract readonly description: string;
  /** Names of the arrays that are remembered for each parameter. */
  protected abstract readonly slotNames: readonly string[];
  readonly #states = new Map<Parameter, ParameterState>();
  readonly #rates: ReadonlyMap<Parameter, number>;

  /**
   * @param rates of parameters that have one of their own; a step with another learning rate scales them alike.
   * @throws {UninitializedError} when a parameter has no numbers yet.
   * @throws {ValueError} when there are no parameters, one is NaN, or the learning rate is negative or not finite.
   */
  constructor(
    parameters: Iterable<Parameter>,
    learningRate: number,
    rates: ReadonlyMap<Parameter, number> = new Map(),
  ) {
    this.#rates = rates;
    this.parameters = [...new Set(checkedParameters(new.target.name, parameters))];
    this.learningRate = learningRate;
    rememberConstruction(this);
    check(new.target.name, "learningRate", learningRate, NOT_NEGATIVE);
    if (this.parameters.length === 0) {
      throw new ValueError({
        where: new.target.name,
        expected: "at least one parameter",
        received: "none",
        repair: "Pass module.parameters().",
      });
    }
    for (const parameter of this.parameters) {
      rememberHolder(parameter, this);
      checkInitialized(new.target.name, parameter);
      if (!parameter.data.includes(Number.NaN)) continue;
      throw new ValueError({
        where: new.target.name,
        expected: "parameters that are numbers",
        received: `NaN in ${parameter.label}`,
        repair: "Load or draw them again: model.initialize({ seed }) or model.loadStateDict(state).",
      });
    }
  }

  /** One update of every parameter. */
  step(options: StepOptions = {}): void {
    checkOptions("step", options, STEP_OPTIONS, { repair: asRate });
    const { learningRate = this.learningRate } = options;
    provenance.observer?.stepped(this, this.parameters, learningRate);
    for (const parameter of this.parameters) {
      if (!parameter.trainable || parameter.grad === undefined) continue;
      const state = this.#stateOf(parameter);
      state.steps++;
      const { data } = parameter.grad;
      this.update(parameter.data, data, state, this.#rateOf(parameter, learningRate), parameter);
      parameter.writes.count++;
    }
  }

  /** Forgets the gradients, before the next backward pass accumulates new ones. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = undefined;
  }

  /**
   * A copy of what is remembered: for every parameter `<name>.steps` (float64, `[1]`) and `<name>.<slot>` (of
   * the parameter's shape and element type).
   *
   * @throws {ValueError} when two parameters have the same name.
   */
  stateDict(): Map<string, StateEntry> {
    const entries = new Map<string, StateEntry>();
    for (const parameter of this.parameters) {
      const { name, shape } = parameter;
      const { steps, slots } = this.#stateOf(parameter);
      if (entries.has(`${name}.steps`)) throw sameName(parameter);
      entries.set(`${name}.steps`, { shape: [1], data: Float64Array.of(steps) });
      this.slotNames.forEach((slot, index) => {
        entries.set(`${name}.${slot}`, { shape, data: (slots[index] as FloatArray).slice() });
      });
    }
    return entries;
  }

  /**
   * Takes over what `stateDict` returned, from an optimizer of the same kind over parameters of the same names
   * and shapes. Nothing is overwritten when anything does not fit.
   *
   * @throws {ShapeError} naming the entry that is missing, unexpected or of another shape.
   * @throws {ValueError} when it is no Map of tensors, or a count of steps is no whole number.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    checkState("loadStateDict", state);
    const wanted = this.stateDict();
    for (const name of new Set([...wanted.keys(), ...state.keys()])) {
      const [expected, received] = [wanted.get(name), state.get(name)];
      if (expected && received && sameShape(expected.shape, received.shape)) continue;
      throw new ShapeError({
        where: `${this.constructor.name} state ${name}`,
        expected: expected ? formatShape(expected.shape) : "no such entry",
        received: received ? formatShape(received.shape) : "none",
        repair: "Resume with the network and the optimizer that the state was saved with.",
      });
    }
    for (const { name } of this.parameters) {
      check("loadStateDict", `state ${name}.steps`, state.get(`${name}.steps`)?.data[0], whole(0));
    }
    for (const parameter of this.parameters) {
      const read = (slot: string): FloatArray => (state.get(`${parameter.name}.${slot}`) as StateEntry).data;
      const own = this.#stateOf(parameter);
      own.steps = read("steps")[0] as number;
      this.slotNames.forEach((slot, index) => {
        (own.slots[index] as FloatArray).set(read(slot));
      });
    }
  }

  /**
   * Remembers its parameters and what it remembers of them.
   *
   * @returns what puts all of it back, bit for bit.
   */
  snapshot(): () => void {
    const restoreParameters = this.parameters.map((parameter) => parameter.snapshot());
    const states = Array.from(this.#states, ([parameter, { steps, slots }]) => {
      return [parameter, { steps, slots: slots.map((slot) => slot.slice()) }] as const;
    });
    return () => {
      for (const restore of restoreParameters) restore();
      this.#states.clear();
      for (const [parameter, { steps, slots }] of states) {
        this.#states.set(parameter, { steps, slots: slots.map((slot) => slot.slice()) });
      }
    };
  }

  #rateOf(parameter: Parameter, learningRate: number): number {
    const own = this.#rates.get(parameter);
    if (own === undefined) return learningRate;
    return this.learningRate === 0 ? own : own * (learningRate / this.learningRate);
  }

  /** Writes one parameter's update into `values`; `state.steps` already counts it. */
  protected abstract update(
    values: FloatArray,
    gradient: FloatArray,
    state: ParameterState,
    learningRate: number,
    parameter: Parameter,
  ): void;

  #stateOf(parameter: Parameter): ParameterState {
    const known = this.#states.get(parameter);
    if (known !== undefined) return known;
    const slots = this.slotNames.map(() => allocate(parameter.dtype, parameter.size));
    const fresh = { steps: 0, slots };
    this.#states.set(parameter, fresh);
    return fresh;
  }
}

function sameName(parameter: Parameter): ValueError {
  return new ValueError({
    where: "optimizer state",
    expected: "parameters of different names",
    received: `two called ${parameter.name}`,
    repair: "Take them from one module (module.parameters() names them), or set their names.",
  });
}
