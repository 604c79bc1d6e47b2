/**
 * Operations against PyTorch on calls that nobody chose: results, gradients and second derivatives in float64.
 * `SYNTHCONV_CALLS=200 SYNTHCONV_SEED=5 npx vitest run ops/drawn` draws others, and more of them.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { needTorch, torchPython } from "../../../../../test-support/needs.js";
import { grad, type Tensor } from "../../../src/autograd/index.js";
import { add, multiply, sum } from "../../../src/ops/index.js";
import { type Call, type Calls, Draw } from "./draw.js";
import { imageCalls } from "./image-calls.js";
import { rowCalls } from "./row-calls.js";

const SEED = Number(process.env.SYNTHCONV_SEED ?? 1);
const CALLS = Number(process.env.SYNTHCONV_CALLS ?? 8);
/** Of the largest number of the array, or of 1. Both add up in float64, in another order. */
const TOLERANCE = 1e-8;

interface Answer {
  readonly shape: readonly number[];
  readonly output: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** None where PyTorch 1.13 has none. */
  readonly second: readonly (readonly number[])[] | null;
}

const WITHOUT_SECOND = ["gridSample"];

const table: Calls = { ...imageCalls, ...rowCalls };
const drawn = Object.entries(table).flatMap(([operation, drawCall]) => {
  return Array.from({ length: CALLS }, (_, index) => {
    const draw = new Draw(SEED, `${operation} ${index}`);
    return { operation, draw, ...drawCall(draw) };
  });
});
const answers: {
  readonly operation: string;
  readonly ours: Answer;
  readonly theirs: Answer;
  text: string;
}[] = [];

/** The same that reference.py computes; the weights are drawn as they are needed. */
function answerOf({ inputs, run }: Call, draw: Draw) {
  const output = run(inputs);
  const weights = draw.normals(output.shape).detach();
  const loss = sum(multiply(multiply(output, output), weights));
  const options = { allowUnused: true, createGraph: true } as const;
  const first = grad(loss, [...inputs], options);
  const gradientWeights = inputs.map(({ shape }) => draw.normals(shape).detach());
  const terms = first.flatMap((gradient, index) => {
    if (gradient === undefined) return [];
    return [sum(multiply(multiply(gradient, gradient), gradientWeights[index] as Tensor))];
  });
  const second = grad(terms.reduce(add), [...inputs], { allowUnused: true });
  const flat = (gradients: readonly (Tensor | undefined)[]): number[][] => {
    return gradients.map((one, index) => [...(one?.data ?? new Float64Array(inputs[index]?.size ?? 0))]);
  };
  return {
    ours: { shape: output.shape, output: [...output.data], gradients: flat(first), second: flat(second) },
    weights: [...weights.data],
    gradientWeights: gradientWeights.map(({ data }) => [...data]),
  };
}

beforeAll(() => {
  const calls = drawn.map(({ operation, draw, ...call }) => ({ operation, call, ...answerOf(call, draw) }));
  const input = calls.map(({ operation, call, weights, gradientWeights }) => ({
    ...{ operation, options: call.options, weights, gradientWeights },
    inputs: call.inputs.map(({ shape, data }) => ({ shape, data: [...data] })),
  }));
  const { stdout, stderr } = spawnSync(torchPython, [join(import.meta.dirname, "reference.py")], {
    ...{ input: JSON.stringify(input), encoding: "utf8", maxBuffer: 2 ** 30 },
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  for (const [index, line] of lines.entries()) {
    const { operation, call, ours } = calls[index] as (typeof calls)[number];
    const shapes = call.inputs.map(({ shape }) => `[${shape}]`).join(" ");
    const text = `${operation} of ${shapes} ${JSON.stringify(call.options)}, seed ${SEED}`;
    answers.push({ operation, ours, theirs: JSON.parse(line) as Answer, text });
  }
  if (lines.length < calls.length && !stderr.includes("No module named 'torch'")) throw new Error(stderr);
});

function expectClose(ours: readonly number[], theirs: readonly number[], text: string): void {
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const far = ours.findIndex((value, index) => {
    return !(Math.abs(value - (theirs[index] as number)) <= TOLERANCE * largest);
  });
  expect(ours.length, text).toBe(theirs.length);
  expect(far < 0, `${text}: entry ${far} is ${ours[far]} for PyTorch's ${theirs[far]}`).toBe(true);
}

function expectAllClose(ours: Answer["gradients"], theirs: Answer["gradients"], text: string): void {
  for (const [index, numbers] of theirs.entries()) {
    expectClose(ours[index] ?? [], numbers, `${text} of input ${index}`);
  }
}

describe("calls that nobody chose give what PyTorch gives", () => {
  it.for(Object.keys(table))("%s", (operation, context) => {
    needTorch(context);
    const own = answers.filter((one) => one.operation === operation);
    expect(own).toHaveLength(CALLS);
    for (const { ours, theirs, text } of own) {
      expect(ours.shape, text).toEqual(theirs.shape);
      expectClose(ours.output, theirs.output, `${text}, result`);
      expectAllClose(ours.gradients, theirs.gradients, `${text}, gradient`);
      if (theirs.second === null) expect(WITHOUT_SECOND).toContain(operation);
      else expectAllClose(ours.second ?? [], theirs.second, `${text}, second derivative`);
    }
  });
});
