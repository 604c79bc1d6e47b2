/** Rows of inputs and of targets that were drawn, cut or repeated each by themselves, and rows that go together. */
import {
  Adam,
  add,
  concat,
  expand,
  gather,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  slice,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const SAMPLES = 12;
const REPEATS = 3;
const ALL = SAMPLES * REPEATS;

class Net extends Module {
  readonly body = new Linear(3, 12);
  readonly head = new Linear(12, 2);

  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

type Batch = Record<"x" | "y", Tensor>;
type Loss = (net: Net, batch: Batch, tools: Tools) => Tensor;

interface Tools {
  readonly random: RandomStream;
  /** Counts the runs. */
  readonly run: number;
}

function diagnosisOf(loss: Loss, mixes: readonly string[] = []): Diagnosis {
  const model = new Net().initialize({ seed: 4 });
  const random = new RandomStream({ seed: 4, purpose: "rows" });
  const drawn = (shape: number[]): Tensor => randomUniform(shape, random);
  const batch = { x: drawn([SAMPLES, 3]), y: drawn([SAMPLES, 2]) };
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  let run = 0;
  return diagnose(model, batch, (net, all) => loss(net, all, { random, run: run++ }), {
    ...{ optimizer, mixes },
  });
}

const draw = ({ random }: Tools): number[] => Array.from({ length: 6 }, () => random.integer(SAMPLES));
const cut = (of: Tensor, part: number): Tensor => slice(of, [[4 * (part % 3), 4 * (part % 3) + 4]]);
const each = Array.from({ length: ALL }, (_, row) => Math.floor(row / REPEATS));
const noisy = (x: Tensor, { random }: Tools): Tensor => add(x, randomUniform(x.shape, random).multiply(0.1));
const rowsOf = ({ data, shape: [, width = 1] }: Tensor, rows: readonly number[]): Tensor =>
  tensor(
    rows.map((row) => [...data.slice(row * width, (row + 1) * width)]),
    { dtype: "float32" },
  );

const APART: Readonly<Record<string, Loss>> = {
  "two draws of rows": (net, { x, y }, tools) =>
    mse(net.forward(gather(x, draw(tools))), gather(y, draw(tools))),
  "two draws of rows that are copied as numbers": (net, { x, y }, tools) =>
    mse(net.forward(rowsOf(x, draw(tools))), rowsOf(y, draw(tools))),
  "two places to cut at": (net, { x, y }, { run }) => mse(net.forward(cut(x, run)), cut(y, run + 1)),
  "repeated one by one, and tiled as a whole": (net, { x, y }, tools) =>
    mse(net.forward(noisy(gather(x, each), tools)), concat([y, y, y])),
  "expanded on another side": (net, { x, y }, tools) => {
    const inputs = reshape(expand(reshape(x, [SAMPLES, 1, 3]), [SAMPLES, REPEATS, 3]), [ALL, 3]);
    const targets = reshape(expand(reshape(y, [1, SAMPLES, 2]), [REPEATS, SAMPLES, 2]), [ALL, 2]);
    return mse(net.forward(noisy(inputs, tools)), targets);
  },
};

const TOGETHER: Readonly<Record<string, Loss>> = {
  "one draw": (net, { x, y }, tools) => {
    const rows = draw(tools);
    return mse(net.forward(gather(x, rows)), gather(y, rows));
  },
  "one place to cut at": (net, { x, y }, { run }) => mse(net.forward(cut(x, run)), cut(y, run)),
  "both repeated one by one": (net, { x, y }, tools) =>
    mse(net.forward(noisy(gather(x, each), tools)), gather(y, each)),
  "both tiled": (net, { x, y }, tools) => mse(net.forward(noisy(concat([x, x]), tools)), concat([y, y])),
  "the next of a series": (net, { x }, { run }) => {
    const at = run % 4;
    return mse(
      net.forward(slice(x, [[at, at + 6]])),
      slice(x, [
        [at + 1, at + 7],
        [0, 2],
      ]),
    );
  },
  "a mixup of targets and of inputs": (net, { x, y }, tools) => {
    const order = Array.from({ length: SAMPLES }, (_, row) => (row + 1 + tools.random.integer(3)) % SAMPLES);
    const mixed = (one: Tensor): Tensor => add(one.multiply(0.7), gather(one, order).multiply(0.3));
    return mse(net.forward(mixed(x)), mixed(y));
  },
  "a part of the loss by the own targets, a part by others": (net, { x, y }) => {
    const given = net.forward(x);
    const other = gather(
      y,
      Array.from({ length: SAMPLES }, (_, row) => (row + 3) % SAMPLES),
    );
    return add(mse(given, y).multiply(0.8), mse(given, other).multiply(0.2));
  },
};

describe("inputs and targets of other rows", () => {
  it.each(Object.entries(APART))("are told of: %s", (_, loss) => {
    const { fault, place, cause, parameters } = onlyFinding(diagnosisOf(loss));
    expect(fault).toBe("conditionMixed");
    expect(place?.file).toContain("drawn-apart.test.ts");
    expect(place?.source).toMatch(/y/);
    expect(cause).toMatch(/x is compared with y, .* in \d+ of \d+ rows|y in another order than those of x/);
    expect(parameters).toContain("body.weight");
  });

  it.each(Object.entries(TOGETHER))("are not seen where they go together: %s", (_, loss) => {
    expect(diagnosisOf(loss).findings).toEqual([]);
  });

  it("are meant where the program says so", () => {
    expect(diagnosisOf(APART["two draws of rows"] as Loss, ["y"]).findings).toEqual([]);
  });
});
