/** What the update of an optimizer of the user's own does with the numbers that it is given. */
import type { Parameter } from "../autograd/parameter.js";
import { Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite } from "../core/call-site.js";
import type { FloatArray } from "../core/float-array.js";
import { Adam, AdamW } from "../train/adam.js";
import type { Optimizer } from "../train/optimizer.js";
import { SGD } from "../train/sgd.js";
import type { Place } from "./diagnosis.js";
import type { Subject } from "./observed-loss.js";
import { placeOf } from "./place.js";

export interface TriedUpdate {
  /** Where it first wrote what is no number; undefined where it did not. */
  readonly nonFiniteAt: Place | undefined;
  /** Whether it wrote anything into the weights that it was given. */
  readonly hasWritten: boolean;
  /** Where it did so first. */
  readonly writesAt: Place | undefined;
  /** Where it took the gradient last. */
  readonly readAt: Place | undefined;
}

/** Whether the formula of an optimizer is not the library's. */
export function isOwnFormula(optimizer: Optimizer): boolean {
  const formulaOf = (one: object): unknown => Reflect.get(one, "update");
  const known = [Adam, AdamW, SGD].map(({ prototype }) => formulaOf(prototype));
  return !known.includes(formulaOf(optimizer));
}

/** The first update of one parameter, tried again; undefined where it cannot be. */
export function tryUpdate(
  optimizer: Optimizer,
  parameter: Parameter,
  gradient: Tensor,
  { restart }: Pick<Subject, "restart">,
): TriedUpdate | undefined {
  const { parameters } = optimizer;
  const restores = [optimizer.snapshot(), ...parameters.map((one) => one.snapshot())];
  const grads = parameters.map((one) => one.grad);
  const { data } = parameter;
  let [wrote, nonFinite, read]: (CallSite | undefined)[] = [];
  const values = watched(data, {
    onSet: (value) => {
      wrote ??= callSite();
      if (!Number.isFinite(value)) nonFinite ??= callSite();
    },
  });
  const onGet = (): void => {
    read = callSite();
  };
  try {
    restart();
    for (const one of parameters) one.grad = undefined;
    const arrived = new Tensor({ shape: gradient.shape, data: gradient.data.slice() });
    const given = watched(arrived.data, { onGet });
    Object.defineProperty(arrived, "data", { value: given });
    parameter.grad = arrived;
    Object.defineProperty(parameter, "data", { configurable: true, enumerable: true, get: () => values });
    optimizer.step();
  } catch {
    // What it does with arrays that are watched is not known then.
    return undefined;
  } finally {
    const property = { configurable: true, enumerable: true, writable: true, value: data };
    Object.defineProperty(parameter, "data", property);
    for (const [index, one] of parameters.entries()) one.grad = grads[index];
    for (const restore of restores) restore();
  }
  return {
    nonFiniteAt: placeOf(nonFinite),
    readAt: placeOf(read),
    hasWritten: wrote !== undefined,
    writesAt: placeOf(wrote),
  };
}

/** What numbers an update of the user's own follows. */
export interface UpdateHabits {
  readonly followsGradient: boolean;
  readonly followsRate: boolean;
  /** Where it first writes into the weights. */
  readonly writesAt: Place | undefined;
}

/** Memory that begins at 0 has been filled after some updates. */
const TRIED_STEPS = 4;

/** Compares some updates of one parameter, each from the start, with other gradients and with another rate. */
export function habitsOf(
  optimizer: Optimizer,
  parameter: Parameter,
  gradient: Tensor,
  subject: Pick<Subject, "restart">,
): UpdateHabits | undefined {
  const written = (sign: number, rate: number): FloatArray | undefined =>
    numbersAfter(optimizer, parameter, { gradient, sign, rate }, subject);
  const { learningRate } = optimizer;
  const [own, turned, slower] = [
    written(1, learningRate),
    written(-1, learningRate),
    written(1, learningRate / 2),
  ];
  if (own === undefined || turned === undefined || slower === undefined) return undefined;
  if (!own.every((value) => Number.isFinite(value))) return undefined;
  const isSame = (other: FloatArray): boolean => own.every((value, index) => Object.is(value, other[index]));
  const tried = tryUpdate(optimizer, parameter, gradient, subject);
  return { followsGradient: !isSame(turned), followsRate: !isSame(slower), writesAt: tried?.writesAt };
}

function numbersAfter(
  optimizer: Optimizer,
  parameter: Parameter,
  { gradient, sign, rate }: { readonly gradient: Tensor; readonly sign: number; readonly rate: number },
  { restart }: Pick<Subject, "restart">,
): FloatArray | undefined {
  const { parameters } = optimizer;
  const restores = [optimizer.snapshot(), ...parameters.map((one) => one.snapshot())];
  const grads = parameters.map((one) => one.grad);
  try {
    restart();
    for (let step = 0; step < TRIED_STEPS; step++) {
      for (const one of parameters) one.grad = undefined;
      const data = gradient.data.map((value) => sign * value);
      parameter.grad = new Tensor({ shape: gradient.shape, data });
      optimizer.step({ learningRate: rate });
    }
    return parameter.data.slice();
  } catch {
    return undefined;
  } finally {
    for (const [index, one] of parameters.entries()) one.grad = grads[index];
    for (const restore of restores) restore();
  }
}

interface Traps {
  readonly onGet?: () => void;
  readonly onSet?: (value: number) => void;
}

const WRITERS: ReadonlySet<string> = new Set(["set", "fill", "copyWithin", "reverse", "sort"]);

function watched(data: FloatArray, { onGet, onSet }: Traps): FloatArray {
  return new Proxy(data, {
    get: (target, key) => {
      if (typeof key === "string" && Number.isInteger(Number(key))) onGet?.();
      if (typeof key === "string" && WRITERS.has(key)) onSet?.(0);
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => {
      onSet?.(Number(value));
      return Reflect.set(target, key, value);
    },
  });
}
