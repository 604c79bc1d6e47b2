/** What makes a loop inside of the loss grow, and is seen in the loop itself: parts that add up, a clip that comes too early. */
import type { CaseFile } from "./case-file.js";
import type { Place } from "./diagnosis.js";
import { isSameLine, placeOf } from "./place.js";

/** Undefined where no line propagates several times before one step: parts of a batch. */
export function repairOfParts({ last: { trace } }: CaseFile): string | undefined {
  const lines = [...trace.propagatedFrom.values()].map((site) => placeOf(site));
  const isOneLine = lines.every((place) => isSameLine(place, lines[0]));
  if (!isOneLine || trace.innerSteps.length !== 1 || lines.length < 2) return undefined;
  const parts = lines.length;
  return `Divide the loss of each of the ${parts} parts by ${parts} before its backward(): their gradients add up until the step, which is made for a mean. Or lower the learning rate by as much.`;
}

export interface EmptyClip {
  readonly place: Place | undefined;
  readonly sentence: string;
  readonly repair: string;
}

/** A clip that finds no gradients, where the run itself propagates and steps after it. */
export function emptyClipOf({ last: { trace, emptyClip } }: CaseFile): EmptyClip | undefined {
  if (emptyClip === undefined || trace.innerSteps.length === 0) return undefined;
  return {
    place: placeOf(emptyClip),
    sentence: " The gradients are clipped here before there are any, so that nothing is clipped.",
    repair: "Clip between backward() and step().",
  };
}
