import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { Flow } from "../flow.js";
import { placeOf } from "../place.js";
import { placeText } from "../report/words.js";
import type { Origin } from "../trace.js";

/** Made samples that one loss scores as real and as made: a critic's loss and its opponent's in one sum. */
export const bothLabels: Rule = {
  name: "both labels in one loss",
  find(file, told) {
    const { last } = file;
    const outputs = last.trained.length > 0 ? last.trained.map(({ output }) => output) : [last.loss];
    const scores = [...last.trace.origins.values()].flatMap((origin) => scoreOf(origin, file));
    const pairs = scores.flatMap((one) =>
      scores.flatMap((other) =>
        one.isReal && !other.isReal && isSame(one, other) ? [[one, other] as const] : [],
      ),
    );
    if (pairs.length === 0) return [];
    for (const output of outputs) {
      const flow = new Flow(last.trace, output);
      for (const [real, made] of pairs) {
        if (![real, made].every(({ origin }) => flow.feedsTape(origin.tensor))) continue;
        if (!takeBack(real, made, file)) continue;
        const names = untold(file, told)
          .filter(({ parameter }) => [real, made].every(({ origin }) => isBehind(parameter, origin.tensor)))
          .map(({ name }) => name);
        if (names.length > 0) return [accusationOf(names, real, made)];
      }
    }
    return [];
  },
};

interface Score {
  readonly origin: Origin;
  /** What is scored. */
  readonly of: Tensor;
  readonly isReal: boolean;
}

/** A cross entropy with one label for all, as it is or by its parts. */
function scoreOf(origin: Origin, { last: { trace, flow } }: CaseFile): Score[] {
  const { operation, inputs } = origin;
  const [of, labels] = inputs;
  if (of === undefined || of.size < 2) return [];
  if (operation === "bceWithLogits") {
    const label = labels?.data[0] ?? 0.5;
    const isOne = labels?.requiresGrad === false && labels.data.every((one) => one === label);
    return isOne && label !== 0.5 ? [{ origin, of, isReal: label > 0.5 }] : [];
  }
  if (operation !== "log" && operation !== "softplus") return [];
  // With labels that differ each is weighed by its own.
  const uses = flow.edgesOutOf(origin.tensor).map(({ to }) => trace.origins.get(to)?.operation ?? "");
  if (!uses.every((use) => SUMS.has(use))) return [];
  const before = trace.origins.get(of);
  if (operation === "softplus") {
    const isNegated = before?.operation === "negate";
    return [{ origin, of: isNegated ? (before.inputs[0] as Tensor) : of, isReal: isNegated }];
  }
  if (before?.operation === "sigmoid") return [{ origin, of, isReal: true }];
  const rest = before?.operation === "subtract" ? before.inputs[1] : undefined;
  const isRest = rest !== undefined && trace.origins.get(rest)?.operation === "sigmoid";
  return isRest && before?.inputs[0]?.data.every((one) => one === 1)
    ? [{ origin, of: rest, isReal: false }]
    : [];
}

const SUMS: ReadonlySet<string> = new Set(["mean", "sum", "negate"]);

function isSame({ of: { data } }: Score, { of: other }: Score): boolean {
  return data.length === other.size && data.every((value, index) => value === other.data[index]);
}

/** Below it more than half is left of what the heavier term asks for: a critic whose opponent has a small part in the loss. */
const LEAST_SHARE = 0.5;

/** Whether both terms have much the same part in the loss; in a loop of the loss's own nobody knows. */
function takeBack(one: Score, other: Score, { last: { gradients } }: CaseFile): boolean {
  const parts = [one, other].map(({ origin }) => gradients.get(origin.tensor));
  if (parts.includes(undefined)) return true;
  const [ofOne, ofOther] = parts.map(sizeOf) as [number, number];
  return Math.min(ofOne, ofOther) >= LEAST_SHARE * Math.max(ofOne, ofOther);
}

function sizeOf(gradient: Tensor | undefined): number {
  let size = 0;
  for (const value of gradient?.data ?? []) size += Math.abs(value);
  return size;
}

/** By the tape. */
function isBehind(parameter: Tensor, result: Tensor): boolean {
  const met = new Set([result]);
  for (const { node } of met) for (const input of node?.inputs ?? []) met.add(input);
  return met.has(parameter) && parameter.requiresGrad;
}

function accusationOf(names: readonly string[], real: Score, made: Score): Accusation {
  const other = placeOf(made.origin.site);
  return {
    names,
    complaint: {
      status: "learns",
      fault: "alwaysZero",
      phrase: "one loss asks {them|it} for both labels of the same samples",
      place: placeOf(real.origin.site),
      usedAt: other,
      cause: `The same samples are scored as real here and as made ${other === undefined ? "elsewhere" : `by ${placeText(other)}`}, and {these parameters get|this parameter gets} the gradient of the sum: what one term asks for the other takes back.`,
      repair:
        'Propagate the two losses one after the other, each before a step of its own optimizer alone: the critic scores made.detach({ reason: "the critic\'s turn" }), and its opponent scores made as it is.',
    },
  };
}
