import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { UninitializedError, ValueError } from "../core/errors.js";
import {
  ABOVE_ZERO,
  either,
  FUNCTION,
  instanceOf,
  type Kind,
  kind,
  oneOf,
  optional,
  whole,
} from "../core/kinds.js";
import {
  type GeneratedTensor,
  type GeneratorInitialization,
  type GeneratorSettings,
  type GeneratorStart,
  generatorFields,
  INITIALIZATION,
  type WrittenStart,
} from "../generator/index.js";
import { Module, type Network, type ParameterPlace } from "../nn/index.js";
import { adviseOnSizes } from "./advice.js";
import { chooseParameters, PARAMETER_CHOICE, type ParameterChoice } from "./choose-parameters.js";
import { Condition, conditions } from "./conditions.js";
import { Hypernetwork } from "./hypernetwork.js";
import { isGain, isOffset, transposedGroupsOf } from "./layers.js";
import type { ParameterGenerator } from "./parts.js";
import { WeightGenerator } from "./weight-generator.js";

/** How the first written weights come about; "own": as the network's own numbers, for every condition. */
export type HypernetworkInitialization = GeneratorInitialization | "own" | WrittenStart;

export interface HypernetizeOptions<Value> {
  /** Which parameters are written: all of them, those whose dotted path a pattern finds, or those of a list. */
  readonly parameters: ParameterChoice;
  /** Kind and settings of a generator; or a module of your own that returns `[B,...shape]` by path. */
  readonly generator: GeneratorSettings | ParameterGenerator;
  /** What the generator reads: a number D for rows `[B,D]`, or one of `conditions`. */
  readonly condition: number | Condition<Value>;
  /**
   * "weights" (default) in place of the parameters, or a "change" that is added to them: LoRA, with the kind "lowRank".
   * A change starts at 0. The parameters under it are trained with the rest unless they are frozen.
   */
  readonly write?: "weights" | "change";
  /** Default "hyperfanIn", and 0 for a change. */
  readonly initialization?: HypernetworkInitialization;
  /** Mean square of a condition's numbers, which initialization counts on. Default 1. */
  readonly conditionMeanSquare?: number;
  /** Of a parameter by its path: 2 (default) where a ReLU follows its layer, 1 where none does. */
  readonly gain?: (path: string) => number;
}

const WHERE = "hypernetize";
const OWN = oneOf(["own"]);
const WRITE = oneOf(["weights", "change"]);

const GENERATOR: Kind<HypernetizeOptions<unknown>["generator"]> = kind(
  "settings of a generator, { kind, ... }, or a Module whose forward(condition) gives { [path]: tensor }",
  (value) => (value instanceof Module ? "forward" in value : isPlainObject(value)),
);

const OPTIONS: Fields<HypernetizeOptions<unknown>> = {
  parameters: PARAMETER_CHOICE,
  generator: GENERATOR,
  condition: either(
    whole(0),
    instanceOf(Condition, "one of conditions"),
    "a number of numbers, or one of conditions",
  ),
  write: optional(WRITE),
  initialization: optional(either(INITIALIZATION, OWN, `${INITIALIZATION.expected}, or "own"`)),
  conditionMeanSquare: optional(ABOVE_ZERO),
  gain: optional(FUNCTION as Kind<(path: string) => number>),
};

/** Gains of normalizations start about so far from 1, offsets from 0: conditions differ, and layers work as they should. */
const NORM_DEVIATION = 0.01;

/**
 * Gives some or all parameters of a network to a generator, which writes them from a condition, one set per sample. The
 * network's code is not changed, and it is never written into.
 *
 * @param network any module with a forward, with numbers already or without. Where layers of yours read a written
 *   parameter, it runs once per sample; those of the library take all sets at once.
 * @throws {ValueError} when an option is of another kind, or `parameters` finds none.
 * @throws {UninitializedError} when it shall start as the network, which has no numbers yet.
 */
export function hypernetize<
  Value = import("../autograd/tensor.js").Tensor,
  Inputs extends readonly unknown[] = readonly unknown[],
  Output = unknown,
>(network: Network<Inputs, Output>, options: HypernetizeOptions<Value>): Hypernetwork<Value, Inputs, Output> {
  check(WHERE, "network", network, instanceOf(Module, "a Module"));
  checkOptions(WHERE, options, OPTIONS);
  const { generator: given, condition: read, write = "weights", conditionMeanSquare = 1 } = options;
  const places = chooseParameters(network, options.parameters);
  const isChange = write === "change";
  // A generator of one's own starts itself, and what it writes is taken as it is.
  const isOwn = given instanceof Module;
  if (isOwn) refuseStarts(options);
  const centers = new Map(isChange || isOwn ? [] : places.filter(isGain).map(({ path }) => [path, 1]));
  const condition = typeof read === "number" ? (conditions.vector(read) as Condition<never>) : read;
  const start: GeneratorStart = {
    initialization: startOf(options, places, centers),
    conditionMeanSquare,
  };
  const parts = { network, condition: condition as Condition<Value>, places, centers, isChange, start };
  if (isOwn) return new Hypernetwork({ ...parts, generator: given });
  checkOptions(WHERE, given, generatorFields(`${WHERE} generator`, given) as Fields<GeneratorSettings>, {
    name: "generator",
  });
  const generator = new WeightGenerator({
    ...given,
    ...start,
    conditionLength: condition.length,
    tensors: places.map((place) => tensorOf(place, options.gain, centers)),
  });
  const count = generator.parameters().reduce((sum, { size }) => sum + size, 0);
  adviseOnSizes(given, count, numbersOf(places));
  return new Hypernetwork({ ...parts, generator });
}

function refuseStarts(options: HypernetizeOptions<never>): void {
  const name = (["initialization", "gain"] as const).find((one) => options[one] !== undefined);
  if (name === undefined) return;
  throw new ValueError({
    where: `${WHERE} ${name}`,
    expected: "settings of a generator, which it is for",
    received: "a module of your own as the generator",
    repair: "Leave it out: the module starts as it initializes itself.",
  });
}

function tensorOf(
  place: ParameterPlace,
  gainOf: HypernetizeOptions<unknown>["gain"],
  centers: ReadonlyMap<string, number>,
): GeneratedTensor {
  const { path, parameter } = place;
  if (centers.has(path) || isOffset(place))
    return { name: path, shape: parameter.shape, deviation: NORM_DEVIATION };
  const gain = gainOf?.(path);
  if (gain !== undefined) check(WHERE, `gain of ${path}`, gain, ABOVE_ZERO);
  const transposedGroups = transposedGroupsOf(place);
  return {
    name: path,
    shape: parameter.shape,
    ...(gain !== undefined && { gain }),
    ...(transposedGroups !== undefined && { transposedGroups }),
  };
}

function numbersOf(places: readonly ParameterPlace[]): number {
  return places.reduce((sum, { parameter }) => sum + parameter.size, 0);
}

function startOf(
  { write, initialization }: HypernetizeOptions<never>,
  places: readonly ParameterPlace[],
  centers: ReadonlyMap<string, number>,
): GeneratorStart["initialization"] {
  if (initialization === undefined) {
    return write === "change" ? { weights: new Float64Array(numbersOf(places)) } : "hyperfanIn";
  }
  if (initialization !== "own") return initialization;
  if (write === "change") {
    throw new ValueError({
      where: `${WHERE} initialization`,
      expected: "a start for the change",
      received: '"own"',
      repair: "Leave it out: a change starts at 0, so the network starts as it is.",
    });
  }
  const weights = new Float64Array(numbersOf(places));
  let offset = 0;
  for (const { path, parameter } of places) {
    if (!parameter.isInitialized) throw withoutNumbers(path);
    const center = centers.get(path) ?? 0;
    weights.set(
      parameter.data.map((value) => value - center),
      offset,
    );
    offset += parameter.size;
  }
  return { weights };
}

function withoutNumbers(path: string): UninitializedError {
  return new UninitializedError({
    where: `${WHERE} initialization`,
    expected: "a network that has numbers, to start as it is",
    received: `no numbers in ${path}`,
    repair: "Call network.initialize({ seed: 1 }), or load its numbers, before.",
  });
}
