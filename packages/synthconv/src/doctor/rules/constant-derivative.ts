import type { Parameter } from "../../autograd/parameter.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { type Derivative, type DerivativeRun, derivativeRun } from "../derivative-runs.js";
import { type LostUse, lostUse } from "../derivative-use.js";
import { placeOf } from "../place.js";
import { placeText } from "../report/words.js";
import type { Turn } from "../turn.js";
import { wayOf } from "../way.js";

/** Lines that take gradients: each costs a run. */
const MOST_LINES = 8;

/** A gradient without a tape that becomes a part of the loss, as a tensor or by its numbers: a penalty that teaches nothing. */
export const constantDerivative: Rule = {
  name: "constant derivative",
  find(file, told) {
    const { last, subject } = file;
    const wanted = untold(file, told).filter(({ parameter }) => parameter.trainable);
    if (last.trace.propagatedFrom.size === 0 || wanted.length === 0) return [];
    const parameters = [...last.parameters.values()];
    const base = derivativeRun(subject, { parameters, isAsked: true });
    const lines = linesOf(base);
    if (lines.size === 0 || !isSame(base, derivativeRun(subject, { parameters }))) return [];
    return [...lines.values()].slice(0, MOST_LINES).flatMap((indices): Accusation[] => {
      const isChanged = (index: number): boolean => indices.includes(index);
      const changed = derivativeRun(subject, { parameters, change: { of: base, isChanged } });
      if (wayOf(changed.trace) !== wayOf(base.trace)) return [];
      const derivatives = indices.map((index) => base.trace.derivatives[index] as Derivative);
      const use = lostUse(base, changed, derivatives, last.isOwnLoop);
      const followed = new Set<Parameter>(derivatives.flatMap((one) => [...one.followed]));
      // Who gets no gradient at all misses more than a part: another rule says where it is cut.
      const names = wanted
        .filter(
          ({ parameter, turns }) => followed.has(parameter) && (use?.kind === "term" || isReached(turns)),
        )
        .map(({ name }) => name);
      return use === undefined || names.length === 0
        ? []
        : [{ names, complaint: complaintOf(derivatives[0] as Derivative, use) }];
    });
  },
};

function isReached(turns: readonly Turn[]): boolean {
  return turns.includes("learns") || turns.includes("zero");
}

/** Of those that follow parameters, the positions among all, by the line that takes them. */
function linesOf({ trace }: DerivativeRun): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const [index, { site, followed }] of trace.derivatives.entries()) {
    const place = placeOf(site);
    if (followed.size === 0 || place === undefined) continue;
    lines.set(placeText(place), [...(lines.get(placeText(place)) ?? []), index]);
  }
  return lines;
}

function isSame(one: DerivativeRun, other: DerivativeRun): boolean {
  return wayOf(one.trace) === wayOf(other.trace) && Object.is(one.loss.data[0], other.loss.data[0]);
}

const MEANT = "Where it is meant as a constant, write gradient.detach({ reason }).";

function complaintOf({ site, isBackward, output }: Derivative, { kind, at }: LostUse): Complaint {
  const common = {
    ...({ status: "learns", fault: "computedWithoutTape" } as const),
    ...{ place: placeOf(site), usedAt: at && placeOf(at.site) },
  };
  const taken = `The gradient of ${output.label} is taken here as a constant`;
  const onTape = isBackward
    ? "Take it on the tape in the place of backward, grad(output, [input], { createGraph: true })"
    : "Put the gradient on the tape, grad(output, inputs, { createGraph: true })";
  const repair = `${onTape}, and compute with the tensor from there on, without detach, item() or toArray(). ${MEANT}`;
  if (kind === "term") {
    return {
      ...common,
      phrase: "a term of the loss is computed from a gradient that has no tape",
      cause: `${taken}, and a term of the loss is computed from it: that term changes with {these parameters|this parameter} and has no gradient, so it teaches {them|it} nothing.`,
      repair,
    };
  }
  return {
    ...common,
    severity: "warning",
    phrase: "a part of {their|its} gradient is missing",
    cause:
      kind === "step"
        ? `${taken}, and what it was taken for goes a step down it before the loss is computed: how that step follows {these parameters|this parameter} is missing from {their|its} gradient.`
        : `${taken}, and is added to what is computed from the same parameters: what the loss owes to it is missing from {their|its} gradient.`,
    repair: repair.replace(MEANT, `${MEANT.slice(0, -1)}, "first order" say.`),
  };
}
