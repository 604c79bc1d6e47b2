import { describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import { full, tensor } from "../../src/autograd/creation.js";
import { Parameter } from "../../src/autograd/parameter.js";
import type { DType } from "../../src/core/float-array.js";
import { Adam, AdamW, clipGradientNorm, type Optimizer, SGD } from "../../src/train/index.js";
import { clipCases, type FixtureTensor, optimizerCases } from "../fixtures/pytorch/load.js";

type Entries = Readonly<Record<string, FixtureTensor>>;

/** The two parameters of a case, by name. */
function entriesOf(pair: object | undefined): Entries {
  return { ...pair } as Entries;
}

type OptimizerOptions = ReturnType<typeof optimizerCases>[number]["options"];

function makeOptimizer(parameters: readonly Parameter[], options: OptimizerOptions): Optimizer {
  if (options.algorithm === "sgd") {
    const { algorithm: _, ...settings } = options;
    return new SGD(parameters, settings);
  }
  const { algorithm, ...settings } = options;
  return algorithm === "adam" ? new Adam(parameters, settings) : new AdamW(parameters, settings);
}

function parametersFrom(entries: Entries, dtype: DType = "float32"): Parameter[] {
  return Object.entries(entries).map(([name, { shape, data }]) => {
    const parameter = new Parameter(tensor(data, { shape, dtype }));
    parameter.name = name;
    return parameter;
  });
}

function giveGradients(parameters: readonly Parameter[], gradients: Entries): void {
  for (const parameter of parameters) {
    const { shape, data } = gradients[parameter.name] as FixtureTensor;
    parameter.grad = tensor(data, { shape, dtype: parameter.dtype });
  }
}

describe("optimizers", () => {
  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    it.each(optimizerCases())("$name moves parameters as PyTorch does over ten steps", (one) => {
      const parameters = parametersFrom(entriesOf(one.parameters), dtype);
      const optimizer = makeOptimizer(parameters, one.options);
      one.steps.forEach((expected, step) => {
        giveGradients(parameters, entriesOf(one.gradients[step]));
        optimizer.step();
        for (const parameter of parameters) {
          const { data } = entriesOf(expected)[parameter.name] as FixtureTensor;
          // Some of the gradients cancel to a hundredth of what they moved: that leaves float32 five digits.
          closeTo(parameter.data, data, dtype === "float32" ? 1e-5 : 1e-9);
        }
      });
    });
  });

  it.each(optimizerCases())("$name continues to the same bits from its exported state", (one) => {
    const train = (parameters: Parameter[], optimizer: Optimizer, from: number, to: number): void => {
      for (let step = from; step < to; step++) {
        giveGradients(parameters, entriesOf(one.gradients[step]));
        optimizer.step();
      }
    };
    const make = (): [Parameter[], Optimizer] => {
      const parameters = parametersFrom(entriesOf(one.parameters));
      return [parameters, makeOptimizer(parameters, one.options)];
    };
    const [uninterrupted, firstOptimizer] = make();
    train(uninterrupted, firstOptimizer, 0, 4);
    const [resumed, secondOptimizer] = make();
    resumed.forEach((parameter, index) => {
      parameter.assign((uninterrupted[index] as Parameter).data);
    });
    secondOptimizer.loadStateDict(firstOptimizer.stateDict());
    train(uninterrupted, firstOptimizer, 4, 10);
    train(resumed, secondOptimizer, 4, 10);
    expect(resumed.map(({ data }) => data)).toEqual(uninterrupted.map(({ data }) => data));
  });

  it("uses another learning rate for a step that is given one", () => {
    const parameter = new Parameter(tensor([1, 2]));
    parameter.grad = tensor([1, 1]);
    new SGD([parameter], { learningRate: 0.5 }).step({ learningRate: 0.25 });
    expect([...parameter.data]).toEqual([0.75, 1.75]);
  });

  it("leaves frozen parameters and those without a gradient alone, and does not count the step for them", () => {
    const [idle, frozen, moving] = [0, 1, 2].map((index) => {
      const parameter = new Parameter(tensor([1]));
      parameter.name = `p${index}`;
      return parameter;
    }) as [Parameter, Parameter, Parameter];
    const optimizer = new Adam([idle, frozen, moving], { learningRate: 0.1 });
    frozen.trainable = false;
    frozen.grad = tensor([1]);
    moving.grad = tensor([1]);
    optimizer.step();
    expect([idle.data[0], frozen.data[0]]).toEqual([1, 1]);
    expect(moving.data[0]).toBeCloseTo(0.9, 6);
    const steps = ["p0", "p1", "p2"].map((name) => optimizer.stateDict().get(`${name}.steps`)?.data[0]);
    expect(steps).toEqual([0, 0, 1]);
  });

  it("takes no module, no names and no unknown settings: it says what to write", () => {
    const module = { parameters: () => [] };
    const [one, settings] = [new Parameter(tensor([1])), { learningRate: 0.1 }];
    const made = (parameters: unknown, options: object) => () =>
      new Adam(parameters as Parameter[], options as { learningRate: number });
    expect(made(module, settings)).toThrow(
      "Adam parameters: expected a list of parameters, received an object { parameters }. Pass module.parameters().",
    );
    expect(made(new Map([["w", one]]), settings)).toThrow(
      /Pass module\.parameters\(\); namedParameters\(\) has the names/,
    );
    expect(made([tensor([1])], settings)).toThrow("Adam parameters: expected each to be a Parameter");
    expect(made([one], { lr: 0.1 })).toThrow(/received lr\. Write \{ learningRate: 0\.1 \}/);
  });

  it("counts its writes, so that a backward pass through overwritten values is refused", () => {
    const parameter = new Parameter(tensor([1]));
    parameter.grad = tensor([1]);
    new SGD([parameter], { learningRate: 0.1 }).step();
    expect(parameter.writes.count).toBe(1);
  });

  it("refuses no parameters, uninitialized ones and settings out of range", () => {
    const parameter = new Parameter(tensor([1]));
    const unset = new Parameter(full([2, 3], Number.NaN));
    expect(() => new Adam([], { learningRate: 0.1 })).toThrow(
      "Adam: expected at least one parameter, received none. Pass module.parameters().",
    );
    expect(() => new SGD([parameter, unset], { learningRate: 0.1 })).toThrow(
      "SGD: expected parameters that are numbers, received NaN in a parameter [2,3]. " +
        "Load or draw them again: model.initialize({ seed }) or model.loadStateDict(state).",
    );
    const refuse = (make: () => Optimizer, message: string): void => expect(make).toThrow(message);
    refuse(
      () => new SGD([parameter], { learningRate: -1 }),
      "learningRate: expected a finite number of 0 or",
    );
    refuse(
      () => new Adam([parameter], { learningRate: Number.NaN }),
      "learningRate: expected a finite number",
    );
    refuse(
      () => new SGD([parameter], { learningRate: 1, momentum: 1 }),
      "momentum: expected a number from 0",
    );
    refuse(
      () => new SGD([parameter], { learningRate: 1, nesterov: true }),
      "nesterov: expected a momentum above 0 with it, received 0",
    );
    refuse(
      () => new AdamW([parameter], { learningRate: 1, betas: [0.9, 1] }),
      "AdamW betas: expected two numbers from 0 to below 1, [first, second], received [0.9,1]",
    );
    refuse(
      () => new Adam([parameter], { learningRate: 1, weightDecay: -1 }),
      "weightDecay: expected a finite",
    );
  });

  it("refuses a state of another optimizer, of other shapes, and parameters of one name", () => {
    const make = (size: number): Parameter[] =>
      parametersFrom({ a: { shape: [size], data: new Float64Array(size).fill(1) } });
    const adam = new Adam(make(2), { learningRate: 1 });
    expect(() =>
      adam.loadStateDict(new SGD(make(2), { learningRate: 1, momentum: 0.5 }).stateDict()),
    ).toThrow("Adam state a.mean: expected [2], received none. Resume with the network and the optimizer");
    expect(() => adam.loadStateDict(new Adam(make(3), { learningRate: 1 }).stateDict())).toThrow(
      "Adam state a.mean: expected [2], received [3].",
    );
    const twins = new SGD([new Parameter(tensor([1])), new Parameter(tensor([1]))], { learningRate: 1 });
    expect(() => twins.stateDict()).toThrow(
      "optimizer state: expected parameters of different names, received two called parameter.",
    );
  });
});

describe("clipGradientNorm", () => {
  it.each(clipCases())("$name, as in PyTorch", (one) => {
    const parameters = parametersFrom(entriesOf(one.gradients));
    giveGradients(parameters, entriesOf(one.gradients));
    expect(clipGradientNorm(parameters, one.maxNorm)).toBeCloseTo(one.totalNorm, 6);
    for (const parameter of parameters) {
      closeTo(
        parameter.grad?.data ?? [],
        (entriesOf(one.clipped)[parameter.name] as FixtureTensor).data,
        1e-6,
      );
    }
  });

  it("scales a gradient that two parameters share once for each", () => {
    const shared = tensor([3, 4]);
    const pair = [new Parameter(tensor([0, 0])), new Parameter(tensor([0, 0]))];
    for (const parameter of pair) parameter.grad = shared;
    clipGradientNorm(pair, Math.sqrt(50) / 2);
    for (const parameter of pair) closeTo(parameter.grad?.data ?? [], [1.5, 2], 1e-6);
  });

  it("returns a norm that is not finite and leaves the gradients as they are", () => {
    const parameter = new Parameter(tensor([0, 0]));
    parameter.grad = tensor([Number.NaN, 4]);
    expect(clipGradientNorm([parameter], 1)).toBeNaN();
    expect([...parameter.grad.data]).toEqual([Number.NaN, 4]);
    expect(() => clipGradientNorm([parameter], -1)).toThrow(
      "clipGradientNorm maximum: expected a finite number",
    );
  });
});
