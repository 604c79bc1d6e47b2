import type { Tensor } from "../../autograd/tensor.js";
import type { Optimizer } from "../../train/optimizer.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { placeOfMade } from "../place.js";
import { undecayedRate } from "../rate-trial.js";
import { numberText } from "../report/words.js";

/** The share of each weight that is taken away in a step; 1e-5 to 1e-4 is usual, and of a tenth nothing lasts. */
const ERASING = 0.1;

/** Weight decay that takes a good part of each weight in every step. */
export const erasingDecay: Rule = {
  name: "erasing decay",
  isLast: true,
  find(file, told) {
    return file.subject.optimizers.flatMap((optimizer): Accusation[] => {
      const decay = Number(/"weightDecay":([\d.e+-]+)/.exec(optimizer.description)?.[1] ?? 0);
      // Adam divides what it takes by the size of the gradients.
      if (decay * optimizer.learningRate < ERASING || optimizer.description.startsWith("Adam ")) return [];
      const own = new Set<Tensor>(optimizer.parameters);
      const held = untold(file, told).filter(
        ({ parameter, turns }) => own.has(parameter) && turns.includes("learns"),
      );
      if (held.length === 0) return [];
      return [{ names: held.map(({ name }) => name), complaint: complaintOf(optimizer, decay, file) }];
    });
  },
};

function complaintOf(optimizer: Optimizer, decay: number, { subject }: CaseFile): Complaint {
  const { learningRate, description } = optimizer;
  const usual = description.startsWith("AdamW") ? "0.01" : "0.0001";
  const rate = undecayedRate(subject, optimizer, decay);
  const andRate =
    rate === undefined || rate >= learningRate
      ? ""
      : `, and its learning rate from ${learningRate} to ${rate}: with that the loss was seen to fall`;
  return {
    status: "exploding",
    fault: "exploding",
    phrase: "weight decay erases {them|it} in every step",
    place: placeOfMade(optimizer),
    cause: `The optimizer that is made here takes ${numberText(decay * learningRate)} of each weight away in every step, its learning rate times its weight decay (${learningRate} x ${decay}): nothing that is learned lasts.`,
    repair: `Lower its weight decay from ${decay} to ${usual}, which is usual${andRate}.`,
  };
}
