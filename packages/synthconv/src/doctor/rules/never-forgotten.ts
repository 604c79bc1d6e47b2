import { ones } from "../../autograd/creation.js";
import type { Parameter } from "../../autograd/parameter.js";
import { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { placeOf } from "../place.js";
import { Trace } from "../trace.js";

/** A loss that steps in every run, and adds each gradient to those of all runs before. */
export const neverForgotten: Rule = {
  name: "never forgotten",
  find(file, told) {
    const { last } = file;
    const [step] = last.trace.innerSteps;
    if (step === undefined) return last.isOwnLoop ? byHand(file, told) : [];
    const stepped = untold(file, told).filter(({ parameter }) => step.moved.has(parameter));
    const [first] = stepped;
    if (first === undefined || !keeps(first.parameter, file)) return [];
    const accusation: Accusation = {
      names: stepped.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "{their gradients are|its gradient is} never forgotten",
        place: placeOf(step.site),
        cause:
          "When the optimizer steps here, the gradient is the sum of those of all steps before: nothing sets it back in between, and every update is larger than it should be.",
        repair: "Call zeroGrad() of the optimizer or of the model before each backward().",
      },
    };
    return [accusation];
  },
};

/** Whether a gradient of before the run is still in what the step gets, and this one is left for the next. */
function keeps(parameter: Parameter, { subject }: CaseFile): boolean {
  const run = (before: Tensor | undefined): { readonly at: Tensor | undefined; readonly left: boolean } =>
    putBack(subject, () => {
      parameter.grad = before;
      let at: Tensor | undefined;
      const onStep = (_: object, parameters: readonly Tensor[]): void => {
        if (at === undefined && parameters.includes(parameter) && parameter.grad !== undefined)
          at = new Tensor({ shape: parameter.shape, data: parameter.grad.data.slice() });
      };
      observedLoss(subject.loss, new Trace({ hasPrints: false, onStep }));
      return { at, left: parameter.grad !== undefined };
    });
  const [plain, added, again] = [undefined, ones(parameter.shape, { dtype: parameter.dtype }), undefined].map(
    run,
  );
  const isSame = (one: Tensor | undefined, by: number): boolean =>
    one?.data.every((value, i) => Math.abs(value - by - (plain?.at?.data[i] as number)) < 1e-3) === true;
  return plain?.left === true && isSame(again?.at, 0) && isSame(added?.at, 1);
}

/** The same where the loss writes its parameters itself, by what backward left in them. */
function byHand(file: CaseFile, told: ReadonlySet<string>): Accusation[] {
  const { last, subject } = file;
  const stepped = untold(file, told).filter(({ parameter }) => last.innerUpdates.has(parameter));
  const [first] = stepped;
  if (first === undefined) return [];
  const { parameter } = first;
  const written = (
    before: Tensor | undefined,
  ): { readonly numbers: number[]; readonly left: boolean; readonly isKept: boolean } =>
    putBack(subject, () => {
      parameter.grad = before;
      let isKept = false;
      const onPropagate = (): void => {
        isKept ||= parameter.grad?.data.every((value) => value !== 0) === true;
      };
      observedLoss(subject.loss, new Trace({ hasPrints: false, onPropagate }));
      return { numbers: [...parameter.data], left: parameter.grad !== undefined, isKept };
    });
  const plain = written(undefined);
  const added = written(ones(parameter.shape, { dtype: parameter.dtype }));
  const differs = plain.numbers.every((value, i) => Math.abs(value - (added.numbers[i] as number)) > 1e-6);
  // A velocity that the step keeps itself differs, too: what was there has to be there when backward adds to it.
  if (!plain.left || !differs || !added.isKept) return [];
  return [
    {
      names: stepped.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "{their gradients are|its gradient is} never forgotten",
        place: placeOf([...last.trace.propagatedFrom.values()][0]),
        cause:
          "What backward leaves here is added to the gradients of all steps before: nothing sets them back in between, and every update is larger than it should be.",
        repair:
          "Call zeroGrad() of the model before each backward(), or take the gradients as values, grad(loss, parameters).",
      },
    },
  ];
}
