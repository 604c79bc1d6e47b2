import type { Accusation, Rule } from "../case-file.js";
import type { Subject } from "../observed-loss.js";
import { placeOf } from "../place.js";
import {
  type ChangedInput,
  changedAllOver,
  type Ownership,
  ownershipOf,
  rowsBetween,
  rowsFollowing,
} from "../sample-ownership.js";
import { writersBehind } from "../sample-writers.js";
import { breaks } from "./samples.js";

/** Several rows for each sample (crops, frames), and those of one tensor in another order than those of the next. */
export const crossedSamples: Rule = {
  name: "crossed samples",
  find(file, _told, accusations) {
    if (accusations.some(({ complaint }) => complaint.fault === "conditionMixed")) return [];
    const ownership = ownershipOf(file.subject, file.batch);
    if (ownership === undefined) return [];
    const { base, flow, samples } = ownership;
    const end = base.origins.findLastIndex(({ tensor, inputs }) => {
      const [rows = 0] = tensor.shape;
      return (
        tensor.rank >= 2 &&
        rows > samples &&
        rows % samples === 0 &&
        inputs.length > 0 &&
        flow.reachesLoss(tensor)
      );
    });
    if (end < 0) return [];
    const inputs = ownership.inputs.filter(({ name }) => !file.mixes.includes(name));
    for (const one of inputs) {
      // In blocks, as they were cut from it: the order of the others is to be the same.
      const [culprit] = breaks(one, ownership, () => true, 1, end);
      if (culprit === undefined) continue;
      const other = inputs.find(
        (two) =>
          two !== one &&
          neverMeet(one, two, end, ownership) &&
          doShareRows(one, two, end, ownership, file.subject),
      );
      if (other === undefined) continue;
      const accusation: Accusation = {
        names: writersBehind(culprit, one.name, ownership),
        complaint: {
          status: "learns",
          fault: "conditionMixed",
          phrase: `${culprit.operation} gives rows of ${other.name} what was made for others`,
          place: placeOf(culprit.site),
          cause: `There are several rows for each sample here, and this ${culprit.operation} lays those of ${one.name} in another order than those of ${other.name}: no row of some sample meets its own.`,
          repair: `Repeat ${one.name} in the order of the rows: the index of row i is Math.floor(i / count) where those of a sample stand together, i % samples where they stand apart.`,
        },
      };
      return [accusation];
    }
    return [];
  },
};

/** Whether the rows that follow some sample of one tensor follow others of the next, and none its own. */
function neverMeet(one: ChangedInput, two: ChangedInput, at: number, ownership: Ownership): boolean {
  const followers = [one, two].map((input) =>
    ownership.rows.map((row) => rowsFollowing(ownership, input, row, at)),
  );
  const [first = [], second = []] = followers;
  // Who mixes all samples, a mean of the batch, has no order.
  const areSingle = followers.every((sets) => {
    const all = sets.flatMap((set) => [...set]);
    return sets.every((set) => set.size > 0) && new Set(all).size === all.length;
  });
  return areSingle && first.some((set, index) => ![...set].some((row) => second[index]?.has(row)));
}

/**
 * Whether rows follow samples of both, if only of the wrong ones: of two sets that are laid one behind the other (the
 * source and the target of a domain classifier) each row follows one set alone.
 */
function doShareRows(
  one: ChangedInput,
  two: ChangedInput,
  at: number,
  ownership: Ownership,
  subject: Subject,
): boolean {
  const rows = [one, two].map((input) => {
    const changed = changedAllOver(subject, ownership, input);
    return changed === undefined ? undefined : rowsBetween(ownership, changed, at);
  });
  const [first, second] = rows;
  return first !== undefined && second !== undefined && [...first].some((row) => second.has(row));
}
