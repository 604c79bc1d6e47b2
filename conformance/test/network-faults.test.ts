/** Faults that are put in on purpose: networks find each of them, and pass without it. */
import { afterEach, describe, expect, it } from "vitest";
import type { Description, Form } from "../dist/case.js";
import { checkCase, checkOnOneThread, type Failure } from "../dist/check.js";
import { networkForm } from "../dist/forms/network.js";
import { type Tensor, train } from "../dist/library.js";
import { optimizerRows, scheduleRows } from "../dist/networks/optimizers.js";
import { type NetworkCase, simplestNetworkCase } from "../dist/networks/space.js";
import { Watch } from "../dist/networks/watch.js";
import { pastable } from "../dist/paste.js";
import { shrink } from "../dist/shrink.js";
import { operationsOf, rowsOf } from "./network-operations.js";

let undo: (() => void)[] = [];

afterEach(() => {
  for (const one of undo.reverse()) one();
  undo = [];
});

/** Puts another method in the place of one, until the test is over. */
function plant<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  faulty: (original: Owner[Name]) => Owner[Name],
): void {
  const original = owner[name];
  owner[name] = faulty(original);
  undo.push(() => {
    owner[name] = original;
  });
}

const SIZES = { batch: 3, channels: 2, image: [3, 4], steps: 2, seed: 5 } as const;

/** What is said of a network; nothing where it passes. */
function complaintsOf(part: Partial<NetworkCase>): string[] {
  const one: NetworkCase = { ...simplestNetworkCase, ...SIZES, ...part };
  const prepared = networkForm.prepare(one);
  if (prepared === undefined) throw new Error("no case");
  const { failures } = checkOnOneThread(prepared, one, ["plain"]);
  return failures.map(({ complaint }) => (typeof complaint === "string" ? complaint : complaint.output));
}

type Gradients = readonly (Tensor | undefined)[];

/** Spoils what an operation hands back, in one element type or in both. */
function plantBehind(
  operation: string,
  dtypes: readonly string[],
  spoil: (gradients: Gradients, inputs: readonly Tensor[]) => void,
): void {
  plant(Watch.prototype, "pulledBack", (original) => {
    return function (this: Watch, output: Tensor, gradients: Gradients) {
      if (output.node?.operation === operation && dtypes.includes(output.dtype)) {
        spoil(gradients, output.node.inputs);
      }
      original.call(this, output, gradients);
    };
  });
}

function scale({ data }: Tensor, factor: number): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) * factor;
}

const scaleAll = (gradients: Gradients): void => {
  for (const one of gradients) if (one !== undefined) scale(one, 1.01);
};

/** The largest: others may be 0. */
const spoilOneEntry = (gradients: Gradients): void => {
  for (const one of gradients) {
    if (one === undefined) continue;
    const sizes = Array.from(one.data, Math.abs);
    const at = sizes.indexOf(Math.max(...sizes));
    one.data[at] = 1.1 * (one.data[at] as number);
  }
};

const BOTH = ["float32", "float64"];
const withBias = ["linear", "conv2d", "pixelNetwork", "pixelNetworkLoss"];

describe("a fault of the gradient", () => {
  const all = rowsOf(operationsOf());

  it("is looked for in every operation that has one", () => {
    expect(all.length).toBeGreaterThan(30);
  });

  // In float64 there is nothing to cast.
  const inBoth = all.filter(([name]) => name !== "cast");

  it.each(inBoth)(
    "of %s, scaled by 1.01 in both element types, is found by the slopes",
    (operation, part) => {
      expect(complaintsOf(part)).toEqual([]);
      plantBehind(operation, BOTH, scaleAll);
      expect(complaintsOf(part).join("; ")).toMatch(/^slope of/);
    },
  );

  it.each(all)("of %s, scaled by 1.01 in float32, is found by float64", (operation, part) => {
    plantBehind(operation, ["float32"], scaleAll);
    expect(complaintsOf(part).join("; ")).toMatch(/gradient at step 0/);
  });

  it.each(all)("of %s, with one entry off by a tenth in float32, is found by float64", (operation, part) => {
    plantBehind(operation, ["float32"], spoilOneEntry);
    expect(complaintsOf(part).join("; ")).toMatch(/gradient at step 0/);
  });

  it.each(withBias)("of the bias of %s, which is dropped, is found by the slopes", (operation) => {
    const part = all.find(([name]) => name === operation)?.[1] ?? {};
    plantBehind(operation, BOTH, (gradients, inputs) => {
      inputs.forEach(({ rank }, index) => {
        if (rank === 1) (gradients as (Tensor | undefined)[])[index] = undefined;
      });
    });
    expect(complaintsOf(part).join("; ")).toMatch(/^slope of/);
  });
});

describe("a network that fails", () => {
  it("is shrunk to the stage that makes it fail, as a line that can be pasted", async () => {
    plantBehind("averagePool2d", ["float32"], scaleAll);
    const stages = ["averagePool2d", "GELU", "Linear"];
    const description = { ...simplestNetworkCase, stages, image: [2, 2] as const, loss: "huber" };
    const form = networkForm as unknown as Form;
    const fails = async (one: Description) => (await checkCase(form, one, ["plain"]))[0];
    const failure = (await fails(description)) as Failure;
    const { line, why } = pastable(form, await shrink(form, { description, failure }, fails));
    expect(line).toMatch(/^await conformanceCase\(\{ form: "network", stages: \["averagePool2d"\]/);
    expect(line).not.toMatch(/loss|seed/);
    expect(why).toMatch(/^plain backend, 1 thread, against float64: before\.\w+, gradient at step 0/);
  });
});

/** Trains by a row of a table that is spoilt, held against the formula of the row. */
describe("a fault of training", () => {
  const LONGER = { stages: ["Linear", "Tanh"], steps: 9 } as const;
  type Row = (typeof optimizerRows)[number];
  const plainRows: Readonly<Record<string, Row>> = Object.fromEntries(
    optimizerRows.map((row) => [row.name, row]),
  );
  const withOptions = optimizerRows.filter(({ name }) => name.includes(","));

  it.each(optimizerRows)("of $name is none where nothing is spoilt", ({ name }) => {
    expect(complaintsOf({ ...LONGER, optimizer: name })).toEqual([]);
  });

  it.each(withOptions)("of $name, whose options are ignored, is found", (row) => {
    const plain = plainRows[row.name.split(",")[0] as string] as Row;
    plant(row as { make: Row["make"] }, "make", () => plain.make);
    expect(complaintsOf({ ...LONGER, optimizer: row.name })[0]).toMatch(/after the update of step/);
  });

  it.each(optimizerRows)("of $name, with a step that is 1.0001 times as long, is found", (row) => {
    plant(row as { make: Row["make"] }, "make", (make) => (parameters) => {
      const optimizer = make(parameters);
      const step = optimizer.step.bind(optimizer);
      optimizer.step = ({ learningRate = optimizer.learningRate } = {}) => {
        step({ learningRate: 1.0001 * learningRate });
      };
      return optimizer;
    });
    expect(complaintsOf({ ...LONGER, optimizer: row.name })[0]).toMatch(/after the update of step/);
  });

  const adams = optimizerRows.filter(({ name }) => name.startsWith("Adam"));

  it.each(adams)("of $name without the correction of its averages is found", ({ name }) => {
    plantUpdate(Object.getPrototypeOf(train.Adam.prototype), (state) => ({ ...state, steps: 1e6 }));
    expect(complaintsOf({ ...LONGER, optimizer: name })[0]).toMatch(/after the update of step 0/);
  });

  it.each(adams)("of $name that counts its steps from 2 on is found", ({ name }) => {
    plantUpdate(Object.getPrototypeOf(train.Adam.prototype), (state) => ({
      ...state,
      steps: state.steps + 1,
    }));
    expect(complaintsOf({ ...LONGER, optimizer: name })[0]).toMatch(/after the update of step 0/);
  });

  it.each(optimizerRows.filter(({ name }) => name !== "SGD" && name !== "SGD, weight decay"))(
    "of $name that forgets what was before is found",
    ({ name }) => {
      const type = name.startsWith("SGD") ? train.SGD.prototype : Object.getPrototypeOf(train.Adam.prototype);
      plantUpdate(type, (state) => {
        for (const slot of state.slots) slot.fill(0);
        return state;
      });
      expect(complaintsOf({ ...LONGER, optimizer: name })[0]).toMatch(/after the update of step [123]/);
    },
  );

  it.each(scheduleRows.filter(({ name }) => name !== "none" && name !== "constant"))(
    "of the schedule $name, a step late, is found",
    (row) => {
      expect(complaintsOf({ ...LONGER, schedule: row.name })).toEqual([]);
      plant(row as { make: typeof row.make }, "make", (make) => (steps) => {
        const schedule = make(steps) as train.Schedule;
        const late = (step: number): number => schedule(Math.max(0, step - 1));
        return Object.assign(late, { description: schedule.description });
      });
      expect(complaintsOf({ ...LONGER, schedule: row.name })[0]).toMatch(/after the update of step/);
    },
  );

  it("of clipping that leaves a norm 1.01 times as long is found", () => {
    expect(complaintsOf({ ...LONGER, clip: "reached" })).toEqual([]);
    const [row] = optimizerRows as readonly [Row];
    plant(row as { make: Row["make"] }, "make", (make) => (parameters) => {
      const optimizer = make(parameters);
      const step = optimizer.step.bind(optimizer);
      optimizer.step = (options) => {
        for (const { grad } of optimizer.parameters) if (grad !== undefined) scale(grad, 1.01);
        step(options);
      };
      return optimizer;
    });
    expect(complaintsOf({ ...LONGER, clip: "reached" })[0]).toMatch(/after the update of step 0/);
  });

  it("of an optimizer that moves what is frozen is found", () => {
    const [row] = optimizerRows as readonly [Row];
    plant(row as { make: Row["make"] }, "make", (make) => (parameters) => {
      const optimizer = make(parameters);
      const step = optimizer.step.bind(optimizer);
      optimizer.step = (options) => {
        step(options);
        for (const { trainable, data } of parameters) if (!trainable) data[0] = (data[0] as number) + 1e-6;
      };
      return optimizer;
    });
    expect(complaintsOf({ ...LONGER, stages: ["frozen layer"] }).join("; ")).toMatch(
      /after the update of step 0/,
    );
  });
});

interface State {
  steps: number;
  readonly slots: readonly { fill(value: number): unknown }[];
}

type UpdateOne = (values: unknown, gradient: unknown, state: State, rate: number) => void;

/** Gives an optimizer another memory in every update. */
function plantUpdate(prototype: object, spoilt: (state: State) => State): void {
  plant(prototype as { update: UpdateOne }, "update", (update) => {
    return function (this: unknown, values, gradient, state, rate) {
      update.call(this, values, gradient, spoilt(state), rate);
    };
  });
}

describe("a fault of the forward way", () => {
  it.each(rowsOf(operationsOf()))("of %s, off by 1e-4 in float32, is found", (operation, part) => {
    plant(Watch.prototype, "recorded", (original) => {
      return function (this: Watch, output, facts) {
        // What the operation took to be on one side of its kink.
        original.call(this, output, facts);
        if (facts.operation !== operation || output.dtype !== "float32") return;
        // Every other entry: a softmax does not see what scales all of them.
        for (let i = 0; i < output.size; i += 2) output.data[i] = 1.0001 * (output.data[i] as number);
      };
    });
    expect(complaintsOf(part).length).toBeGreaterThan(0);
  });
});
