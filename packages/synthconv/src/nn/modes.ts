/**
 * Training and evaluation, and the random numbers of a step. Importing this file adds the methods to `Module`, so
 * package.json names it under `sideEffects`.
 */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { BOOLEAN, whole } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { Module } from "./module.js";

export interface StepKey {
  readonly seed: number;
  readonly step: number;
}

declare module "./module.js" {
  interface Module {
    /**
     * Puts this module and those inside into training: batch normalisation uses and measures the batch, dropout drops.
     * It is what modules are made in.
     *
     * @param isTraining false for evaluation. Default true.
     */
    train(isTraining?: boolean): this;
    /** Puts this module and those inside into evaluation: running statistics, no dropout. */
    eval(): this;
    /**
     * Keys the random numbers of dropout here and inside by (seed, step, the layer's dotted path): the same key gives the
     * same numbers, so that a resumed run continues to the same bits. `trainLoop` does it before each step.
     *
     * @throws {ValueError} when seed or step is no whole number of 0 or more.
     */
    keyRandom(key: StepKey): this;
  }
}

/** Whether any module was made that draws random numbers: without one the walk over the model, 2 % of a small look's step, is for nothing. */
let isAnyDrawing = false;

/** Called where a module is made that will ask `streamOf`. */
export function willDraw(): void {
  isAnyDrawing = true;
}

const evaluated = new WeakSet<Module>();
const keys = new WeakMap<Module, StepKey & { readonly purpose: string }>();

/** Whether the module is in training. */
export function isTraining(module: Module): boolean {
  return !evaluated.has(module);
}

/**
 * The stream of the module's random numbers at this step, from its start.
 *
 * @throws {ValueError} when the step was not said.
 */
export function streamOf(module: Module): RandomStream {
  const key = keys.get(module);
  if (key !== undefined) return new RandomStream(key);
  throw new ValueError({
    where: module.constructor.name,
    expected: "to know the step, which its random numbers depend on",
    received: "none",
    repair:
      "Call model.keyRandom({ seed, step }) before each step (trainLoop does), or model.eval() to drop nothing.",
  });
}

/** Runs `body` with the module and those inside in evaluation; afterwards each is what it was. */
export function inEvaluation<Result>(module: Module, body: () => Result): Result {
  const trained = Array.from(modulesIn(module, ""), ([, one]) => one).filter(isTraining);
  module.eval();
  try {
    return body();
  } finally {
    for (const one of trained) evaluated.delete(one);
  }
}

const KEY: Fields<StepKey> = { seed: whole(0), step: whole(0) };

const METHODS = {
  train(this: Module, isTrainingNow = true): Module {
    check("train", "isTraining", isTrainingNow, BOOLEAN);
    for (const [, module] of modulesIn(this, "")) {
      if (isTrainingNow) evaluated.delete(module);
      else evaluated.add(module);
    }
    return this;
  },
  eval(this: Module): Module {
    return this.train(false);
  },
  keyRandom(this: Module, key: StepKey): Module {
    checkOptions("keyRandom", key, KEY, { name: "key" });
    const { seed, step } = key;
    if (!isAnyDrawing) return this;
    for (const [path, module] of modulesIn(this, ""))
      keys.set(module, { seed, step, purpose: `module:${path}` });
    return this;
  },
};

/** This module and those inside, each once, with their dotted paths. */
function* modulesIn(
  module: Module,
  path: string,
  visited: Set<Module> = new Set(),
): Generator<readonly [path: string, module: Module]> {
  if (visited.has(module)) return;
  visited.add(module);
  yield [path, module];
  for (const [name, child] of module.children())
    yield* modulesIn(child, path === "" ? name : `${path}.${name}`, visited);
}

for (const [name, value] of Object.entries(METHODS)) {
  Object.defineProperty(Module.prototype, name, { value, configurable: true, writable: true });
}
