import type { Parameter } from "../autograd/parameter.js";
import { noGrad } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { type Kind, kind, optional } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import {
  Module,
  type Network,
  type ParameterPlace,
  parameterPlaces,
  type Slot,
  statePlaces,
} from "../nn/index.js";
import { checkInitializeOptions } from "../nn/initialize-options.js";
import { add, reshape } from "../ops/index.js";
import { adviseOnWritten } from "./advice.js";
import type { Condition } from "./conditions.js";
import { describeHypernetwork, type HypernetworkDescription } from "./description.js";
import { takesSetsPerSample } from "./layers.js";
import type { HypernetworkParts, ParameterGenerator } from "./parts.js";
import { callPerSample } from "./sample-calls.js";
import { fitToConditions, WeightGenerator } from "./weight-generator.js";

/** Its forward checks it. */
const READ_BY_THE_CONDITION: Kind<unknown> = kind("what the condition reads", () => true);

/**
 * A network some of whose parameters a generator writes, one set per sample. The network's own code runs as it is, and
 * its own numbers stay as they are. `hypernetize` makes one.
 *
 * Its parameters are those of the condition, those of the generator, and those of the network that are not written
 * (all of them, where what is written is a change to them).
 */
export class Hypernetwork<Value, Inputs extends readonly unknown[], Output> extends Module {
  readonly condition: Condition<Value>;
  readonly generator: WeightGenerator | ParameterGenerator;
  readonly network: Network<Inputs, Output>;
  readonly #parts: HypernetworkParts<Value, Inputs, Output>;
  readonly #together: boolean;
  #isAdvised = false;

  constructor(parts: HypernetworkParts<Value, Inputs, Output>) {
    super();
    this.condition = parts.condition;
    this.generator = parts.generator;
    this.network = parts.network;
    this.#parts = parts;
    this.#together = takesSetsPerSample(parts.places);
  }

  /**
   * @param value what the condition reads: `[B,D]` for a vector, B numbers of tasks, B images, ...
   * @param inputs those of the network; tensors are B samples along their first axis, or any number for one condition.
   * @returns what the network returns.
   * @throws {ShapeError} when batches differ, or the generator writes a tensor of another shape.
   * @throws {NonFiniteError} when a condition is not finite.
   */
  forward(value: Value, ...inputs: Inputs): Output {
    const condition = this.condition.forward(value);
    const values = this.#valuesOf(condition);
    const call = { values, sets: condition.shape[0] as number, together: this.#together };
    const { output, unread } = callPerSample(this.network, call, inputs);
    // How it starts is what can be told; what training makes of it is the doctor's to judge.
    if (!this.#isAdvised) {
      const { start, isChange } = this.#parts;
      const shared = this.generator instanceof WeightGenerator ? this.generator.shared : undefined;
      adviseOnWritten({ condition, values, unread, start, isChange, shared });
    }
    this.#isAdvised = true;
    return output;
  }

  /** The values that parameters take for these conditions, `[B,...shape]` by path. */
  weights(value: Value): ReadonlyMap<string, Tensor> {
    return this.#valuesOf(this.condition.forward(value));
  }

  /**
   * Draws the first numbers of the condition, of the generator, and of those parameters of the network that have none
   * yet: what is trained already stays.
   *
   * @param options.conditions what the condition reads, of a real batch: the written weights then have for these exactly
   *   the size that is meant, which `describe` shows. Without them, formulas count on `conditionMeanSquare`.
   * @throws {ValueError} when the generator is a module of your own, or starts by given numbers, and is to be measured.
   */
  override initialize(options: { readonly seed: number; readonly conditions?: Value }): this {
    checkInitializeOptions(options, { conditions: optional(READ_BY_THE_CONDITION as Kind<Value>) });
    const { seed, conditions } = options;
    const trained = parameterPlaces(this.network).filter(({ parameter }) => parameter.isInitialized);
    const restores = trained.map(({ parameter }) => parameter.snapshot());
    super.initialize({ seed });
    for (const restore of restores) restore();
    if (conditions !== undefined) this.#fitTo(conditions);
    return this;
  }

  /**
   * What is written, and what it costs: for every tensor its shape, the numbers per sample, their standard deviation
   * against the one that is meant, and the parameters that the generator spends on it.
   *
   * @param value conditions to write for. Without them nothing is measured.
   */
  describe(value?: Value): HypernetworkDescription {
    const condition = value === undefined ? undefined : this.condition.forward(value);
    return describeHypernetwork(this.#parts, condition);
  }

  /** The network too, some of whose parameters are not among this one's: modes and random numbers reach it. */
  override children(): Map<string, Module> {
    return new Map([...super.children(), ["network", this.network]]);
  }

  protected override *slots(): Iterable<Slot> {
    for (const [name, value] of Object.entries({ condition: this.condition, generator: this.generator })) {
      yield { name, value, replace: () => undefined };
    }
    const places = statePlaces(this.network);
    const written = this.#parts.isChange ? new Set() : new Set(this.#written(places).values());
    for (const { path, parameter, replace } of places) {
      if (!written.has(parameter)) yield { name: `network.${path}`, value: parameter, replace };
    }
  }

  #fitTo(conditions: Value): void {
    if (this.generator instanceof WeightGenerator) {
      fitToConditions(
        this.generator,
        noGrad(() => this.condition.forward(conditions)),
      );
      return;
    }
    throw new ValueError({
      where: "initialize conditions",
      expected: "a generator of the library's, whose first numbers can be scaled",
      received: "a module of your own as the generator",
      repair: "Leave conditions out: the module starts as it initializes itself.",
    });
  }

  /** What stands under the written paths now: `to` puts other parameters there. */
  #written(places: readonly ParameterPlace[]): Map<string, Parameter> {
    const paths = new Set(this.#parts.places.map(({ path }) => path));
    const now = places.filter(({ path }) => paths.has(path));
    return new Map(now.map(({ path, parameter }) => [path, parameter]));
  }

  #valuesOf(condition: Tensor): Map<string, Tensor> {
    const { centers, isChange } = this.#parts;
    const written = this.generator.forward(condition);
    const sets = condition.shape[0] as number;
    return new Map(
      Array.from(this.#written(parameterPlaces(this.network)), ([path, parameter]) => {
        const value = checkedValue(path, written[path], [sets, ...parameter.shape]);
        const center = centers.get(path);
        const centered = center === undefined ? value : add(value, center);
        return [path, isChange ? add(reshape(parameter, [1, ...parameter.shape]), centered) : centered];
      }),
    );
  }
}

function checkedValue(path: string, value: unknown, shape: readonly number[]): Tensor {
  if (!(value instanceof Tensor)) {
    throw new ValueError({
      where: "hypernetwork generator",
      expected: `a tensor ${formatShape(shape)} under ${path}`,
      received: value === undefined ? "none" : typeof value,
      repair: "Its forward returns { [path]: tensor } for every parameter that it writes.",
    });
  }
  if (sameShape(value.shape, shape)) return value;
  throw new ShapeError({
    where: `hypernetwork generator ${path}`,
    expected: `${formatShape(shape)}, one set per condition`,
    received: formatShape(value.shape),
  });
}
