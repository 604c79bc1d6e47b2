import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type CaseFile, type Rule, untold } from "../case-file.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";

/** A part of what a layer gives is cut off, split or sliced, and nothing uses it, while the rest is used. */
export const unreadPart: Rule = {
  name: "unread part",
  find(file, told, accusations) {
    if (accusations.length > 0) return [];
    const { first, last } = file;
    const before = [...first.trace.origins.values()];
    return [...last.trace.origins.values()].flatMap((origin, at): Accusation[] => {
      const earlier = before[at];
      if (!isUnread(origin, last) || earlier === undefined || !isUnread(earlier, first)) return [];
      const names = deadBehind(origin, file, told);
      if (names.length === 0) return [];
      const end = endOf(origin, last);
      return [
        {
          names,
          complaint: {
            status: "learns",
            severity: "warning",
            fault: "notWired",
            phrase: "a part of what {they compute|it computes} is never used",
            place: placeOf(end.site),
            cause: `${end === origin ? `This ${origin.operation} ([${origin.tensor.shape}]) takes a part of what {these parameters compute|this parameter computes}, and nothing is computed from that part` : `What this ${end.operation} gives ([${end.tensor.shape}]) is computed from a part of what {these parameters give|this parameter gives}, and nothing uses it`}: the numbers that write it get no gradient in any step.`,
            repair: "Use this part on the way to the loss, or make the layer before it smaller.",
          },
        },
      ];
    });
  },
};

function isUnread({ operation, tensor, inputs: [whole] }: Origin, { flow, loss }: ObservedStep): boolean {
  const isPart = operation === "slice" && whole !== undefined && whole.requiresGrad;
  return isPart && tensor !== loss && !flow.reachesLoss(tensor) && flow.feedsTape(whole as Tensor);
}

/** The last that is computed from a part. */
function endOf(origin: Origin, { flow, trace }: ObservedStep): Origin {
  const end = [...flow.influenceOf(origin.tensor)].find((one) => flow.edgesOutOf(one).length === 0);
  return (end && trace.origins.get(end)) ?? origin;
}

/** The parameters before a part of which some units had no gradient in any of the steps. */
function deadBehind({ tensor }: Origin, file: CaseFile, told: ReadonlySet<string>): string[] {
  const behind = new Set(ancestorsOf([tensor], file));
  return untold(file, told)
    .filter(({ name, deadUnits }) => behind.has(name) && (deadUnits?.dead ?? 0) > 0)
    .map(({ name }) => name);
}
