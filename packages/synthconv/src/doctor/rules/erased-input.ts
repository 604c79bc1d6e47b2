import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";
import { isZero } from "../zero/spot.js";

/** What can leave nothing of numbers: a factor of 0, a division of whole numbers, a bound. */
const ERASERS: ReadonlySet<string> = new Set(["multiply", "divide", "floor", "round", "clamp", "minimum"]);

/** A tensor of the batch that is used once, by what makes it 0 everywhere: a target of zeros, a condition of zeros. */
export const erasedInput: Rule = {
  name: "erased input",
  find(file) {
    return [...file.batch].flatMap(([tensor, name]): Accusation[] => {
      const eraser = eraserOf(tensor, file);
      if (eraser === undefined) return [];
      const { flow, parameters } = file.last;
      const names = [...parameters].filter(([, one]) => one.trainable && flow.feedsTape(one));
      return [
        {
          names: names.map(([one]) => one),
          complaint: {
            status: "learns",
            fault: "alwaysZero",
            phrase: `nothing is left of ${name}`,
            place: placeOf(eraser.site),
            cause: `All that the loss takes of ${name} goes through this ${eraser.operation}, which gives 0 everywhere, whatever ${name} is: what is learned is the same for any ${name}.`,
            repair: `Pass ${name} on as it is${eraser.operation === "floor" || eraser.operation === "round" ? ": a fraction below 1 is cut off" : ", or with a factor that is not 0"}.`,
          },
        },
      ];
    });
  },
};

/** Its only reader, where that gives zeros for numbers that differ. */
function eraserOf(tensor: Tensor, { last: { flow, trace } }: CaseFile): Origin | undefined {
  const readers = flow.edgesOutOf(tensor);
  const [reader] = readers;
  const origin = reader && trace.origins.get(reader.to);
  if (readers.length !== 1 || origin === undefined || !ERASERS.has(origin.operation)) return undefined;
  // What another tensor of the batch masks is chosen by the data, and another batch chooses others.
  const isMasked = origin.inputs.some((one) => one !== tensor && one.size > 1);
  const isErased = tensor.size > 1 && !isZero(tensor.data) && isZero(origin.tensor.data);
  return isErased && !isMasked && !tensor.requiresGrad && flow.reachesLoss(origin.tensor)
    ? origin
    : undefined;
}
