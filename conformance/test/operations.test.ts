/** The public operations by themselves: all of them are drawn, and a float32 gradient that is slightly off is found. */
import { describe, expect, it } from "vitest";
import { record, type Tensor } from "../../packages/synthconv/dist/autograd/index.js";
import { multiply } from "../../packages/synthconv/dist/ops/index.js";
import { TABLE } from "../../packages/synthconv/test/ops/table.js";
import type { Case, Outputs } from "../dist/case.js";
import { checkOnOneThread } from "../dist/check.js";
import { operationForm } from "../dist/forms/operation.js";
import { operationRows } from "../dist/forms/operations/index.js";
import { lossRows } from "../dist/networks/losses.js";
import { stageRows } from "../dist/networks/space.js";
import { Random } from "../dist/random.js";

const DRAWS = 8;

/** Of the outputs whose name begins so, every entry a few roundings too large. */
function scaled(outputs: Outputs, name: string): Outputs {
  for (const [output, values] of Object.entries(outputs)) {
    if (!output.startsWith(name)) continue;
    for (let i = 0; i < values.length; i++) values[i] = 1.00001 * (values[i] as number);
  }
  return outputs;
}

/** In how many of some cases of an operation a fault of its float32 outputs is found. */
function found(operation: string, name: string): number {
  const aim = operationForm.aims.find((one) => one.name === operation);
  const random = new Random(6, operation);
  let count = 0;
  for (let i = 0; i < DRAWS; i++) {
    const description = aim?.draw(random) ?? operationForm.simplest;
    const one = operationForm.prepare(description) as Case;
    const faulty = {
      ...one,
      run: () =>
        scaled(
          one.run((values) => values),
          name,
        ),
    } as Case;
    expect(checkOnOneThread(one, description, ["plain"]).failures).toEqual([]);
    if (checkOnOneThread(faulty, description, ["plain"]).failures.length > 0) count++;
  }
  return count;
}

/** The same numbers, whose gradient is not the same. */
function withGradient(factor: number, y: Tensor): Tensor {
  const { shape, data } = y;
  return record({
    operation: "fault",
    inputs: [y],
    shape,
    data,
    backward: (upstream) => [multiply(upstream, factor)],
  });
}

/** Of the first few cases of an operation, what is wrong with them. */
function complaintsOf(operation: string): string[] {
  const aim = operationForm.aims.find((one) => one.name === operation);
  const random = new Random(6, operation);
  return Array.from({ length: DRAWS }).flatMap(() => {
    const description = aim?.draw(random) ?? operationForm.simplest;
    const { failures } = checkOnOneThread(operationForm.prepare(description) as Case, description, ["plain"]);
    return failures.map(({ complaint }) => (typeof complaint === "string" ? complaint : complaint.output));
  });
}

describe("operations", () => {
  it("are all drawn in random shapes, by this form, that of convolutions, or in networks", () => {
    const rows = [...operationRows, ...stageRows, ...lossRows].map(({ name }) => name.split(",")[0]);
    const drawn = new Set(["conv2d", ...rows]);
    expect(Object.keys(TABLE).filter((name) => !drawn.has(name))).toEqual([]);
  });

  it("are drawn in shapes that they take", () => {
    const random = new Random(1, "operations");
    const drawn = Array.from({ length: 1000 }, () => operationForm.draw(random));
    expect(drawn.filter((one) => !operationForm.isValid(one))).toEqual([]);
  });

  it.each(operationRows)("of the row $name fail where results are 1e-5 too large", ({ name }) => {
    expect(found(name, "output")).toBeGreaterThan(0);
  });

  const comparisons = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];
  const steps = ["sign", "round", "floor", "ceil", ...comparisons];
  const smooth = operationRows.filter(({ hasJumps }) => hasJumps !== true);

  it.each(smooth)(
    "of the row $name fail where gradients are 1.01 times too large in both element types",
    (row) => {
      const { call } = row;
      Object.assign(row, { call: (...args: Parameters<typeof call>) => withGradient(1.01, call(...args)) });
      try {
        expect(complaintsOf(row.name)).toContain("slope");
      } finally {
        Object.assign(row, { call });
      }
    },
  );

  it.each(operationRows.filter(({ name }) => !steps.includes(name)))(
    "of the row $name fail where gradients are 1e-5 too large",
    ({ name }) => {
      expect(found(name, "gradient")).toBeGreaterThan(0);
    },
  );
});
