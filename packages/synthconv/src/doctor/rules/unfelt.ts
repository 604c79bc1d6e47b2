import type { Tensor } from "../../autograd/tensor.js";
import { largest } from "../../core/extremes.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { firstThatAbsorbs } from "../invariance.js";
import { operationsThat } from "../operations.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { type ChangedInput, changedAllOver, type Ownership, ownershipOf } from "../sample-ownership.js";
import { writersBehind } from "../sample-writers.js";
import type { Origin } from "../trace.js";

/** Share of the loss that a change of half an input makes: below it the network does without the input. */
const UNFELT = 1e-4;
/** A factor that makes this little of an input is to blame for it. */
const SMALL = 1e-2;
/** With a factor that is to blame, a hundredth of the loss is as little. */
const SLIGHT = 1e-2;
/** A batch of such numbers needs no factor. */
const USUAL = 4;
const LAYERS: ReadonlySet<string> = operationsThat("multiplies");

/** An input of the batch so small, before a layer with a bias, that all samples look alike behind it. */
export const unfelt: Rule = {
  name: "unfelt",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const ownership = ownershipOf(file.subject, file.batch);
    if (ownership === undefined) return [];
    return ownership.inputs.flatMap((input) => accusationOf(input, ownership, file));
  },
};

function accusationOf(input: ChangedInput, ownership: Ownership, file: CaseFile): Accusation[] {
  const { base } = ownership;
  const changed = changedAllOver(file.subject, ownership, input);
  if (changed === undefined || !ownership.flow.reachesLoss(input.tensor)) return [];
  const [before, after] = [base.loss, changed.loss].map(({ data }) => data[0] as number) as [number, number];
  const felt = Math.abs(after - before) / Math.abs(before);
  if (felt > SLIGHT) return [];
  const absorbs = firstThatAbsorbs(base.origins, changed.origins, input.tensor, { left: UNFELT });
  const factor = smallFactor(input.tensor, absorbs, ownership);
  // What was of a usual size is divided again: bytes that are no bytes any more.
  const isTwice = factor !== undefined && sizeOf(input.tensor.data) <= USUAL;
  if (!isTwice && (felt > UNFELT || ownership.inputs.length < 2)) return [];
  const layer = [absorbs, isTwice ? layerBehind(factor, ownership) : undefined].find((one) =>
    isTrainedLayer(one, ownership),
  );
  if (layer === undefined) return [];
  // What is small inside, where nothing made it so and the input is not, is the network's own state of this step.
  if (factor === undefined && sizeOf(input.tensor.data) > SMALL) return [];
  const { name } = input;
  const size = sizeOf((layer.inputs[0] as Tensor).data);
  return [
    {
      names: writersBehind(layer, name, ownership),
      complaint: {
        status: "learns",
        ...(!isTwice && { severity: "warning" }),
        fault: "collapsedGenerator",
        phrase: `nothing of ${name} is felt`,
        place: placeOf((factor ?? layer).site),
        cause: `What comes of ${name} is ${numberText(size)} at the most where ${layer.operation} takes it, far below the bias and the weights of this layer: half of ${name} more or less changes the loss by less than ${numberText(isTwice ? SLIGHT : UNFELT)} of itself, and all samples get the same.`,
        repair: `Bring ${name} to a size of about 1 before the first layer${factor === undefined ? ", divide(subtract(x, mean), deviation)" : ": leave out the factor here, or take one that fits its units"}.`,
      },
    },
  ];
}

function isTrainedLayer(one: Origin | undefined, { base }: Ownership): boolean {
  if (one === undefined || !LAYERS.has(one.operation)) return false;
  return one.inputs.some(
    (input) => input.requiresGrad && !base.origins.some(({ tensor }) => tensor === input),
  );
}

/** The first layer that takes what a factor made. */
function layerBehind({ tensor }: Origin, { base, flow }: Ownership): Origin | undefined {
  const behind = flow.influenceOf(tensor);
  return base.origins.find(
    ({ operation, inputs }) =>
      LAYERS.has(operation) &&
      inputs.some((one) => behind.has(one)) &&
      inputs.some((one) => one.requiresGrad),
  );
}

/** The product with a constant, between an input and a layer, that makes the values so small. */
function smallFactor(
  input: Tensor,
  layer: Origin | undefined,
  { base, flow }: Ownership,
): Origin | undefined {
  const behind = flow.influenceOf(input);
  return base.origins.find(({ operation, inputs, tensor, order }) => {
    if ((layer !== undefined && order >= layer.order) || (operation !== "multiply" && operation !== "divide"))
      return false;
    const value = inputs.find((one) => behind.has(one));
    return value !== undefined && sizeOf(tensor.data) < SMALL * sizeOf(value.data);
  });
}

function sizeOf(values: ArrayLike<number>): number {
  return largest(Array.from(values, Math.abs), 0);
}
