/** The trained parameters that stand behind values of a run in which samples are followed. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { Ownership } from "./sample-ownership.js";
import type { Origin } from "./trace.js";

/** Trained parameters that take part on the way to where another tensor of the batch comes in. */
export function writersBehind(culprit: Origin, name: string, { base, flow, inputs }: Ownership): string[] {
  const behind = flow.influenceOf(culprit.tensor);
  const others = inputs.filter((input) => input.name !== name).map(({ tensor }) => flow.influenceOf(tensor));
  const isOther = (tensor: Tensor): boolean => !behind.has(tensor) && others.some((one) => one.has(tensor));
  const meeting = base.origins.find(
    (origin) => origin.inputs.some((one) => behind.has(one)) && origin.inputs.some(isOther),
  );
  const ways = meeting === undefined ? [base.loss] : meeting.inputs.filter((one) => behind.has(one));
  const names = trainedBehind(ways, flow);
  return names.length > 0 || meeting === undefined ? names : trainedBehind(meeting.inputs, flow);
}

/** Paths of the trained parameters from which some of these values were computed. */
export function trainedBehind(tensors: readonly Tensor[], flow: Ownership["flow"]): string[] {
  const met = new Set(tensors);
  for (const one of met) for (const { from } of flow.edgesInto(one)) met.add(from);
  return [...met]
    .filter((one) => one instanceof Parameter && one.trainable)
    .map((one) => (one as Parameter).name);
}
