import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { OwnDerivatives, type WrongDerivative, withOtherWeights } from "../own-derivatives.js";
import { isRecordedByUser, placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

/** Called at more lines than that, the first of them are looked at. */
const MAX_CALLS = 8;
const NO_OPERATIONS: ReadonlySet<string> = new Set(["detach", "new Parameter"]);

/** An operation of the user's whose backward returns something, of the right shape, that is not the gradient. */
export const ownDerivative: Rule = {
  name: "own derivative",
  isLast: true,
  find(file, told) {
    const calls = ownCalls(file);
    if (calls.length === 0) return [];
    const found = wrongIn(calls, file, told);
    return found.length > 0 ? found : withOtherWeights(file.subject, () => wrongIn(calls, file, told));
  },
};

/** With the weights as they are. */
function wrongIn(
  calls: readonly (readonly [index: number, Origin])[],
  file: CaseFile,
  told: ReadonlySet<string>,
): Accusation[] {
  const derivatives = new OwnDerivatives(file.subject);
  return calls.flatMap(([index, origin]): Accusation[] => {
    const { node } = origin.tensor;
    return (node?.inputs ?? []).flatMap((input, position): Accusation[] => {
      if (!input.requiresGrad || node?.inputs.indexOf(input) !== position) return [];
      const names = followersOf(input, file, told);
      const wrong = names.length === 0 ? undefined : derivatives.wrongAt(index, position, origin.operation);
      return wrong === undefined ? [] : [{ names, complaint: complaintOf(origin, position, wrong) }];
    });
  });
}

/** The first call at each line, with its index among the operations of the run. */
function ownCalls({ last }: CaseFile): (readonly [index: number, Origin])[] {
  const operations = [...last.trace.origins.values()].filter(
    ({ inputs, operation }) => inputs.length > 0 && !NO_OPERATIONS.has(operation),
  );
  const lines = new Set<string>();
  const calls: [number, Origin][] = [];
  for (const [index, origin] of operations.entries()) {
    if (!isRecordedByUser(origin.site) || !last.gradients.has(origin.tensor)) continue;
    const { file, line } = placeOf(origin.site) ?? { file: "", line: 0 };
    const key = `${origin.operation} ${file}:${line}`;
    if (!lines.has(key) && calls.length < MAX_CALLS) calls.push([index, origin]);
    lines.add(key);
  }
  return calls;
}

/** Parameters whose gradient comes through this input. */
function followersOf(input: Tensor, file: CaseFile, told: ReadonlySet<string>): string[] {
  return untold(file, told)
    .filter(({ parameter }) => file.last.flow.influenceOf(parameter).has(input))
    .map(({ name }) => name);
}

function complaintOf(
  { operation, site }: Origin,
  position: number,
  { seen, said, ignoresUpstream, isTurned }: WrongDerivative,
): Complaint {
  if (isTurned === true) return turnedComplaint(operation, site);
  return {
    ...({ status: "zero", fault: "ownOperation", place: placeOf(site) } as const),
    phrase: `the backward of ${operation} returns what is not {their|its} gradient`,
    cause: `The operation ${operation} is your own: where input ${position} was changed a little, in a random direction, its result changed by ${numberText(seen)} along another one, and its backward says ${numberText(said)}${ignoresUpstream ? ", the same whatever gradient arrives" : ""}.`,
    repair:
      ignoresUpstream && said !== 0
        ? `Multiply what the backward of ${operation} returns with the gradient that it is given (upstream), entry by entry.`
        : `Correct the derivative that the backward of ${operation} multiplies the upstream gradient with; its sign, its factors and the order of its indices are what is mistaken most.`,
  };
}

function turnedComplaint(operation: string, site: Origin["site"]): Complaint {
  return {
    ...({ status: "learns", fault: "ownOperation", place: placeOf(site) } as const),
    phrase: `the backward of ${operation} turns the sign of {their gradients|its gradient}`,
    cause: `The operation ${operation} is your own: over all, its result rises where its input does, or falls with it, and its backward hands the gradient on with the other sign, so training goes up.`,
    repair: `Let the backward of ${operation} hand on what it gets, (upstream) => [upstream], with a minus only where its result falls as its input rises.`,
  };
}
