/** Operations write every number of their results: memory that was used before has the numbers of something else in it. */
import { describe, expect, it, vi } from "vitest";
import type { Tensor } from "../../src/autograd/index.js";
import type { DType, FloatArray } from "../../src/core/index.js";
import * as ops from "../../src/ops/index.js";
import { draw, evaluate, leaf } from "./support.js";
import { TABLE } from "./table.js";
import type { Entry } from "./table-types.js";

const memory = vi.hoisted(() => ({ before: 0, made: 0 }));

vi.mock("../../src/core/float-array.js", async (original) => {
  const actual = await original<typeof import("../../src/core/float-array.js")>();
  const allocateUnset = (dtype: DType, length: number): FloatArray => {
    memory.made++;
    return actual.allocate(dtype, length).fill(memory.before);
  };
  return { ...actual, allocateUnset };
});

type AnyOperation = (...args: never[]) => Tensor;
const operations = ops as unknown as Readonly<Record<string, AnyOperation>>;
const entries = Object.entries(TABLE as unknown as Readonly<Record<string, Entry<AnyOperation>>>);

describe.each(entries)("%s", (name, { samples }) => {
  it.each(samples)(
    "writes every number of its result and gradients: $title",
    ({ title, inputs, domain, args }) => {
      const drawn = inputs.map((shape, index) => draw(`${name} ${title} ${index}`, shape, domain));
      for (const dtype of ["float32", "float64"] as const) {
        const [zeros, others] = [0, -1e30].map((before) => {
          memory.before = before;
          return evaluate(
            (...tensors) => (operations[name] as AnyOperation)(...args(...tensors)),
            drawn.map((input) => leaf(input, dtype)),
          ).map(({ data }) => Array.from(data));
        });
        expect(others).toEqual(zeros);
      }
    },
  );
});

it("the operations did allocate such results", () => expect(memory.made).toBeGreaterThan(1000));
