/** Every operation of the library in ONNX Runtime: each sample of the table of operations. */
import { describe, expect, it } from "vitest";
import { checkModels, onnxRuntime } from "../../../../test-support/onnx.js";
import { Tensor } from "../../src/autograd/index.js";
import { exportOnnx } from "../../src/onnx/index.js";
import * as ops from "../../src/ops/index.js";
import { draw } from "../ops/support.js";
import { TABLE } from "../ops/table.js";
import type { Entry } from "../ops/table-types.js";
import { Computed, expectSame } from "./support.js";

type AnyOperation = (...args: never[]) => Tensor;
const operations = ops as unknown as Readonly<Record<string, AnyOperation>>;
const entries = Object.entries(TABLE as unknown as Readonly<Record<string, Entry<AnyOperation>>>);

/** Operations without a form in a file, and why. */
const NOT_IN_FILES: Readonly<Record<string, string>> = { dropout: "drops nothing" };

/** The runtime's convolutions refuse them, in whatever model. */
function hasImageWithoutPixels(inputs: readonly (readonly number[])[]): boolean {
  return inputs.some((shape) => shape.length === 4 && shape.slice(2).includes(0));
}

type Sample = Entry<AnyOperation>["samples"][number];

function networkOf(name: string, { args }: Sample): Computed<Tensor[]> {
  const operation = operations[name] as AnyOperation;
  return new Computed((...values: Tensor[]) => operation(...args(...values)));
}

function tensorsOf(name: string, { title, inputs, domain }: Sample): Tensor[] {
  return inputs.map((shape, index) => {
    const { data } = draw(`${name} ${title} ${index}`, shape, domain);
    return new Tensor({ shape, data: Float32Array.from(data) });
  });
}

describe.each(entries)("%s", (name, { samples }) => {
  const reason = NOT_IN_FILES[name];

  it.for(samples.filter(({ inputs }) => !hasImageWithoutPixels(inputs)))(
    "of $title",
    async (sample, context) => {
      const [network, tensors] = [networkOf(name, sample), tensorsOf(name, sample)];
      if (reason !== undefined) {
        expect(() => exportOnnx(network, tensors)).toThrow(reason);
        return;
      }
      const model = exportOnnx(network, tensors);
      const run = await (await onnxRuntime(context))(model.bytes);
      const names = model.inputs.map((input) => input.name);
      await expectSame(run, names, tensors, network.forward(...tensors) as Tensor);
    },
  );
});

it("models of all operations are valid by ONNX's own checker", (context) => {
  const models = entries.flatMap(([name, { samples }]) =>
    name in NOT_IN_FILES
      ? []
      : samples.map((sample) => {
          const { bytes } = exportOnnx(networkOf(name, sample), tensorsOf(name, sample));
          return [`${name} of ${sample.title}`, bytes] as const;
        }),
  );
  expect(models.length).toBeGreaterThan(300);
  checkModels(context, models);
});
