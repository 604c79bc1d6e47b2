import { Parameter } from "../autograd/parameter.js";
import { REASON } from "../autograd/reason.js";
import { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { rememberFreezing } from "../core/call-site.js";
import { DTYPE, type DType } from "../core/float-array.js";
import { ANY_FLOATS, optional } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { convertParameter, initializerOf } from "./declare-parameter.js";
import { checkInitializeOptions, type InitializeOptions } from "./initialize-options.js";
import { checkState } from "./kinds.js";
import { byPath, isTrained } from "./running-statistic.js";
import { checkStateDict, type StateEntry } from "./state-dict.js";

/** A field, array entry or object entry that holds a parameter or a module. */
export interface Slot {
  /** Dotted name inside the module that owns it. */
  readonly name: string;
  readonly value: Parameter | Module;
  /**
   * Puts another parameter there, or for the time of a functional call a computed value. `onRead` is to be called when
   * it is read; at once where that cannot be known.
   */
  readonly replace: (value: Tensor, onRead?: () => void) => void;
}

/** Where a parameter stands. */
export interface ParameterPlace {
  readonly path: string;
  readonly parameter: Parameter;
  /** The module that holds it directly. */
  readonly owner: Module;
  readonly replace: Slot["replace"];
}

interface FreezeOptions {
  /** Default none. */
  readonly reason?: string;
}

const FREEZE_OPTIONS: Fields<FreezeOptions> = { reason: optional(REASON) };

let placesOf: (module: Module) => ParameterPlace[];

/** Every place of a parameter in a module and in those inside; one that is shared has several. */
export function parameterPlaces(module: Module): ParameterPlace[] {
  return placesOf(module).filter(isTrained);
}

/** The same with the places of what is measured: all that a state dict holds. */
export function statePlaces(module: Module): ParameterPlace[] {
  return placesOf(module);
}

/**
 * Holds parameters and other modules. Subclasses keep them in ordinary fields, or in arrays and plain objects
 * there; the names of those fields make the dotted paths (`generator.0.weight`), as in PyTorch. Private
 * `#fields`, Maps and Sets are not seen.
 *
 * A module holds numbers that are trained. Weights that another network computes are no part of it: they are
 * values, and go into the operations as arguments.
 */
export abstract class Module {
  static {
    placesOf = (module) => [...module.#parameterPlaces("", new Set())];
  }

  /**
   * Draws the first numbers of every declared parameter here and in the modules inside. They depend on the
   * seed and on the parameter's dotted path below this module, and on nothing else.
   *
   * @returns this module.
   * @throws {ValueError} when the seed is not a whole number of 0 or more.
   */
  initialize(options: InitializeOptions): this {
    checkInitializeOptions(options, {});
    const { seed } = options;
    for (const [path, parameter] of this.namedParameters()) {
      const random = new RandomStream({ seed, purpose: `init:${path}` });
      const initializer = initializerOf(parameter);
      if (initializer === undefined) continue;
      const values = initializer(parameter.shape, random);
      check("initialize", `${path}: what its initializer returns`, values, ANY_FLOATS);
      parameter.assign(values);
    }
    return this;
  }

  /**
   * Every parameter by its dotted path, in the order of the fields; one that is shared stands under its first
   * path. The paths also become the parameters' names, which errors and checkpoints show.
   */
  namedParameters(): Map<string, Parameter> {
    return byPath([...this.#parameterPlaces("", new Set())].filter(isTrained));
  }

  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** The modules directly inside, by name. */
  children(): Map<string, Module> {
    const found = new Map<string, Module>();
    for (const { name, value } of this.slots()) {
      if (value instanceof Module) found.set(name, value);
    }
    return found;
  }

  /** A copy of the numbers of every parameter, and of everything that is measured (running means), by dotted path. */
  stateDict(): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    for (const [path, { shape, data }] of byPath(this.#parameterPlaces("", new Set()))) {
      state.set(path, new Tensor({ shape, data: data.slice() }));
    }
    return state;
  }

  /**
   * Overwrites every parameter with the entry of its path; float64 entries of a float32 module are rounded.
   * Nothing is overwritten when anything does not fit.
   *
   * @throws {ShapeError} listing the missing, unexpected and misshapen keys.
   * @throws {ValueError} when it is no Map of tensors.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): this {
    checkState("loadStateDict", state);
    const parameters = byPath(this.#parameterPlaces("", new Set()));
    checkStateDict(this.constructor.name, parameters, state);
    for (const [path, parameter] of parameters) parameter.assign((state.get(path) as StateEntry).data);
    return this;
  }

  /**
   * Excludes every parameter here from training: no gradient is computed for it and optimizers skip it.
   *
   * @param options.reason why: the doctor asks for it where a run freezes what it has trained.
   * @throws {ValueError} when the reason is no sentence.
   */
  freeze(options: FreezeOptions = {}): this {
    checkOptions("freeze", options, FREEZE_OPTIONS);
    for (const parameter of this.parameters()) {
      const wasTrainable = parameter.trainable;
      parameter.trainable = false;
      if (wasTrainable && options.reason !== undefined) rememberFreezing(parameter, options.reason);
    }
    return this;
  }

  /** Undoes `freeze`. */
  unfreeze(): this {
    for (const parameter of this.parameters()) parameter.trainable = true;
    return this;
  }

  /** Forgets all gradients here, before the next backward pass accumulates new ones. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = undefined;
  }

  /**
   * Replaces every parameter by one of another element type with the same numbers. Optimizers hold on to the
   * parameters they were made with: call this before making one.
   *
   * @throws {ValueError} when it is no element type.
   */
  to(dtype: DType): this {
    check("to", "dtype", dtype, DTYPE);
    const copies = new Map<Parameter, Parameter>();
    for (const { parameter, replace } of [...this.#parameterPlaces("", new Set())]) {
      const copy = copies.get(parameter) ?? convertParameter(parameter, dtype);
      copies.set(parameter, copy);
      replace(copy);
    }
    return this;
  }

  /**
   * Remembers which parameter stands where, and everything of each.
   *
   * @returns what puts all of it back, bit for bit.
   */
  snapshot(): () => void {
    const slots = [...this.#parameterPlaces("", new Set())];
    const restores = [...new Set(slots.map(({ parameter }) => parameter))].map((one) => one.snapshot());
    return () => {
      for (const { parameter, replace } of slots) replace(parameter);
      for (const restore of restores) restore();
    };
  }

  /** What this module holds directly. Containers override it to leave the name of their list out of the path. */
  protected slots(): Iterable<Slot> {
    return slotsIn(this, "");
  }

  *#parameterPlaces(prefix: string, visited: Set<Module>): Generator<ParameterPlace> {
    if (visited.has(this)) return;
    visited.add(this);
    for (const { name, value, replace } of this.slots()) {
      if (value instanceof Module) yield* value.#parameterPlaces(`${prefix}${name}.`, visited);
      else yield { path: prefix + name, parameter: value, owner: this, replace };
    }
  }
}

/** The parameters and modules in the entries of `holder` and of the arrays and plain objects inside it. */
export function* slotsIn(holder: object, prefix: string): Generator<Slot> {
  for (const [key, value] of Object.entries(holder)) {
    const name = prefix + key;
    if (value instanceof Module || value instanceof Parameter) {
      yield { name, value, replace: (other, onRead) => putField(holder, key, other, onRead) };
    } else if (Array.isArray(value) || isPlainObject(value)) {
      yield* slotsIn(value, `${name}.`);
    }
  }
}

function putField(holder: object, key: string, value: Tensor, onRead?: () => void): void {
  const field = onRead
    ? {
        get: () => {
          onRead();
          return value;
        },
      }
    : { value, writable: true };
  Object.defineProperty(holder, key, { ...field, enumerable: true, configurable: true });
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
