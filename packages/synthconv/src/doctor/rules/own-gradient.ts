import type { Tensor } from "../../autograd/tensor.js";
import { RandomStream } from "../../core/random.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { ancestorsOf } from "../case-file.js";
import { sentenceCase } from "../complaint.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { isRecordedByUser, placeOf } from "../place.js";
import { sizeOf } from "../probe.js";
import { numberText } from "../report/words.js";
import { type Origin, Trace } from "../trace.js";

/** Small against the curvature, large against float32's rounding. */
const STEP = 1e-2;
/** Bends within a step stay below; a wrong sign, factor or order of axes does not. */
const TOLERANCE = 0.2;
/** A function of steps has a slope of its own choice: a straight-through estimator, a surrogate of a spike. */
const FLAT = 1e-4;
const MAX_CHECKED = 6;

/** An operation of the user's whose backward gives another gradient than its result shows. */
export const ownGradient: Rule = {
  name: "gradient of an own operation",
  find(file) {
    const { last } = file;
    if (last.isOwnLoop || last.gradients.size === 0) return [];
    const origins = [...last.trace.origins.values()];
    const own = origins.filter(
      ({ tensor, site, operation }) =>
        tensor.node !== undefined &&
        last.gradients.has(tensor) &&
        operation !== "detach" &&
        isRecordedByUser(site),
    );
    if (own.length === 0 || !isRepeatable(file)) return [];
    return own.slice(0, MAX_CHECKED).flatMap((origin): Accusation[] => {
      // What comes behind it has to be right before it can be judged.
      if (isRight(origin.tensor, file)?.isRight === false) return [];
      const wrong = origin.inputs
        .map((input, index) => ({
          index,
          input,
          checked: hasIdentity(origin, input) ? undefined : isRight(input, file),
        }))
        .find(({ input, checked }) => input.requiresGrad && checked !== undefined && !checked.isRight);
      if (wrong?.checked === undefined) return [];
      return [
        {
          names: ancestorsOf([wrong.input], file),
          complaint: complaintOf(origin, wrong.index, wrong.checked),
        },
      ];
    });
  },
};

interface Checked {
  readonly isRight: boolean;
  /** What the loss shows over what the gradient says. */
  readonly ratio: number;
}

function complaintOf(
  { operation, site }: Origin,
  index: number,
  { ratio }: Checked,
): Accusation["complaint"] {
  return {
    status: "cut",
    fault: "ownOperation",
    phrase: `the backward of ${operation} gives {them|it} a wrong gradient`,
    place: placeOf(site),
    cause: `${sentenceCase(operation)} is an operation of your own: along the gradient that its backward returns for input ${index} the loss changes by ${numberText(ratio)} of what this gradient says.`,
    repair: `Compare its backward with central differences, (f(x + h) - f(x - h)) / 2h: a sign, a factor or the order of axes differs for input ${index}.`,
  };
}

/** A gradient that is turned or scaled on purpose: reversal, clipping. */
function hasIdentity({ tensor }: Origin, input: Tensor): boolean {
  return tensor.size === input.size && tensor.data.every((value, index) => value === input.data[index]);
}

function isRepeatable(file: CaseFile): boolean {
  return Object.is(lossWith(file, undefined), lossWith(file, undefined));
}

/** Undefined where nothing can be said. */
function isRight(tensor: Tensor, file: CaseFile): Checked | undefined {
  const gradient = file.last.gradients.get(tensor)?.data;
  if (gradient === undefined) return undefined;
  const random = new RandomStream({ seed: 0, purpose: "doctor own operation" });
  // Not the signs alone: a gradient in another order may agree with these.
  const direction = gradient.map(
    (slope, i) => Math.sign(slope) * sizeOf(tensor.data[i] as number) * (0.5 + random.uniform()),
  );
  let said = 0;
  for (const [i, slope] of gradient.entries()) said += (direction[i] as number) * slope;
  const slopes = [STEP, STEP / 4].map((step) => {
    const ends = [step, -step].map((factor) => lossWith(file, { tensor, direction, factor }));
    return ((ends[0] as number) - (ends[1] as number)) / (2 * step);
  });
  const [far = 0, near = 0] = slopes;
  const isSmooth = Math.abs(far - near) <= TOLERANCE * Math.max(Math.abs(far), Math.abs(near));
  if (said === 0 || !isSmooth || Math.abs(far) < FLAT * said) return undefined;
  return { isRight: Math.abs(near - said) <= TOLERANCE * said, ratio: near / said };
}

interface Change {
  readonly tensor: Tensor;
  readonly direction: Tensor["data"];
  readonly factor: number;
}

/** The loss when a value, of the run or of a parameter, is moved before anything uses it. */
function lossWith({ subject, last }: CaseFile, change: Change | undefined): number {
  const at = change === undefined ? -1 : [...last.trace.origins.keys()].indexOf(change.tensor);
  const move = (data: Tensor["data"]): void => {
    for (let i = 0; i < data.length; i++) {
      data[i] = (data[i] as number) + (change?.factor ?? 0) * (change?.direction[i] ?? 0);
    }
  };
  return putBack(subject, () => {
    if (change !== undefined && at < 0) move(change.tensor.data);
    const trace: Trace = new Trace({
      onOperation: ({ tensor }) => {
        if (at >= 0 && trace.origins.size - 1 === at) move(tensor.data);
      },
    });
    return observedLoss(subject.loss, trace).data[0] as number;
  });
}
