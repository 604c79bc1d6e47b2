import { describe, expect, it } from "vitest";
import { Parameter, tensor } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";
import {
  Adam,
  AdamW,
  ExponentialMovingAverage,
  type Optimizer,
  Plateau,
  SGD,
} from "../../src/train/index.js";
import { plateauCases } from "../fixtures/pytorch/load.js";

function pair(): [Parameter, Parameter] {
  const make = (name: string, values: number[]): Parameter => {
    const parameter = new Parameter(tensor(values));
    parameter.name = name;
    return parameter;
  };
  return [make("a", [1, -2]), make("b", [0.5, 3])];
}

function train(
  parameters: readonly Parameter[],
  optimizers: readonly Optimizer[],
  learningRate?: number,
): void {
  for (let step = 0; step < 5; step++) {
    for (const parameter of parameters) {
      parameter.grad = tensor([...parameter.data].map((value, i) => Math.sin(value * (i + 1) + step)));
    }
    for (const optimizer of optimizers) optimizer.step(learningRate === undefined ? {} : { learningRate });
  }
}

const kinds = [
  ["SGD", SGD, { momentum: 0.9, weightDecay: 0.1 }],
  ["Adam", Adam, { betas: [0.5, 0.9] as const, amsgrad: true }],
  ["AdamW", AdamW, { weightDecay: 0 }],
] as const;

describe.each(kinds)("%s with groups", (_name, Kind, own) => {
  const make = Kind as unknown as new (parameters: unknown, options: object) => Optimizer;

  it("moves each group as an optimizer of its own with these settings does", () => {
    const [a, b] = pair();
    train(
      [a, b],
      [
        new make([{ parameters: [a], learningRate: 0.02, ...own }, { parameters: [b] }], {
          learningRate: 0.1,
        }),
      ],
    );
    const [c, d] = pair();
    train([c, d], [new make([c], { learningRate: 0.02, ...own }), new make([d], { learningRate: 0.1 })]);
    expect([a.data, b.data]).toEqual([c.data, d.data]);
  });

  it("scales the rates of all groups by a schedule", () => {
    const [a, b] = pair();
    train(
      [a, b],
      [new make([{ parameters: [a], learningRate: 0.02 }, { parameters: [b] }], { learningRate: 0.1 })],
      0.05,
    );
    const [c, d] = pair();
    train([c, d], [new make([c], { learningRate: 0.01 }), new make([d], { learningRate: 0.05 })]);
    expect([a.data, b.data]).toEqual([c.data, d.data]);
  });

  it("continues from its state, and is described with its groups", () => {
    const build = () => {
      const parameters = pair();
      const groups = [{ parameters: [parameters[0]], ...own }, { parameters: [parameters[1]] }];
      return { parameters, optimizer: new make(groups, { learningRate: 0.1 }) };
    };
    const first = build();
    train(first.parameters, [first.optimizer]);
    const second = build();
    second.parameters.forEach((parameter, i) => {
      parameter.assign((first.parameters[i] as Parameter).data.slice());
    });
    second.optimizer.loadStateDict(first.optimizer.stateDict());
    train(first.parameters, [first.optimizer]);
    train(second.parameters, [second.optimizer]);
    expect(second.parameters.map(({ data }) => data)).toEqual(first.parameters.map(({ data }) => data));
    expect(first.optimizer.description).toContain('"groups":[{');
  });

  it("refuses a parameter in two groups, and settings that it does not know", () => {
    const [a] = pair();
    expect(() => new make([{ parameters: [a] }, { parameters: [a] }], { learningRate: 1 })).toThrow(
      "parameters: expected each parameter in one group, received parameter a in two",
    );
    expect(() => new make([{ parameters: [a], lr: 1 }], { learningRate: 1 })).toThrow(/received lr/);
    expect(() => new make([{ parameters: [a], weightDecay: -1 }], { learningRate: 1 })).toThrow(
      "weightDecay: expected a finite number of 0 or more, received -1",
    );
  });
});

describe("Plateau", () => {
  it.each(plateauCases())(
    "$name gives PyTorch's factors, also when it goes on from its state",
    ({ options, measured, factors }) => {
      let plateau = new Plateau(options);
      const found = measured.map((one) => {
        const next = new Plateau(options);
        next.loadStateDict(plateau.stateDict());
        plateau = next;
        return plateau.observe(one);
      });
      found.forEach((factor, i) => {
        expect(factor).toBeCloseTo(factors[i] as number, 9);
      });
    },
  );

  it("refuses what is no measurement, and states of something else", () => {
    expect(() => new Plateau().observe(Number.NaN)).toThrow(
      "observe measured: expected a finite number, received NaN",
    );
    expect(() => new Plateau().loadStateDict(new Map())).toThrow(
      "Plateau state: expected an entry plateau of seven numbers, as stateDict gives it, received none",
    );
  });
});

describe("ExponentialMovingAverage", () => {
  const model = () => new Linear(2, 1).initialize({ seed: 1 });
  const move = (network: Linear, by: number): void =>
    network.weight.assign(network.weight.data.map((value) => value + by));

  it("is the weighted sum of all values that there were", () => {
    const network = model();
    const average = new ExponentialMovingAverage(network, { decay: 0.75 });
    const values = [network.weight.data[0] as number];
    for (let step = 1; step <= 4; step++) {
      move(network, step);
      values.push(network.weight.data[0] as number);
      average.update();
    }
    const expected = values.reduce(
      (sum, value, i) => sum + value * 0.75 ** (4 - i) * (i === 0 ? 1 : 0.25),
      0,
    );
    expect(average.stateDict().get("weight")?.data[0]).toBeCloseTo(expected, 5);
  });

  it("follows faster at first with a warm-up", () => {
    const network = model();
    const start = network.weight.data[0] as number;
    const average = new ExponentialMovingAverage(network, { decay: 0.999, warmUp: true });
    move(network, 1);
    average.update();
    expect(average.stateDict().get("weight")?.data[0]).toBeCloseTo(start + 0.9, 6);
  });

  it("stands in the parameters during a call, and leaves them as they were, whatever happens", async () => {
    const network = model();
    const average = new ExponentialMovingAverage(network, { decay: 0.5 });
    const start = network.weight.data.slice();
    move(network, 2);
    const trained = network.weight.data.slice();
    expect(average.during(() => network.weight.data.slice())).toEqual(start);
    expect(network.weight.data).toEqual(trained);
    expect(() =>
      average.during(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(await average.during(async () => network.weight.data[0])).toBe(start[0]);
    expect(network.weight.data).toEqual(trained);
  });

  it("goes on from its state", () => {
    const network = model();
    const average = new ExponentialMovingAverage(network, { decay: 0.5, warmUp: true });
    move(network, 1);
    average.update();
    const other = new ExponentialMovingAverage(network, { decay: 0.5, warmUp: true });
    other.loadStateDict(average.stateDict());
    move(network, 1);
    average.update();
    other.update();
    expect(other.stateDict()).toEqual(average.stateDict());
    expect(() => other.loadStateDict(new Map())).toThrow(
      "ExponentialMovingAverage state weight: expected [1,2], received none",
    );
  });
});
