import { SizeNeeded, type Step } from "../step.js";

/** The name of the operation's `indices`: an input whose entries they are, or a constant. */
export function indexList(step: Step): string {
  const lists = step.varying<readonly number[]>("indices");
  const input = step.indexInput(lists);
  if (input !== undefined) return input;
  const texts = lists.map((list) => list.join());
  if (texts.some((text) => text !== texts[0]))
    throw new SizeNeeded(texts, `the indices of ${step.operation}`);
  return step.graph.whole(lists[0] as readonly number[]);
}
