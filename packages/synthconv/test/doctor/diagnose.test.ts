import { describe, expect, it } from "vitest";
import { Parameter } from "../../src/autograd/parameter.js";
import { provenance } from "../../src/autograd/tensor.js";
import { type Diagnosis, diagnose, type Finding, keepCallSites } from "../../src/doctor.js";
import {
  Adam,
  add,
  Conv2d,
  clamp,
  conv2d,
  divide,
  Linear,
  linear,
  Module,
  mean,
  mse,
  multiply,
  noGrad,
  pixelNetwork,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  round,
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

const random = new RandomStream({ seed: 1, purpose: "diagnose test" });
const batch = {
  condition: randomUniform([4, 6], random),
  image: randomUniform([4, 3, 5, 5], random),
  target: randomUniform([4, 3, 5, 5], random),
};
type Batch = typeof batch;

/** A generator that writes the weights of a 1x1 convolution, 3 to 3 channels. */
class Writer extends Module {
  readonly generator = new Linear(6, 9);

  weight(condition: Tensor): Tensor {
    return reshape(this.generator.forward(condition), [-1, 3, 3, 1, 1]);
  }
}

function writer(): Writer {
  return new Writer().initialize({ seed: 1 });
}

const usual = (model: Writer, { condition, image, target }: Batch): Tensor =>
  mse(conv2d(image, model.weight(condition)), target);

function statuses({ parameters }: Diagnosis): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name, status }) => [name, status]));
}

function onlyFinding(diagnosis: Diagnosis): Finding {
  expect(diagnosis.findings).toHaveLength(1);
  return diagnosis.findings[0] as Finding;
}

/** The line on which an error made in `body` begins, counted from the line of the call. */
function sourceOf(finding: Finding): string {
  expect(finding.place?.file).toBe("packages/synthconv/test/doctor/diagnose.test.ts");
  return finding.place?.source ?? "";
}

describe("diagnose", () => {
  it("finds nothing wrong with a generator that is wired as it should be", () => {
    const diagnosis = diagnose(writer(), batch, usual);
    expect(diagnosis.verdict).toBe("All 2 parameters learn: a gradient arrived and moved them in 17 steps.");
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.losses).toHaveLength(17);
    expect(diagnosis.losses[16]).toBeLessThan(diagnosis.losses[0] as number);
    expect(diagnosis.hypernetwork).toMatchObject({ crossTalk: 0, scales: [{ wanted: Math.sqrt(1 / 3) }] });
    for (const { numbers } of diagnosis.parameters) {
      expect(numbers.gradientNorm).toHaveLength(17);
      expect(numbers.updateRatio.every((ratio) => ratio !== null && ratio > 0)).toBe(true);
    }
  });

  it("leaves the model, the optimizer, the gradients and the batch as they were, bit for bit", () => {
    const model = writer();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const step = (): void => {
      optimizer.zeroGrad();
      usual(model, batch);
      diagnose(model, batch, usual, { optimizer: new SGD(model.parameters(), { learningRate: 1 }) });
    };
    step();
    const [weight, bias] = model.parameters() as [Parameter, Parameter];
    weight.grad = randomUniform([9, 6], random);
    const copy = (values: Iterable<{ data: ArrayLike<number> }>): number[][] =>
      Array.from(values, ({ data }) => Array.from(data));
    const state = (): unknown => ({
      numbers: copy(model.parameters()),
      optimizer: [...optimizer.stateDict()].map(([name, { data }]) => [name, Array.from(data)]),
      gradient: Array.from(weight.grad?.data ?? []),
      writes: model.parameters().map(({ writes }) => writes.count),
      batch: copy(Object.values(batch)),
    });
    const before = state();
    const gradient = weight.grad;
    diagnose(model, batch, usual, { optimizer });
    expect(state()).toEqual(before);
    expect(weight.grad).toBe(gradient);
    expect(bias.grad).toBeUndefined();
    expect(model.parameters()).toEqual([weight, bias]);
  });

  it("puts all of it back when the loss function throws, and passes the error on", () => {
    const model = writer();
    const before = Array.from(model.generator.weight.data);
    let calls = 0;
    expect(() =>
      diagnose(model, batch, (...all) => {
        if (calls++ === 2) throw new Error("from the user's code");
        return usual(...all);
      }),
    ).toThrow("from the user's code");
    expect(Array.from(model.generator.weight.data)).toEqual(before);
  });

  it("puts a parameter back that the forward pass replaced", () => {
    class Seed extends Writer {
      kernel = new Conv2d(3, 3, 1, { bias: false }).weight;
    }
    const model = new Seed().initialize({ seed: 1 });
    const { kernel } = model;
    const diagnosis = diagnose(model, batch, (seed, { condition, image, target }) => {
      seed.kernel = new Parameter(reshape(slice(seed.weight(condition), [[0, 1]]), [3, 3, 1, 1]));
      return mse(conv2d(image, seed.kernel), target);
    });
    expect(diagnosis.findings[0]?.fault).toBe("rewrappedAsParameter");
    expect(model.kernel).toBe(kernel);
  });

  it("names the operation whose result nothing uses", () => {
    class Unread extends Writer {
      readonly gate = new Linear(6, 3);
    }
    const diagnosis = diagnose(new Unread().initialize({ seed: 1 }), batch, (model, all) => {
      model.gate.forward(all.condition); // its result goes nowhere
      return usual(model, all);
    });
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({ fault: "notWired", parameters: ["gate.weight", "gate.bias"] });
    expect(finding.cause).toBe(
      "Nothing is computed from the result of linear here, so the loss does not depend on what led to it.",
    );
    expect(sourceOf(finding)).toContain("// its result goes nowhere");
  });

  it("takes a detach with a reason as declared: what is before it is frozen, with the reason", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const head = zeros([3, 3, 1, 1], { requiresGrad: true });
      const written = model.weight(condition).detach({ reason: "the discriminator's turn" });
      return mse(add(conv2d(image, written), conv2d(image, head)), target);
    });
    expect(diagnosis.healthy).toBe(true);
    expect(statuses(diagnosis)).toEqual({ "generator.weight": "frozen", "generator.bias": "frozen" });
    expect(diagnosis.parameters[0]?.excuse).toBe("the discriminator's turn");
  });

  it("finds a number that decides an if, and the line where it is read", () => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const tenths = Math.round(10 * (model.weight(condition).data[0] as number));
      return mse(tenths % 2 === 0 ? image : square(image), target);
    });
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({
      fault: "plainNumbers",
      parameters: ["generator.weight", "generator.bias"],
    });
    expect(finding.cause).toContain("decides which way the program goes");
    expect(sourceOf(finding)).toContain("Math.round(10");
  });

  it("finds the line where numbers come in, also when they were written into a parameter", () => {
    class Copied extends Writer {
      readonly layer = new Conv2d(3, 3, 1);
    }
    const diagnosis = diagnose(new Copied().initialize({ seed: 1 }), batch, (model, all) => {
      const numbers = model.generator.forward(all.condition).data.subarray(0, 9);
      model.layer.weight.assign(numbers.map((value) => 2 * value)); // the numbers come in
      return mse(model.layer.forward(all.image), all.target);
    });
    expect(onlyFinding(diagnosis)).toMatchObject({
      fault: "assignedIntoParameter",
      parameters: ["generator.weight", "generator.bias", "layer.weight"],
    });
    expect(sourceOf(onlyFinding(diagnosis))).toContain("// the numbers come in");
  });

  it("finds numbers that follow a parameter beside a random mask", () => {
    let step = 0;
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const mask = randomUniform([4, 3, 5, 5], new RandomStream({ seed: 0, purpose: "mask", step: step++ }));
      const weight = tensor(model.weight(condition).data, { shape: [4, 3, 3, 1, 1] }); // numbers
      return mse(conv2d(multiply(image, mask), weight), target);
    });
    expect(onlyFinding(diagnosis).fault).toBe("plainNumbers");
    expect(sourceOf(onlyFinding(diagnosis))).toContain("// numbers");
  });

  it.each<[fault: string, scale: (written: Tensor) => Tensor | number]>([
    ["detached", (written) => sqrt(mean(square(written))).detach()],
    ["computedWithoutTape", (written) => noGrad(() => sqrt(mean(square(written))))],
    ["plainNumbers", (written) => Math.sqrt(mean(square(written)).item())],
  ])("advises where a part of the gradient is missing: %s", (fault, scale) => {
    const diagnosis = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const weight = model.weight(condition);
      return mse(conv2d(image, divide(weight, scale(weight))), target);
    });
    expect(diagnosis.healthy).toBe(true);
    expect(onlyFinding(diagnosis)).toMatchObject({
      ...{ fault, severity: "warning", parameters: ["generator.weight", "generator.bias"] },
      cause: expect.stringContaining("A gradient arrives, but a part of it is missing."),
    });
  });

  it("says nothing of a parameter that is reshaped before anything else uses it", () => {
    class Rows extends Module {
      readonly rows = new Parameter(randomUniform([9, 3, 1, 1], random));
    }
    const diagnosis = diagnose(new Rows(), batch, ({ rows }, { image, target }) =>
      mse(conv2d(image, slice(reshape(rows, [3, 9, 1, 1]), [undefined, [0, 3]])), target),
    );
    expect(diagnosis.findings).toEqual([]);
  });

  it("says nothing of a straight-through estimator, nor of numbers that change nothing", () => {
    const straight = diagnose(writer(), batch, (model, { condition, image, target }) => {
      const weight = model.weight(condition);
      const rest = subtract(round(multiply(weight, 64)), multiply(weight, 64)).detach({
        reason: "rounded forward, straight through backward",
      });
      return mse(conv2d(image, add(weight, divide(rest, 64))), target);
    });
    expect(straight.findings).toEqual([]);
    const idle = diagnose(writer(), batch, (model, all) => {
      const size = mean(model.weight(all.condition)).item();
      return add(usual(model, all), multiply(tensor(size), 0));
    });
    expect(idle.findings).toEqual([]);
  });

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
