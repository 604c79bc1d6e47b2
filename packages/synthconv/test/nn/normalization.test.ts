import { describe, expect, it } from "vitest";
import { checkpoint, grad, type Tensor, tensor } from "../../src/autograd/index.js";
import {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  GroupNorm,
  InstanceNorm,
  LayerNorm,
  Linear,
  Module,
  ReLU,
  Sequential,
} from "../../src/nn/index.js";
import { batchNorm, mean, sum } from "../../src/ops/index.js";
import { SGD } from "../../src/train/index.js";
import { draw } from "../ops/support.js";

const x = tensor(draw("x", [4, 3, 2, 2]).data, { shape: [4, 3, 2, 2], dtype: "float32" });
const network = () => new Sequential(new Conv2d(3, 2, 1), new BatchNorm(2), new ReLU(), new Dropout(0.4));
const built = () => network().initialize({ seed: 2 });

describe("BatchNorm", () => {
  it("keeps its running statistics in the state dict, and not among the parameters", () => {
    const model = built();
    expect([...model.stateDict().keys()]).toEqual([
      ...["0.weight", "0.bias", "1.weight", "1.bias", "1.runningMean", "1.runningVariance"],
    ]);
    expect([...model.namedParameters().keys()]).toEqual(["0.weight", "0.bias", "1.weight", "1.bias"]);
    expect(() => model.freeze().unfreeze()).not.toThrow();
    expect(new SGD(model.parameters(), { learningRate: 0.1 }).parameters).toHaveLength(4);
  });

  it("measures in training, uses what it measured in evaluation, and leaves it alone there", () => {
    const norm = new BatchNorm(3, { momentum: 1 }).initialize({ seed: 1 });
    const trained = norm.forward(x);
    expect(trained.data).toEqual(batchNorm(x, norm.weight, norm.bias).data);
    const measured = norm.runningMean.data.slice();
    norm.eval();
    const once = norm.forward(x).data;
    expect(norm.forward(x).data).toEqual(once);
    expect(norm.runningMean.data).toEqual(measured);
    expect(norm.train().forward(x).data).toEqual(trained.data);
  });

  it("is loaded, copied to another element type and put back by a snapshot with its statistics", () => {
    const model = built();
    const restore = model.snapshot();
    model.keyRandom({ seed: 1, step: 0 }).forward(x);
    const state = model.stateDict();
    const copy = built().loadStateDict(state);
    expect(copy.stateDict()).toEqual(state);
    expect(copy.to("float64").stateDict().get("1.runningMean")?.dtype).toBe("float64");
    restore();
    expect([...(model.stateDict().get("1.runningMean") as Tensor).data]).toEqual([0, 0]);
  });

  it("measures once where a checkpoint runs it twice", () => {
    const [plain, again] = [built(), built()];
    for (const model of [plain, again]) model.keyRandom({ seed: 1, step: 0 });
    sum(plain.forward(x)).backward();
    sum(checkpoint((value) => again.forward(value), [x])).backward();
    expect(again.stateDict()).toEqual(plain.stateDict());
    const gradients = (model: Sequential) => model.parameters().map((parameter) => parameter.grad?.data);
    expect(gradients(again)).toEqual(gradients(plain));
  });

  it("refuses other channels, with what it has", () => {
    expect(() => new BatchNorm(2).initialize({ seed: 1 }).forward(x)).toThrow(
      "batchNorm: expected [3] (shared by the batch) or [4,3] (one set per sample), received [2]",
    );
  });
});

describe("Dropout", () => {
  it("drops the same for the same seed, step and path, and others for another", () => {
    const model = new Sequential(new Dropout(0.5), new Dropout(0.5));
    const [first, second] = model.layers as [Dropout, Dropout];
    const dropped = (layer: Dropout, seed: number, step: number): string => {
      model.keyRandom({ seed, step });
      return String(layer.forward(x).data.map((value) => (value === 0 ? 0 : 1)));
    };
    expect(dropped(first, 1, 5)).toBe(dropped(first, 1, 5));
    const all = [dropped(first, 1, 5), dropped(first, 1, 6), dropped(first, 2, 5), dropped(second, 1, 5)];
    expect(new Set(all).size).toBe(4);
  });

  it("keeps the mean: what stays is divided by the share that stays", () => {
    const ones = tensor(new Float32Array(20_000).fill(1));
    const { data } = new Dropout(0.25).keyRandom({ seed: 3, step: 0 }).forward(ones);
    expect(new Set(data)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(mean(tensor(data)).item()).toBeCloseTo(1, 1);
  });

  it("does nothing in evaluation, and asks for the step in training", () => {
    const layer = new Dropout(0.5);
    expect(() => layer.forward(x)).toThrow(
      "Dropout: expected to know the step, which its random numbers depend on, received none. Call model.keyRandom({ " +
        "seed, step }) before each step (trainLoop does), or model.eval() to drop nothing.",
    );
    expect(layer.eval().forward(x)).toBe(x);
  });
});

describe("train and eval", () => {
  it("reach every module inside, whatever holds it", () => {
    class Holder extends Module {
      readonly parts = [new Dropout(0.9)];
      readonly named = { inner: new Sequential(new Dropout(0.9)) };
      forward(input: Tensor): Tensor {
        return this.named.inner.forward((this.parts[0] as Dropout).forward(input));
      }
    }
    const model = new Holder();
    expect(model.eval().forward(x)).toBe(x);
    expect(() => model.train().forward(x)).toThrow(/keyRandom/);
  });
});

describe("layers of one operation", () => {
  it("start with gains of 1 and offsets of 0, which are trained", () => {
    for (const layer of [
      new LayerNorm([2, 2]),
      new GroupNorm(3, 3),
      new BatchNorm(3),
      new InstanceNorm(3, { affine: true }),
    ]) {
      layer.initialize({ seed: 1 });
      expect(new Set(layer.weight?.data)).toEqual(new Set([1]));
      expect(new Set(layer.bias?.data)).toEqual(new Set([0]));
      const gradients = grad(sum(layer.forward(x)), layer.parameters());
      expect(gradients.map(({ shape }) => shape)).toEqual(layer.parameters().map(({ shape }) => shape));
    }
    expect(new InstanceNorm(3).parameters()).toEqual([]);
  });

  it("ConvTranspose2d undoes the size of a Conv2d, with PyTorch's bounds of the first numbers", () => {
    const layer = new ConvTranspose2d(4, 6, 2, { stride: 2, groups: 2 }).initialize({ seed: 1 });
    expect(layer.weight.shape).toEqual([4, 3, 2, 2]);
    expect(Math.max(...layer.weight.data)).toBeLessThanOrEqual(1 / Math.sqrt(12));
    const image = tensor(new Float32Array(4 * 9), { shape: [1, 4, 3, 3] });
    expect(layer.forward(image).shape).toEqual([1, 6, 6, 6]);
    expect(() => new ConvTranspose2d(4, 5, 2, { groups: 2 })).toThrow(
      "ConvTranspose2d groups: expected a divisor of the input and of the output channels, received 2 groups for 4 and 5 channels",
    );
    expect(() => new GroupNorm(2, 3)).toThrow(
      "GroupNorm groups: expected a divisor of 3 channels, received 2",
    );
    expect(new Linear(1, 1).initialize({ seed: 1 }).eval().parameters()).toHaveLength(2);
  });
});
