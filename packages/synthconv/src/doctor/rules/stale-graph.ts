import { Parameter } from "../../autograd/parameter.js";
import { provenance, type Tensor } from "../../autograd/tensor.js";
import type { CallSite } from "../../core/call-site.js";
import type { CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import type { Place } from "../diagnosis.js";
import { observedLoss } from "../observed-loss.js";
import { placeOf, placesOf } from "../place.js";
import { Trace } from "../trace.js";

/** A tensor that an earlier step computed is used again, with its tape: it does not follow what was trained since. */
export const staleGraph: Rule = {
  name: "stale graph",
  isLast: true,
  find(file) {
    const { last } = file;
    return last.trace.stale.flatMap(({ tensor, use }) => {
      const behind = leavesBehind(tensor);
      const names = [...last.parameters]
        .filter(([, one]) => one.trainable && behind.has(one))
        .map(([name]) => name);
      if (names.length === 0 || !last.flow.reachesLoss(tensor)) return [];
      const birth = file.births.of(tensor);
      const once = provenance.sites?.get(tensor)?.site;
      const place = birth === undefined && once ? placeOfOnce(once, use) : placeOf(birth?.site ?? use);
      const isLate = names.every((name) => !last.flow.feedsTape(last.parameters.get(name) as Parameter));
      const carried = isLate ? LATE : CARRIED;
      const sentences =
        birth === undefined ? OUTSIDE : isCarried(tensor, file) ? carried : cached(birth.step);
      return [{ names, complaint: { status: "cut", fault: "staleGraph", place, ...sentences } }];
    });
  },
};

/** Outside of the loss function: the line of the program that asked for it, not the method that computes it. */
export function placeOfOnce(site: CallSite, use: CallSite): Place | undefined {
  // Whoever imports the program, or has it diagnosed, stands further out.
  const program = placeOf(use)?.file;
  const places = placesOf(site);
  const lines = (site.stack ?? "").split("\n");
  // In a constructor it is the constructor's line: the one that makes the model says less.
  const made = lines.find((line) => /^\s*at new /.test(line)) ?? "";
  const inConstructor = places.find(({ file, line }) => made.includes(`${file}:${line}:`));
  return inConstructor ?? places.findLast(({ file }) => file === program) ?? placeOf(site);
}

type Sentences = Pick<Complaint, "phrase" | "cause" | "repair">;

const OUTSIDE: Sentences = {
  phrase: "what {they compute|it computes} was computed before the loss function ran",
  cause:
    "What is used in every step was computed once, before the loss function ran, and its tape with it: no later step follows what {these parameters learn|this parameter learns}, and backward refuses after the first update.",
  repair: "Compute it inside of the loss function, in every step.",
};

const CARRIED: Sentences = {
  phrase: "a state carries the tape of the step before",
  cause:
    "What is computed here goes on into the next step with its tape: backward would go through all earlier steps, whose weights have been updated since, and refuses.",
  repair:
    'Carry it over without its tape: state.detach({ reason: "truncated" }) where the next step reads it.',
};

/** What a step computes is used by the next alone: without its tape nothing would train what computes it. */
const LATE: Sentences = {
  phrase: "a step uses what the one before computed",
  cause:
    "What is computed here is used in the next step, one step late, and with its tape: the weights have been updated since, and backward refuses.",
  repair: "Use what is computed in the same step: compute it first, and keep nothing for the next.",
};

function cached(step: number): Sentences {
  return {
    phrase: "what {they compute|it computes} is kept from an earlier step",
    cause: `Computed in an earlier step (step ${step + 1}), at this line, and used again with its tape: it does not follow what {these parameters learn|this parameter learns}, and backward refuses.`,
    repair:
      "Compute it in every step, and keep nothing that is computed from trained parameters; what is kept as numbers on purpose, a memory of features, is kept without its tape: x.detach({ reason }).",
  };
}

/** Whether each step uses what the one before computed; else all use the same. */
function isCarried(tensor: Tensor, { subject, births, last }: CaseFile): boolean {
  births.step = last.index + 1;
  const next = new Trace({ births });
  try {
    observedLoss(subject.loss, next);
  } catch {
    return false;
  }
  return !next.stale.some((one) => one.tensor === tensor);
}

function leavesBehind(tensor: Tensor): Set<Parameter> {
  const met = new Set([tensor]);
  for (const { node } of met) for (const input of node?.inputs ?? []) met.add(input);
  return new Set([...met].filter((one) => one instanceof Parameter));
}
