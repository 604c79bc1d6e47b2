/** Which sizes of a model are not free, and what is said of them. */
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";
import { type ExportOnnxOptions, exportOnnx } from "../../src/onnx/index.js";
import {
  add,
  averagePool2d,
  concat,
  maximum,
  multiply,
  pad,
  slice,
  tanh,
  transpose,
} from "../../src/ops/index.js";
import { Computed, drawn } from "./support.js";

const of = (body: (...inputs: never[]) => unknown): Computed<never[]> => new Computed(body);

describe("exportOnnx", () => {
  const linear = new Linear(3, 2).initialize({ seed: 1 });

  it("says of every fixed size why it is: in the network's own words, or by what it computes", () => {
    expect(exportOnnx(linear, [drawn([2, 3], "x")]).fixed).toEqual([
      {
        input: "input",
        axis: 1,
        size: 3,
        reason:
          "at 6: linear: expected x with 3 numbers along its last axis, as weight [2,3] reads, received [2,6]. Give the layer the size of its input.",
      },
    ]);
    const rounded = of((x: Tensor) =>
      averagePool2d((x.shape[2] as number) % 2 ? pad(x, { bottom: 1 }) : x, { kernel: 2 }),
    );
    const [odd] = exportOnnx(rounded, [drawn([2, 3, 8, 6], "x")] as never).fixed;
    expect(odd?.reason).toMatch(
      /^at 9 it computes pad at .*sizes\.test\.ts:\d+:\d+ in the place of averagePool2d at /,
    );
    const places = of((x: Tensor) =>
      add(x, tensor(Float32Array.from({ length: x.shape[1] as number }, (_, i) => i))),
    );
    const [counted] = exportOnnx(places, [drawn([2, 3], "x")] as never).fixed;
    expect(counted).toMatchObject({ axis: 1, size: 3 });
    expect(counted?.reason).toMatch(
      /^another value is needed at other sizes: numbers that the network makes for add at .*sizes\.test\.ts:\d+:\d+$/,
    );
  });

  it("fixes a size below which another number is taken", () => {
    const most = of((x: Tensor) => slice(x, [undefined, [0, Math.min(x.shape[1] as number, 5)]]));
    const [cut] = exportOnnx(most, [drawn([2, 8], "x")] as never).fixed;
    expect(cut).toMatchObject({ axis: 1, size: 8 });
    expect(cut?.reason).toMatch(/^another value is needed at other sizes: a size of slice \(slice at /);
  });

  it("fixes sizes that do not go together", () => {
    const square = of((x: Tensor) => maximum(x, transpose(x, [0, 2, 1])));
    const { fixed, inputs } = exportOnnx(square, [drawn([2, 3, 3], "x")] as never);
    expect(inputs[0]?.shape).toEqual(["batch", 3, 3]);
    expect(fixed.map(({ axis }) => axis)).toEqual([1, 2]);
    const named: ExportOnnxOptions = { shapes: { input: ["batch", "side", "side"] } };
    expect(exportOnnx(square, [drawn([2, 3, 3], "x")] as never, named).inputs[0]?.shape).toEqual([
      "batch",
      "side",
      "side",
    ]);
  });

  it("keeps a batch of one where one is computed in another way, and says so", () => {
    const special = of((x: Tensor) => ((x.shape[0] as number) === 1 ? tanh(x) : multiply(x, 2)));
    const { fixed } = exportOnnx(special, [drawn([1, 3], "x")] as never);
    expect(fixed[0]?.reason).toMatch(/^at 2 it computes multiply at .* in the place of tanh at /);
  });

  it("says of a batch that several inputs share what stands against all of them", () => {
    const perSample = of((x: Tensor, y: Tensor) => {
      const rows = Array.from({ length: x.shape[0] as number }, (_, at) => slice(x, [[at, at + 1]]));
      return add(concat(rows), y);
    });
    const { fixed } = exportOnnx(perSample, [drawn([2, 3], "x"), drawn([2, 3], "y")] as never);
    expect(fixed.map(({ input, axis }) => `${input} ${axis}`)).toEqual(["input0 0", "input1 0"]);
    for (const { reason } of fixed)
      expect(reason).toMatch(/^at 4 it computes slice at .* in the place of concat at /);
  });

  it("is the same for the same network, byte for byte, and leaves it as it was", () => {
    const before = linear.stateDict();
    const [one, two] = [0, 1].map(() => exportOnnx(linear, [drawn([2, 3], "x")]).bytes);
    expect(one).toEqual(two);
    expect(linear.stateDict()).toEqual(before);
  });
});
