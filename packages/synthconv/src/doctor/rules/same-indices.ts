import { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { placeOf } from "../place.js";

/** Rows of a table that are looked up by numbers which are all the same, though those of the batch differ. */
export const sameIndices: Rule = {
  name: "same indices",
  find({ last: { trace, flow, parameters }, rawBatch }) {
    const lists = numberLists(rawBatch);
    return [...trace.origins.values()].flatMap((origin): Accusation[] => {
      const [table] = origin.inputs;
      if (origin.operation !== "gather" || table === undefined || !flow.reachesLoss(origin.tensor)) return [];
      const rows = origin.tensor.size / Math.max(1, table.size / (table.shape[0] as number));
      const isOne = rows > 1 && sameRows(origin.tensor, rows) && !sameRows(table, table.shape[0] as number);
      const ofBatch = lists.filter(({ values }) => values.length === rows);
      const meant = ofBatch.some(({ values }) => new Set(values).size === 1);
      const [differing] = ofBatch;
      if (!isOne || differing === undefined || meant) return [];
      const behind = [...parameters].filter(
        ([, one]) => one.trainable && (one === table || flow.influenceOf(one).has(table)),
      );
      // A table of constants chooses among what it meets.
      const met = new Set(
        flow.edgesOutOf(origin.tensor).flatMap(({ to }) => trace.origins.get(to)?.inputs ?? []),
      );
      const isMet = (one: Tensor): boolean =>
        met.has(one) || flow.edgesOutOf(one).some(({ to }) => met.has(to));
      const names =
        behind.length > 0 ? behind : [...parameters].filter(([, one]) => one.trainable && isMet(one));
      return [
        {
          names: names.map(([name]) => name),
          complaint: {
            status: "learns",
            fault: "conditionMixed",
            phrase: "all samples read the same row",
            place: placeOf(origin.site),
            cause: `All ${rows} indices are the same here, though the numbers of ${differing.name} in the batch differ: every sample reads the same of ${table.shape[0]} rows.`,
            repair: `Make the indices of ${differing.name} so that they differ as it does: a fraction that is cut off is 0 for all.`,
          },
        },
      ];
    });
  },
};

function sameRows({ data }: Tensor, rows: number): boolean {
  const width = data.length / rows;
  return data.every((value, index) => value === data[index % width]);
}

/** Lists of numbers in a batch that are no tensors: labels, styles, positions. */
export function numberLists(batch: unknown): { name: string; values: number[] }[] {
  if (typeof batch !== "object" || batch === null || batch instanceof Tensor) return [];
  return Object.entries(batch).flatMap(([name, value]) => {
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
    const values = isList ? Array.from(value as ArrayLike<unknown>) : [];
    return values.length > 1 && values.every((one) => typeof one === "number") ? [{ name, values }] : [];
  });
}
