import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import { isSameLine, placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

const SQUASHING: ReadonlySet<string> = new Set(["tanh", "sigmoid"]);
/** A share of entries at the edge that no network starts with, and that few gates reach. */
const MOST = 0.9;
const MIN_ENTRIES = 8;

/** Not all units are out of range, but most of them: some trickle of a gradient makes it look alive. */
export const saturated: Rule = {
  name: "saturated",
  find(file, told) {
    const { first, last } = file;
    const before = [...first.trace.origins.values()].filter(isSaturated).map(({ site }) => placeOf(site));
    return [...last.trace.origins.values()].flatMap((origin): Accusation[] => {
      if (!isSaturated(origin) || !last.flow.feedsTape(origin.tensor)) return [];
      const place = placeOf(origin.site);
      if (!before.some((one) => isSameLine(one, place))) return [];
      const names = ancestorsOf(origin.inputs, file).filter(
        (name) => !told.has(name) && isMostlyZero(name, file),
      );
      if (names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: `most of {their|its} gradient is 0, ${origin.operation} is saturated`,
            place,
            cause: `${numberText(100 * edgeShare(origin))} % of what ${origin.operation} gives here ([${origin.tensor.shape}]) is at its edge, where its derivative is 0: its inputs are out of its range.`,
            repair:
              "Bring what goes into the layer to a size of about 1, divided by its largest value, say, or draw smaller weights.",
          },
        },
      ];
    });
  },
};

function isSaturated(origin: Origin): boolean {
  const { operation, tensor } = origin;
  return SQUASHING.has(operation) && tensor.size >= MIN_ENTRIES && edgeShare(origin) >= MOST;
}

function edgeShare({ tensor: { data } }: Origin): number {
  let edge = 0;
  for (const value of data) if (value === 1 || value === -1 || value === 0) edge++;
  return edge / data.length;
}

function isMostlyZero(name: string, { last }: CaseFile): boolean {
  const gradient = last.gradients.get(last.parameters.get(name) as never)?.data;
  let zero = 0;
  for (const value of gradient ?? []) if (value === 0) zero++;
  return gradient !== undefined && zero >= 0.8 * gradient.length;
}
