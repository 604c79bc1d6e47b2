import { freezingReason, lastFreezingSite } from "../../core/call-site.js";
import type { Accusation, Rule } from "../case-file.js";
import { heldParameters } from "../observed-loss.js";
import { placeOf } from "../place.js";

/** An optimizer was made for some of what is frozen, and not for the rest: these were meant to learn. */
export const frozenAndHeld: Rule = {
  name: "frozen and held",
  find({ subject, series, last }, told): Accusation[] {
    if (subject.hasOwnOptimizer) return [];
    const held = new Set<unknown>(heldParameters(subject));
    for (const { parameters } of last.trace.innerSteps) for (const one of parameters) held.add(one);
    const frozen = [...series.values()].filter(({ turns }) => turns.every((turn) => turn === "frozen"));
    const isOnPurpose = ({ parameter }: (typeof frozen)[number]): boolean =>
      freezingReason(parameter) !== undefined;
    const found = frozen.filter((one) => held.has(one.parameter) && !told.has(one.name) && !isOnPurpose(one));
    // An optimizer of all parameters of a model says nothing of what is to learn.
    if (found.length === 0 || found.length === frozen.length) return [];
    const site = lastFreezingSite(found.map(({ parameter }) => parameter));
    if (site === undefined) return [];
    return [
      {
        names: found.map(({ name }) => name),
        complaint: {
          status: "notHeld",
          fault: "nothingToTrain",
          phrase: "frozen, and an optimizer was made for {them|it}",
          place: placeOf(site),
          cause:
            "{These parameters were|This parameter was} frozen here (trainable is false) together with others, and the optimizer, which leaves those out, was made for {them|it}: its step moves nothing.",
          repair:
            "Freeze only what is to stay as it is: a pattern of names may fit more of them than it is meant for, so end it, /^backbone\\./. Where this is meant, say why: freeze({ reason }).",
        },
      },
    ];
  },
};
