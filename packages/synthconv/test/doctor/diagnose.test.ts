import { describe, expect, it } from "vitest";
import { Parameter } from "../../src/autograd/parameter.js";
import { diagnose } from "../../src/doctor.js";
import {
  Adam,
  add,
  Conv2d,
  conv2d,
  divide,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  noGrad,
  RandomStream,
  randomUniform,
  reshape,
  round,
  SGD,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
  tensor,
  zeros,
} from "../../src/index.js";
import { batch, onlyFinding, random, sourceOf, statuses, usual, Writer, writer } from "./diagnose-support.js";

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
});
