/** Tries out what is to be written in the place of activations that saturate, before it is named as the repair. */
import { grad } from "../autograd/grad.js";
import { observe } from "../autograd/observe.js";
import type { Parameter } from "../autograd/parameter.js";
import { unobserved } from "../autograd/propagate.js";
import type { ObservedOperation, Observer, Tensor } from "../autograd/tensor.js";
import { initializers } from "../core/initializers.js";
import { RandomStream } from "../core/random.js";
import { leakyRelu } from "../ops/activation.js";
import { add } from "../ops/arithmetic.js";
import { layerNorm } from "../ops/normalization.js";
import { atTheStart, type Subject } from "./observed-loss.js";
import { hasManyEntries, lossLongAfter, lowerRates } from "./rate-trial.js";
import { sizesOf } from "./sizes.js";
import type { Trace } from "./trace.js";

interface Saturating {
  /** The results that are to be replaced, of the run that was watched first. */
  readonly results: ReadonlySet<Tensor>;
  readonly trace: Trace;
  /** What the layers between them multiply with. */
  readonly weights: readonly Parameter[];
  /** What the gradient does not reach. */
  readonly lost: readonly Parameter[];
}

interface ActivationRepair {
  /** `leakyRelu`, with weights of `initializers.kaiming`; or what goes in added to what comes out, and normalized. */
  readonly kind: "leakyRelu" | "residual";
  /** A learning rate that is to be taken with it, lower than the one of now; undefined where that will do. */
  readonly rate: number | undefined;
}

/** What is left of the largest gradient, where it is no longer lost. */
const ARRIVES = 1e-3;

/**
 * What is to be written in the place of layers that saturate, in words: as it was seen to train, and undefined where
 * nothing was; as advice alone where there is no optimizer to try it with.
 */
export function repairOfSaturation(
  subject: Subject,
  operation: string,
  layers: Saturating,
): string | undefined {
  const advice = `Put leakyRelu in the place of ${operation} between the layers, and draw their weights with initializers.kaiming`;
  const canTry = !subject.hasOwnOptimizer && subject.innerOptimizers.size === 0 && !hasManyEntries(subject);
  if (!canTry) return `${advice}.`;
  const found = activationRepair(subject, layers);
  if (found === undefined) return undefined;
  const rate =
    found.rate === undefined
      ? ""
      : `, and train with a learning rate of ${found.rate}, with which the loss was seen to fall`;
  return found.kind === "leakyRelu"
    ? `${advice}${rate}.`
    : `Let what goes into each layer pass beside it, and normalize the sum: h = layerNorm(add(h, ${operation}(layer.forward(h))))${rate}.`;
}

/** A loss that is lower than that by the program as it is: to learn the mean of the targets needs no layer but the last. */
const LOWER = 0.9;

/** The first of them with which a gradient arrives everywhere, and the loss falls further in a hundred steps than without it. */
function activationRepair(subject: Subject, layers: Saturating): ActivationRepair | undefined {
  const [optimizer] = subject.optimizers;
  if (optimizer === undefined) return undefined;
  const { learningRate: own } = optimizer;
  const most = LOWER * lossLongAfter(subject, own);
  for (const kind of ["leakyRelu", "residual"] as const) {
    const changed = changedSubject(subject, layers, kind);
    if (!arrives(changed, layers.lost)) continue;
    const rate = [own, ...lowerRates(own)].find((one) => lossLongAfter(changed, one) < most);
    if (rate !== undefined) return { kind, rate: rate === own ? undefined : rate };
  }
  return undefined;
}

function changedSubject(
  subject: Subject,
  { results, trace, weights }: Saturating,
  kind: ActivationRepair["kind"],
): Subject {
  const operations = [...trace.origins.values()].filter(
    ({ operation, inputs }) => inputs.length > 0 && !NO_OPERATIONS.has(operation),
  );
  const positions = new Set(
    operations.flatMap(({ tensor }, position) => (results.has(tensor) ? [position] : [])),
  );
  return {
    ...subject,
    loss: () => observe(new Replacing(positions, kind), subject.loss),
    restart: () => {
      subject.restart();
      if (kind === "leakyRelu") for (const weight of weights) drawAgain(weight);
    },
  };
}

const NO_OPERATIONS: ReadonlySet<string> = new Set(["detach", "new Parameter"]);

/** Counts operations, and replaces the results of some of them. */
class Replacing implements Observer {
  readonly #positions: ReadonlySet<number>;
  readonly #kind: ActivationRepair["kind"];
  #position = 0;

  constructor(positions: ReadonlySet<number>, kind: ActivationRepair["kind"]) {
    this.#positions = positions;
    this.#kind = kind;
  }

  recorded(output: Tensor, { inputs: [given] }: ObservedOperation): void {
    if (this.#positions.has(this.#position++) && given !== undefined)
      replaceResult(output, given, this.#kind);
  }

  created(): void {}
  detached(): void {}
  parameterMade(): void {}
  assigned(): void {}
  stepped(): void {}
  propagated(): void {}
  pulledBack(): void {}
}

/** Another operation in its place: its numbers, and its node on the tape. */
function replaceResult(tensor: Tensor, given: Tensor, kind: ActivationRepair["kind"]): void {
  const { shape, data, node } = tensor;
  const other = unobserved((): Tensor | undefined => {
    if (kind === "leakyRelu") return leakyRelu(given);
    const before = given.node?.inputs[0];
    if (before === undefined || String(before.shape) !== String(shape)) return undefined;
    const same = Object.create(tensor, { data: { value: data.slice() }, node: { value: node } }) as Tensor;
    return layerNorm(add(before, same));
  });
  if (other === undefined) return;
  Reflect.set(tensor, "data", other.data);
  Reflect.set(tensor, "node", other.node);
}

function drawAgain(weight: Parameter): void {
  const fanIn = weight.size / (weight.shape[0] ?? 1);
  const random = new RandomStream({ seed: 0, purpose: `doctor ${weight.label}` });
  weight.data.set(initializers.kaiming(fanIn)(weight.shape, random));
}

function arrives(subject: Subject, lost: readonly Parameter[]): boolean {
  const parameters = subject.model.parameters().filter(({ trainable }) => trainable);
  const sizes = atTheStart(subject, () => {
    const gradients = grad(subject.loss(), parameters, { allowUnused: true });
    return new Map(parameters.map((one, index) => [one, sizesOf(gradients[index]?.data)?.norm ?? 0]));
  });
  const most = [...sizes.values()].reduce((a, b) => Math.max(a, b), 0);
  return lost.every((one) => (sizes.get(one) ?? 0) > ARRIVES * most);
}
