import { describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import { grad, type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import { charbonnier, huber, l1, mse } from "../../src/train/index.js";
import { type OperationCase, operationCases } from "../fixtures/pytorch/load.js";

type Loss = (prediction: Tensor, target: Tensor, options: object) => Tensor;
type LossCase = OperationCase<"mse" | "l1" | "huber" | "charbonnier">;

const losses: [name: LossCase["op"], loss: Loss][] = [
  ["mse", mse],
  ["l1", l1],
  ["huber", huber],
  ["charbonnier", charbonnier],
];

describe.each(losses)("%s", (name, loss) => {
  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 1e-6 : 1e-9;
    it.each(operationCases(name) as readonly LossCase[])("$name: value and gradients as PyTorch's", (one) => {
      const [prediction, target] = [one.inputs.prediction, one.inputs.target].map(({ shape, data }) =>
        tensor(data, { shape, dtype, requiresGrad: true }),
      ) as [Tensor, Tensor];
      const value = loss(prediction, target, one.options);
      expect(value.shape).toEqual([]);
      closeTo(value.data, one.output.data, tolerance);
      const seed = tensor(one.upstream.data, { shape: [], dtype });
      const [ofPrediction, ofTarget] = grad(value, [prediction, target], { seed }) as [Tensor, Tensor];
      closeTo(ofPrediction.data, one.gradients.prediction.data, tolerance);
      closeTo(ofTarget.data, one.gradients.target.data, tolerance);
    });
  });

  it("refuses to broadcast: [4] against [4,1] would compare every pair", () => {
    expect(() => loss(zeros([4]), zeros([4, 1]), {})).toThrow(
      `${name}: expected prediction and target of one shape, received [4] and [4,1]. Reshape one of them.`,
    );
  });
});

it("refuses a delta or an epsilon that is not above 0", () => {
  const x = zeros([2]);
  expect(() => huber(x, x, { delta: 0 })).toThrow(
    "huber delta: expected a finite number above 0, received 0",
  );
  expect(() => charbonnier(x, x, { epsilon: Number.NaN })).toThrow("charbonnier epsilon: expected a finite");
});
