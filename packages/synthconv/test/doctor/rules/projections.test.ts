/** Parameters that are put back onto a set of numbers after each step: divided by their sum, their norm, their largest. */
import { Adam, Linear, Module, mse, multiply, Parameter, type Tensor, tanh, tensor } from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding } from "./support.js";

const ROW = 3;

type Numbers = Float32Array;
type Write = (values: Numbers) => ArrayLike<number>;

const sum = (values: Numbers): number => values.reduce((all, value) => all + value, 0);
const norm = (values: Numbers): number => Math.hypot(...values);

const byRow =
  (write: Write): Write =>
  (values) =>
    Array.from({ length: values.length / ROW }, (_, row) =>
      Array.from(write(values.slice(row * ROW, (row + 1) * ROW))),
    ).flat();

const byColumn =
  (size: (column: Numbers) => number): Write =>
  (values) =>
    values.map((value, at) => value / size(values.filter((_, i) => i % ROW === at % ROW)));

const PROJECTED: Readonly<Record<string, Write>> = {
  "a sum of 2": (values) => values.map((value) => (2 * value) / sum(values)),
  "no number below 0, and a sum of 1": (values) => {
    const kept = values.map((value) => Math.max(value, 0.01));
    return kept.map((value) => value / sum(kept));
  },
  "a norm of 1": (values) => values.map((value) => value / norm(values)),
  "a largest of 1, in a loop": (values) => {
    const out = values.slice();
    for (let i = 0; i < out.length; i++) out[i] = (values[i] as number) / Math.max(...values);
    return out;
  },
  "shares by a softmax of its logarithm": (values) => {
    const powers = values.map((value) => Math.exp(Math.log(Math.abs(value))));
    return powers.map((value) => value / sum(powers));
  },
};

const OF_MATRICES: Readonly<Record<string, Write>> = {
  "a mean of 0 and a variance of 1": (values) => {
    const [mean, count] = [sum(values) / values.length, values.length];
    const deviation = Math.sqrt(values.reduce((all, value) => all + (value - mean) ** 2, 0) / count);
    return values.map((value) => (value - mean) / deviation);
  },
  "rows of norm 1": byRow((row) => row.map((value) => value / norm(row))),
  "rows of one sum": byRow((row) => row.map((value) => value / Math.abs(sum(row)))),
  "columns of norm 1": byColumn(norm),
  "columns of one largest": byColumn((column) => Math.max(...column.map(Math.abs))),
};

const OVERWRITTEN: Readonly<Record<string, (values: Numbers, first: Numbers) => ArrayLike<number>>> = {
  "what it was at first, of norm 1": (_, first) => first.map((value) => value / norm(first)),
  "other numbers of sum 1": (values) => {
    const others = values.map((_, i) => 1.5 + Math.sin(i));
    return others.map((value) => value / sum(others));
  },
  "equal shares": (values) => values.map(() => 1 / values.length),
  "the signs of what is there": (values) => values.map(Math.sign),
};

class Weighed extends Module {
  readonly body = new Linear(3, 6);
  readonly head = new Linear(6, 2);
  readonly share = new Parameter(tensor([0.9, 1.1]));

  forward(x: Tensor): Tensor {
    return multiply(this.head.forward(tanh(this.body.forward(x))), this.share);
  }
}

function run(
  of: "share" | "weight",
  write: (values: Numbers, first: Numbers) => ArrayLike<number>,
  isInside = true,
): Diagnosis {
  const model = new Weighed().initialize({ seed: 3 });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  const parameter = of === "share" ? model.share : model.body.weight;
  const first = Float32Array.from(parameter.data);
  return diagnose(
    model,
    batch,
    (net, { x, y }) => {
      const project = (): void => {
        parameter.assign(Float32Array.from(write(Float32Array.from(parameter.data), first)));
      };
      if (!isInside) project();
      const loss = mse(net.forward(x), y);
      if (isInside) {
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        project();
      }
      return loss;
    },
    { optimizer },
  );
}

describe("a parameter that is put back to", () => {
  it.each(Object.entries(PROJECTED))("%s is no finding, of two entries or of many", (_, write) => {
    for (const of of ["share", "weight"] as const) expect(run(of, write).findings).toEqual([]);
  });

  it.each(Object.entries({ ...PROJECTED, ...OF_MATRICES }))(
    "%s is no finding, after a step or before the next run",
    (_, write) => {
      for (const isInside of [true, false]) expect(run("weight", write, isInside).findings).toEqual([]);
    },
  );

  it.each(Object.entries(OVERWRITTEN))("%s is the finding", (_, write) => {
    for (const of of ["share", "weight"] as const) {
      expect(onlyFinding(run(of, write))).toMatchObject({
        fault: "assignedIntoParameter",
        parameters: [of === "share" ? "share" : "body.weight"],
        place: { source: expect.stringContaining("parameter.assign(") },
      });
    }
  });
});
