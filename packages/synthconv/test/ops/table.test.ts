import { describe, expect, it } from "vitest";
import { checkGradient, type Tensor } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import { constant, difference, draw, evaluate, leaf, probe } from "./support.js";
import { TABLE } from "./table.js";
import type { Entry } from "./table-types.js";

/** The table holds calls of many signatures; here they are all called the same way. */
type AnyOperation = (...args: never[]) => Tensor;
const operations = ops as unknown as Readonly<Record<string, AnyOperation>>;
const entries = Object.entries(TABLE as unknown as Readonly<Record<string, Entry<AnyOperation>>>);

it("the table holds every exported operation", () => {
  const { split: _severalResults, ...others } = ops;
  expect(Object.keys(TABLE).sort()).toEqual(Object.keys(others).sort());
});

describe.each(entries)("%s", (name, { samples, badCalls }) => {
  const operation = operations[name] as AnyOperation;

  describe.each(samples)("$title", ({ title, inputs, domain, args, shape }) => {
    const run = (...tensors: Tensor[]): Tensor => operation(...args(...tensors));
    const drawn = inputs.map((inputShape, index) => draw(`${name} ${title} ${index}`, inputShape, domain));

    it(`gives [${shape}] on the tape, in the dtype of its inputs`, () => {
      for (const dtype of ["float32", "float64"] as const) {
        const output = run(...drawn.map((input) => leaf(input, dtype)));
        expect(output.shape).toEqual(shape);
        if (name !== "cast") expect(output.dtype).toBe(dtype);
        expect(output.requiresGrad).toBe(true);
      }
    });

    it("has the gradient of central differences", () => {
      const check = checkGradient((...tensors) => probe(run(...tensors)), drawn);
      expect(check.relativeError, JSON.stringify(check)).toBeLessThanOrEqual(1e-7);
    });

    it("agrees in float32 with float64, output and gradients", () => {
      const inFloat32 = evaluate(
        run,
        drawn.map((input) => leaf(input, "float32")),
      );
      const inFloat64 = evaluate(
        run,
        drawn.map((input) => leaf(input, "float64")),
      );
      inFloat32.forEach((actual, index) => {
        expect(difference(actual, inFloat64[index] as Tensor)).toBeLessThanOrEqual(1e-6);
      });
    });

    it("gives each input alone the gradient that all of them get together", () => {
      const [, ...together] = evaluate(
        run,
        drawn.map((input) => leaf(input)),
      );
      drawn.forEach((_, wanted) => {
        const leaves = drawn.map((input, index) => (index === wanted ? leaf(input) : constant(input)));
        const [, alone] = evaluate(
          (only) => run(...leaves.with(wanted, only as Tensor)),
          [leaves[wanted] as Tensor],
        );
        expect(difference(alone as Tensor, together[wanted] as Tensor)).toBe(0);
      });
    });
  });

  if (badCalls.length > 0) {
    it.each(badCalls)("refuses: $message", ({ args, error, message }) => {
      expect(() => operation(...args())).toThrow(expect.objectContaining({ name: error, message }));
    });
  }
});
