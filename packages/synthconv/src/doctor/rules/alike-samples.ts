import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import { batchSize } from "../sample-rows.js";

/** All that the network is given is the same for every sample of the batch, and what it is to give is not. */
export const alikeSamples: Rule = {
  name: "alike samples",
  find(file, _told, accusations) {
    const count = batchSize(file.batch);
    if (count === undefined || count < 3 || accusations.length > 0) return [];
    const { flow } = file.last;
    const inputs = [...file.batch].filter(
      ([tensor]) => flow.reachesLoss(tensor) && tensor.shape[0] === count && tensor.rank >= 2,
    );
    const given = inputs.filter(([tensor]) => feedsTrained(tensor, file));
    const [first] = given;
    const others = inputs.filter((one) => !given.includes(one));
    const isAlike = first !== undefined && given.every(([tensor]) => areRowsSame(tensor, count));
    if (first === undefined || !isAlike || !others.some(([tensor]) => !areRowsSame(tensor, count))) return [];
    const [tensor, name] = first;
    const names = [...file.last.parameters].filter(([, one]) => one.trainable).map(([path]) => path);
    const use = flow.edgesOutOf(tensor)[0];
    const accusation: Accusation = {
      names,
      complaint: {
        status: "learns",
        severity: "warning",
        fault: "conditionMixed",
        phrase: `all ${count} samples of ${name} are the same`,
        place: placeOf(use?.site),
        cause: `All ${count} samples of ${name} ([${tensor.shape}]) are the same numbers, and those of ${others.map(([, other]) => other).join(" and ")} are not: the network gives one result for all, and learns no more than their mean.`,
        repair: `Look at how ${name} of the batch is made: one sample that is read again and again, an index that stands still, a buffer that is filled in place.`,
      },
    };
    return [accusation];
  },
};

/** Whether it goes into an operation together with what is trained, before it meets another tensor of the batch. */
function feedsTrained(input: Tensor, { last: { flow, trace }, batch }: CaseFile): boolean {
  const met = new Set([input]);
  const others = new Set<Tensor>(
    [...batch.keys()].flatMap((one) => (one === input ? [] : [...flow.influenceOf(one)])),
  );
  for (const one of met) {
    for (const { to } of flow.edgesOutOf(one)) {
      const inputs = trace.origins.get(to)?.inputs ?? [];
      if (inputs.some((other) => !met.has(other) && other.requiresGrad && !others.has(other))) return true;
      if (!others.has(to)) met.add(to);
    }
  }
  return false;
}

function areRowsSame({ data, size }: Tensor, rows: number): boolean {
  const width = size / rows;
  return data.every((value, index) => value === data[index % width]);
}
