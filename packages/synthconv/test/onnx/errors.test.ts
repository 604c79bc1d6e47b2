/** What exportOnnx refuses, by the whole message. */
import { describe, expect, it } from "vitest";
import { record, type Tensor } from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/index.js";
import { BatchNorm, Dropout, Embedding, Linear, Module, Sequential } from "../../src/nn/index.js";
import { exportOnnx } from "../../src/onnx/index.js";
import { dropout, gather, multiply, negate, relu } from "../../src/ops/index.js";
import { Computed, drawn } from "./support.js";

const x = drawn([2, 3], "x");
const messageOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    expect((error as Error).name).toMatch(/^(Value|Shape)Error$/);
    return (error as Error).message.replaceAll(/ at \S*errors\.test\.ts:\d+:\d+/g, " at HERE");
  }
  throw new Error("nothing was refused");
};

const READ =
  "exportOnnx network: expected operations that depend on the inputs through tensors alone, received another computation for other numbers of the same shape:";
const REPAIR =
  "Compute with operations (where, less, gridSample) in the place of x.data, item() and toArray(), or bake the input: { baked: [name] }.";

describe("exportOnnx refuses", () => {
  it("an operation of one's own, with its place", () => {
    const own = (input: Tensor): Tensor =>
      record({
        operation: "mine",
        inputs: [input],
        shape: input.shape,
        data: input.data.slice(),
        backward: (upstream) => [upstream],
      });
    expect(messageOf(() => exportOnnx(new Computed(own), [x]))).toBe(
      "exportOnnx network: expected operations that ONNX has a form for, received mine at HERE. Compute it with operations of the library's own, or export what comes before it.",
    );
  });

  it("what drops at random", () => {
    const drops = new Computed((input: Tensor) =>
      dropout(input, 0.5, new RandomStream({ seed: 1, purpose: "dropout" })),
    );
    expect(messageOf(() => exportOnnx(drops, [x]))).toBe(
      "exportOnnx network: expected operations that ONNX has a form for, received dropout at HERE. A file drops nothing: use the layer Dropout, which drops in training alone.",
    );
  });

  it("numbers, branches and indices that are read off an input", () => {
    const scaled = new Computed((input: Tensor) => multiply(input, input.data[0] as number));
    expect(messageOf(() => exportOnnx(scaled, [x]))).toBe(
      `${READ} [] numbers for multiply at HERE. ${REPAIR}`,
    );
    const branch = new Computed((input: Tensor) =>
      (input.data[1] as number) === (x.data[1] as number) ? relu(input) : negate(input),
    );
    expect(messageOf(() => exportOnnx(branch, [x]))).toBe(
      `${READ} it computes negate at HERE in the place of relu at HERE. ${REPAIR}`,
    );
    const sorted = new Computed((input: Tensor) =>
      gather(input, [(input.data[0] as number) === (x.data[0] as number) ? 0 : 1]),
    );
    expect(messageOf(() => exportOnnx(sorted, [x]))).toBe(`${READ} indices of gather at HERE. ${REPAIR}`);
  });

  it("a size that is to be free and is not, and one that the example does not have", () => {
    const linear = new Linear(3, 2).initialize({ seed: 1 });
    expect(messageOf(() => exportOnnx(linear, [x], { shapes: { input: ["batch", "inputs"] } }))).toBe(
      "exportOnnx shapes inputs: expected a network that leaves it free, received at 6: linear: expected x with 3 numbers along its last axis, as weight [2,3] reads, received [2,6]. Give the layer the size of its input. Write its number, 3, in shapes, or change the network so that it depends on no number.",
    );
    const single = new Computed((input: Tensor) => (input.shape[0] === 1 ? relu(input) : input));
    expect(
      messageOf(() => exportOnnx(single, [drawn([1, 3], "x")], { shapes: { input: ["batch", 3] } })),
    ).toBe(
      "exportOnnx shapes batch: expected a network that leaves it free, received at 2 it stops before relu at HERE. A size of 1 is often computed in another way: give an example of 2 or more.",
    );
    expect(messageOf(() => exportOnnx(linear, [x], { shapes: { input: ["batch", 4] } }))).toBe(
      "exportOnnx shapes input: expected [2,3], or names in the places of sizes, received [batch,4]",
    );
    expect(messageOf(() => exportOnnx(linear, [x], { shapes: { input: ["side", "side"] } }))).toBe(
      "exportOnnx shapes side: expected one name for one size, received 2 and 3 in the example. Give them names of their own.",
    );
  });

  it("names that fit no input or output", () => {
    const linear = new Linear(3, 2).initialize({ seed: 1 });
    expect(messageOf(() => exportOnnx(linear, [x], { inputs: ["a", "b"] }))).toBe(
      "exportOnnx inputs: expected 1 name, one for each tensor and list of indices, received 2 (a, b)",
    );
    expect(messageOf(() => exportOnnx(linear, [x], { inputs: ["image"], baked: ["imge"] }))).toBe(
      "exportOnnx baked: expected names of inputs: image, received imge. Write image.",
    );
    expect(messageOf(() => exportOnnx(linear, [x], { shapes: { x: ["n", 3] } }))).toBe(
      "exportOnnx shapes: expected names of inputs: input, received x. Name them in their order: { inputs: [...] }.",
    );
    expect(messageOf(() => exportOnnx(linear, [x], { inputs: ["y"], outputs: ["y"] }))).toBe(
      "exportOnnx outputs: expected other names than those of the inputs, received y. Name them: { outputs: [...] }.",
    );
    const twice = new Computed((input: Tensor) => [input, relu(input)]);
    expect(messageOf(() => exportOnnx(twice, [x], { outputs: ["y", "y"] }))).toBe(
      'exportOnnx outputs: expected a name of its own for each, received "y"',
    );
  });

  it("a forward that is async, and one that returns no tensor", () => {
    expect(messageOf(() => exportOnnx(new Computed(async (input: Tensor) => input), [x]))).toBe(
      "exportOnnx network: expected a forward that is not async, received a promise. Get its data ready before the call.",
    );
    expect(messageOf(() => exportOnnx(new Computed(() => 3), [x]))).toBe(
      "exportOnnx network: expected a forward that returns a tensor, or lists and objects of tensors, received none",
    );
  });

  it("a tensor in the place of a list", () => {
    expect(messageOf(() => exportOnnx(new Linear(3, 2), x as never))).toBe(
      "exportOnnx inputs: expected a list of the arguments of the network's forward, received a Tensor [2,3]. Write a list: exportOnnx(network, [image]).",
    );
  });
});

describe("exportOnnx leaves the network as it was", () => {
  class Trained extends Module {
    readonly norm: BatchNorm = new BatchNorm(3);
    readonly drop: Dropout = new Dropout(0.5);
    readonly table: Embedding = new Embedding(4, 3);

    forward(input: Tensor, rows: readonly number[]): Tensor {
      return this.drop.forward(multiply(this.norm.forward(input), this.table.forward(rows)));
    }
  }

  it("each layer in its mode, the statistics untouched, also when it throws", () => {
    const network = new Trained().initialize({ seed: 1 });
    network.norm.eval();
    const before = network.stateDict();
    const { bytes, inputs } = exportOnnx(network, [x, [1, 3]]);
    expect(inputs.map(({ type }) => type)).toEqual(["float32", "int64"]);
    expect(Buffer.from(bytes).toString("latin1")).toContain("table.weight");
    expect(network.stateDict()).toEqual(before);
    expect(() => exportOnnx(network, [x, [1, 9]])).toThrow("gather indices");
    // In training it asks for the step, in evaluation it does not.
    expect(() => network.forward(x, [1, 3])).toThrow("to know the step");
    network.train();
    exportOnnx(new Sequential(network.norm), [x]);
    network.norm.forward(x);
    expect(network.stateDict()).not.toEqual(before);
  });
});
