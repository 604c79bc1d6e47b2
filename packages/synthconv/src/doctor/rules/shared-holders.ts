import type { Tensor } from "../../autograd/tensor.js";
import { Optimizer } from "../../train/optimizer.js";
import { SGD } from "../../train/sgd.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOfMade } from "../place.js";
import { placeText } from "../report/words.js";

/** An optimizer that is made again in every run of the loss, and one that was given the part of another as well. */
export const sharedHolders: Rule = {
  name: "shared holders",
  find(file, told, accusations) {
    if (accusations.length > 0) return [];
    const names = untold(file, told).map(({ name }) => name);
    const anew = madeAnew(file);
    if (anew !== undefined) return [{ names, complaint: anewComplaint(anew) }];
    const given = file.subject.hasOwnOptimizer ? [] : file.subject.optimizers;
    const all = [...given, ...file.subject.innerOptimizers.keys()];
    const twice = heldTwice(given) ?? steppedTwice(file);
    const both = twice && untold(file, told).filter(({ parameter }) => twice.shared.has(parameter));
    if (twice !== undefined && both !== undefined && both.length > 0) {
      return [{ names: both.map(({ name }) => name), complaint: twiceComplaint(twice) }];
    }
    return all.flatMap((whole): Accusation[] => {
      const part = all.find((other) => other !== whole && isPartOf(other, whole));
      const held = untold(file, told).filter(({ parameter }) => part?.parameters.includes(parameter));
      return part === undefined || held.length === 0
        ? []
        : [
            {
              names: held.map(({ name }) => name),
              complaint: sharedComplaint(whole, part, isGame(whole, part, file)),
            },
          ];
    });
  },
};

/** Whether an optimizer holds all of another, and more. */
function isPartOf({ parameters: part }: Optimizer, { parameters: whole }: Optimizer): boolean {
  return part.length < whole.length && part.every((one) => whole.includes(one));
}

/** Whether each steps by a backward pass of its own: two turns, of which one moves what the other is to train. */
function isGame(whole: Optimizer, part: Optimizer, { last: { trace } }: CaseFile): boolean {
  const [one, other] = [whole, part].map(({ parameters }) =>
    trace.innerSteps.find((step) => step.parameters === parameters),
  );
  return one !== undefined && other !== undefined && one.propagated !== other.propagated;
}

interface HeldTwice {
  readonly first: Optimizer;
  readonly second: Optimizer;
  readonly shared: ReadonlySet<Tensor>;
}

/** What two of the optimizers that step after the same loss both hold, each with a part of its own beside it. */
function heldTwice(given: readonly Optimizer[]): HeldTwice | undefined {
  for (const [index, second] of given.entries()) {
    for (const first of given.slice(0, index)) {
      const shared = new Set(second.parameters.filter((one) => first.parameters.includes(one)));
      if (shared.size > 0 && !isPartOf(first, second) && !isPartOf(second, first))
        return { first, second, shared };
    }
  }
  return undefined;
}

/** What two optimizers step inside of the loss after the same backward pass. */
function steppedTwice({ last: { trace } }: CaseFile): HeldTwice | undefined {
  for (const [index, { optimizer: second, moved, propagated }] of trace.innerSteps.entries()) {
    for (const { optimizer: first, ...before } of trace.innerSteps.slice(0, index)) {
      const shared = new Set([...moved].filter((one) => before.moved.has(one)));
      const isSame = first !== second && before.propagated === propagated && shared.size > 0;
      if (isSame && first instanceof Optimizer && second instanceof Optimizer)
        return { first, second, shared };
    }
  }
  return undefined;
}

/** One of as many as there were steps, which all held the same; SGD without a momentum remembers nothing. */
function madeAnew({ subject, losses }: CaseFile): Optimizer | undefined {
  const made = [...subject.innerOptimizers.keys()];
  const last = made.at(-1);
  if (last === undefined || made.length < losses.length || losses.length < 3) return undefined;
  if (last instanceof SGD && last.description.includes('"momentum":0,')) return undefined;
  const isSame = made.every((one) =>
    one.parameters.every((parameter) => last.parameters.includes(parameter)),
  );
  return isSame ? last : undefined;
}

const COMMON = { status: "learns", severity: "warning" } as const;

function anewComplaint(optimizer: Optimizer): Accusation["complaint"] {
  return {
    ...COMMON,
    fault: "createdInForward",
    phrase: "the optimizer is made again in every run of the loss",
    place: placeOfMade(optimizer),
    cause:
      "An optimizer is made here whenever the loss is computed: what it remembers of earlier gradients, momentum and sizes, is forgotten each time.",
    repair: "Make it once, outside of the loss function, and step it here.",
  };
}

/** Says where an optimizer was made, where that is known. */
function madeAt(optimizer: Optimizer): string {
  const place = placeOfMade(optimizer);
  return place === undefined ? "" : `, the one of ${placeText(place)}`;
}

function twiceComplaint({ first, second }: HeldTwice): Accusation["complaint"] {
  return {
    ...COMMON,
    fault: "optimizerHoldsOthers",
    phrase: "two optimizers move {them|it}",
    place: placeOfMade(second),
    cause: `The optimizer that is made here holds {these parameters|this parameter}, and so does another one${madeAt(first)}: both step with the same gradient after each loss, so {they move|it moves} twice, and what one remembers does not fit what the other did.`,
    repair:
      "Leave {them|it} to one of the two, or make one optimizer of all: new Adam(model.parameters(), { learningRate }).",
  };
}

function sharedComplaint(whole: Optimizer, part: Optimizer, isOfGame: boolean): Accusation["complaint"] {
  return {
    ...(isOfGame ? { status: "learns" } : COMMON),
    fault: "optimizerHoldsOthers",
    phrase: "two optimizers move {them|it}",
    place: placeOfMade(whole),
    cause: `The optimizer that is made here holds {these parameters|this parameter} beside its own part, and another optimizer${madeAt(part)} holds {them|it} too: {they move|it moves} twice, and in a game of two networks this one moves the opponent's weights so that the opponent loses.`,
    repair:
      "Give each optimizer the parameters of its own part alone, as model.generator.parameters(), or make one optimizer of all.",
  };
}
