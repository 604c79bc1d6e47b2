import { describe, expect, it } from "vitest";
import type { Parameter } from "../../src/autograd/parameter.js";
import { provenance } from "../../src/autograd/tensor.js";
import { diagnose, keepCallSites } from "../../src/doctor.js";
import {
  Adam,
  add,
  clamp,
  conv2d,
  divide,
  Linear,
  linear,
  Module,
  mean,
  mse,
  multiply,
  pixelNetwork,
  relu,
  reshape,
  SGD,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../../src/index.js";
import {
  type Batch,
  batch,
  onlyFinding,
  sourceOf,
  statuses,
  usual,
  Writer,
  writer,
} from "./diagnose-support.js";

describe("diagnose, what the numbers show", () => {
  it("names parameters that the loss uses and nobody holds", () => {
    class Hidden extends Writer {
      readonly #secret = new Linear(3, 3); // not seen
      forward(x: Tensor): Tensor {
        return this.#secret.initialize({ seed: 1 }).forward(x);
      }
    }
    const diagnosis = diagnose(new Hidden().initialize({ seed: 1 }), batch, (model, all) =>
      add(
        usual(model, all),
        mean(
          square(
            model.forward(
              slice(all.condition, [
                [0, 4],
                [0, 3],
              ]),
            ),
          ),
        ),
      ),
    );
    expect(onlyFinding(diagnosis)).toMatchObject({ fault: "optimizerHoldsOthers", parameters: [] });
    expect(sourceOf(onlyFinding(diagnosis))).toContain("// not seen");
    expect(diagnosis.verdict).toContain(
      "Something is wrong: neither the model nor the optimizer holds 2 parameters",
    );
  });

  it("names the parameters that the optimizer was made without", () => {
    const model = writer();
    const optimizer = new Adam([model.generator.weight], { learningRate: 0.01 }); // without the bias
    const finding = onlyFinding(diagnose(model, batch, usual, { optimizer }));
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers", parameters: ["generator.bias"] });
    expect(sourceOf(finding)).toContain("// without the bias");
  });

  it("names the factor of zeros that a gradient is multiplied with", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const gate = tensor([0, 0, 0]);
      const gated = multiply(reshape(model.weight(condition), [4, 9, 1, 1, 1]), zeros([4, 9, 1, 1, 1])); // times 0
      return mse(conv2d(image, reshape(gated, [4, 3, 3, 1, 1]), gate), target);
    });
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({
      fault: "alwaysZero",
      parameters: ["generator.weight", "generator.bias"],
    });
    expect(finding.cause).toBe(
      "One factor of the multiply here, a tensor [4,9,1,1,1], is 0 everywhere, so the gradient is 0 too.",
    );
    expect(sourceOf(finding)).toContain("// times 0");
  });

  it("names the operation that is flat for every input", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const clipped = clamp(add(model.weight(condition), 7), -1, 1); // saturated
      return mse(conv2d(image, clipped), target);
    });
    const finding = onlyFinding(diagnosis);
    expect(finding.cause).toContain("Every input of clamp here");
    expect(sourceOf(finding)).toContain("// saturated");
  });

  it("does not take a step of learning rate 0 for learning", () => {
    const model = writer();
    const optimizer = new SGD(model.parameters(), { learningRate: 0 });
    expect(onlyFinding(diagnose(model, batch, usual, { optimizer }))).toMatchObject({
      fault: "alwaysZero",
      repair: "Raise its learning rate from 0 to 0.1: with that the loss was seen to fall.",
    });
  });

  it("names the operation that first makes a number that is none", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const scale = sqrt(subtract(sum(square(model.weight(condition))), 100)); // of a negative number
      return mse(divide(conv2d(image, model.weight(condition)), scale), target);
    });
    const finding = onlyFinding(diagnosis);
    expect(finding.fault).toBe("nonFinite");
    expect(finding.cause).toBe(
      "The result of sqrt has entries that are NaN or infinite, though all its inputs are finite.",
    );
    expect(sourceOf(finding)).toContain("// of a negative number");
  });

  it("names the operation whose gradient is the first that is infinite", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const size = sqrt(multiply(sum(square(model.weight(condition))), 0)); // of zero
      return add(mse(conv2d(image, model.weight(condition)), target), size);
    });
    expect(onlyFinding(diagnosis).cause).toContain("The gradient that sqrt passes on");
    expect(sourceOf(onlyFinding(diagnosis))).toContain("// of zero");
  });

  it("tells an explosion", () => {
    const model = writer();
    const optimizer = new SGD(model.parameters(), { learningRate: 40 });
    const diagnosis = diagnose(model, batch, usual, { optimizer });
    expect(onlyFinding(diagnosis).fault).toBe("exploding");
    expect(statuses(diagnosis)).toEqual({ "generator.weight": "exploding", "generator.bias": "exploding" });
  });

  it("sees generated weights in pixelNetwork and linear too", () => {
    class Stack extends Module {
      readonly generator = new Linear(6, 24);
    }
    const stack = new Stack().initialize({ seed: 1 });
    const diagnosis = diagnose(stack, batch, (model, { condition, image, target }) => {
      const written = model.generator.forward(condition);
      const first = reshape(
        slice(written, [
          [0, 4],
          [0, 12],
        ]),
        [4, 4, 3, 1, 1],
      );
      const last = reshape(
        slice(written, [
          [0, 4],
          [12, 24],
        ]),
        [4, 3, 4, 1, 1],
      );
      return mse(pixelNetwork(image, [{ weight: first, activation: "relu" }, { weight: last }]), target);
    });
    const wanted = diagnosis.hypernetwork?.scales.map((scale) => scale.wanted);
    expect(wanted).toEqual([Math.sqrt(2 / 3), Math.sqrt(1 / 4)]);
    expect(diagnosis.hypernetwork?.crossTalk).toBe(0);
    const shared = diagnose(stack, batch, (model, { condition }) => {
      const written = mean(model.generator.forward(condition), { axes: [0] });
      return mean(square(linear(condition, reshape(written, [4, 6]))));
    });
    expect(shared.hypernetwork).toMatchObject({ crossTalk: null, spread: null, scales: [{ shape: [4, 6] }] });
  });

  it("advises against a ReLU behind the generated weights", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) =>
      mse(conv2d(image, relu(model.weight(condition))), target),
    );
    expect(diagnosis.healthy).toBe(true);
    expect(onlyFinding(diagnosis)).toMatchObject({ fault: "generatedScale", severity: "warning" });
    expect(onlyFinding(diagnosis).cause).toContain("leaves none below 0");
  });

  it("advises when all conditions give the same weights, or the weights are far from the scale of the layer", () => {
    const model = writer();
    const [weight, bias] = model.parameters() as [Parameter, Parameter];
    weight.assign(new Float32Array(54));
    const collapsed = diagnose(model, batch, usual, {
      optimizer: new SGD([bias], { learningRate: 0.1 }),
    });
    expect(collapsed.findings.map(({ fault }) => fault)).toContain("optimizerHoldsOthers");
    weight.trainable = false;
    const same = diagnose(model, batch, usual, {
      optimizer: new SGD([bias], { learningRate: 0.1 }),
    });
    expect(same.healthy).toBe(true);
    expect(same.findings.map(({ fault }) => fault)).toEqual(["collapsedGenerator"]);
    expect(same.hypernetwork?.spread).toBe(0);
    const large = writer();
    large.generator.weight.assign(large.generator.weight.data.map((value) => 100 * value));
    expect(diagnose(large, batch, usual).findings.map(({ fault }) => fault)).toEqual(["generatedScale"]);
  });

  it.each([
    [
      "a number",
      () => 0.3,
      "diagnose loss: expected a tensor, received the number 0.3. Return the loss as it was computed, without await and without item().",
    ],
    ["a promise", async () => mean(tensor([1])), "diagnose loss: expected a tensor, received a promise."],
    ["nothing", () => undefined, "diagnose loss: expected a tensor, received undefined."],
    [
      "no scalar",
      (model: Writer, { condition }: Batch) => model.weight(condition),
      "diagnose loss: expected a tensor of one entry, received shape [4,3,3,1,1]. Reduce it: mean(x) or sum(x).",
    ],
  ])("refuses a loss that is %s", (_, loss, message) => {
    expect(() => diagnose(writer(), batch, loss as typeof usual)).toThrow(message);
  });

  it("finds that a model without parameters trains nothing, and that a frozen one does not", () => {
    class Empty extends Module {
      readonly layers = new Map([["hidden", new Linear(2, 2)]]);
    }
    const empty = diagnose(new Empty(), batch, () => tensor(1));
    expect(onlyFinding(empty)).toMatchObject({ fault: "nothingToTrain", parameters: [] });
    expect(empty.verdict).toBe("Something is wrong: the model has no parameters.");
    const model = writer();
    model.freeze(); // all of it
    const frozen = diagnose(model, batch, usual);
    expect(frozen.state).toBe("ill");
    expect(onlyFinding(frozen).fault).toBe("nothingToTrain");
    expect(sourceOf(onlyFinding(frozen))).toContain("// all of it");
  });

  it("refuses a number of steps that shows nothing", () => {
    expect(() => diagnose(writer(), batch, usual, { steps: 1 })).toThrow(
      "diagnose steps: expected a whole number of 2 or more, received 1",
    );
  });

  it("takes several optimizers, and each trains its own", () => {
    const model = writer();
    const [weight, bias] = model.parameters() as [Parameter, Parameter];
    const optimizer = [new SGD([weight], { learningRate: 0.1 }), new Adam([bias], { learningRate: 0.01 })];
    const diagnosis = diagnose(model, batch, usual, { optimizer });
    expect(diagnosis.state).toBe("well");
    for (const { numbers } of diagnosis.parameters) expect(numbers.updateRatio.at(-1)).toBeGreaterThan(0);
  });

  it("puts back optimizers that the loss steps by itself, and what they trained", () => {
    const model = writer();
    const [weight, bias] = model.parameters() as [Parameter, Parameter];
    const inner = new Adam([bias], { learningRate: 0.01 });
    const before = Array.from(bias.data);
    const diagnosis = diagnose(
      model,
      batch,
      (network, all) => {
        inner.zeroGrad();
        usual(network, all).backward();
        inner.step();
        return usual(network, all);
      },
      { optimizer: new SGD([weight], { learningRate: 0.1 }) },
    );
    expect(diagnosis.state).toBe("well");
    expect(Array.from(bias.data)).toEqual(before);
    expect(inner.stateDict().get("generator.bias.steps")?.data[0]).toBe(0);
  });

  it("names where a tensor was computed before the loss ran, once such lines are kept", () => {
    keepCallSites();
    const model = writer();
    const weight = model.weight(batch.condition); // computed once
    const diagnosis = diagnose(model, batch, (_, { image, target }) => mse(conv2d(image, weight), target));
    provenance.sites = undefined;
    expect(onlyFinding(diagnosis)).toMatchObject({
      fault: "staleGraph",
      parameters: ["generator.weight", "generator.bias"],
    });
    expect(sourceOf(onlyFinding(diagnosis))).toContain("// computed once");
  });

  it("says in one word that samples are mixed on purpose", () => {
    const pooled = (model: Writer, { condition, image, target }: Batch): Tensor =>
      mse(
        conv2d(image, reshape(model.weight(mean(condition, { axes: 0, keepDims: true })), [3, 3, 1, 1])),
        target,
      );
    const accused = diagnose(writer(), batch, pooled);
    expect(onlyFinding(accused)).toMatchObject({ fault: "conditionMixed" });
    expect(diagnose(writer(), batch, pooled, { mixes: ["condition"] }).state).toBe("well");
  });

  it("silences by a reason what it said that a reason silences", () => {
    const byNumber = (model: Writer, { condition, image, target }: Batch, reason?: string): Tensor => {
      const weight = model.weight(condition);
      const seen = reason === undefined ? weight : weight.detach({ reason });
      return mse(conv2d(image, divide(weight, Math.sqrt(mean(square(seen)).item()))), target);
    };
    expect(onlyFinding(diagnose(writer(), batch, byNumber)).repair).toContain("x.detach({ reason })");
    const declared = diagnose(writer(), batch, (model, all) => byNumber(model, all, "a scale, not trained"));
    expect(declared.state).toBe("well");
  });

  it("diagnoses a loss that nothing trainable leads to", () => {
    const diagnosis = diagnose(writer(), batch, (_, { image, target }) => mse(image, target));
    expect(statuses(diagnosis)).toEqual({ "generator.weight": "unused", "generator.bias": "unused" });
    expect(sourceOf(onlyFinding(diagnosis))).toContain("readonly generator = new Linear(6, 9)");
  });
});
