import { describe, expect, it } from "vitest";
import { observe } from "../../src/autograd/observe.js";
import type { Tensor } from "../../src/autograd/tensor.js";
import { OPERATIONS, operationsThat } from "../../src/doctor/operations.js";
import * as ops from "../../src/ops/index.js";
import { draw, leaf } from "../ops/support.js";
import { TABLE } from "../ops/table.js";
import type { Entry } from "../ops/table-types.js";

type AnyOperation = (...args: never[]) => Tensor;
const operations = ops as unknown as Readonly<Record<string, AnyOperation>>;
const entries = Object.entries(TABLE as unknown as Readonly<Record<string, Entry<AnyOperation>>>);

interface Recorded {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly zeroDerivative: boolean;
}

/** All that the samples of an operation record. */
function recordedBy(name: string, { samples }: Entry<AnyOperation>): Recorded[] {
  const recorded: Recorded[] = [];
  const nothing = (): void => {};
  const observer = {
    ...{ created: nothing, detached: nothing, parameterMade: nothing, assigned: nothing },
    ...{ stepped: nothing, propagated: nothing, pulledBack: nothing },
    recorded: (output: Tensor, one: Omit<Recorded, "output">): void => {
      recorded.push({ output, ...one });
    },
  };
  for (const { title, inputs, domain, args } of samples) {
    const drawn = inputs.map((shape, index) => leaf(draw(`${name} ${title} ${index}`, shape, domain)));
    observe(observer, () => operations[name]?.(...args(...drawn)));
  }
  return recorded;
}

const all = entries.flatMap(([name, entry]) => recordedBy(name, entry));

describe("what the doctor knows of operations", () => {
  it("holds every operation that the table of operations records", () => {
    const names = new Set(all.map(({ operation }) => operation));
    expect([...names].filter((name) => OPERATIONS[name] === undefined)).toEqual([]);
  });

  it("calls those steps that record no derivative, and no others", () => {
    const steps = operationsThat("steps");
    for (const { operation, zeroDerivative } of all)
      expect(steps.has(operation), operation).toBe(zeroDerivative);
  });

  it("calls those moves and choices that give numbers of their inputs, and no sums and products", () => {
    const giveOwn = new Map<string, boolean>();
    for (const { operation, inputs, output } of all) {
      const given = new Set(inputs.flatMap(({ data }) => [...data]));
      const isOwn = [...output.data].every((value) => given.has(value) || value === 0);
      giveOwn.set(operation, (giveOwn.get(operation) ?? true) && isOwn);
    }
    for (const [operation, isOwn] of giveOwn) {
      const kind = OPERATIONS[operation] as string;
      // A pad may bring a number of its own.
      if (operation === "pad") continue;
      if (kind === "moves" || kind === "chooses") expect(isOwn, operation).toBe(true);
      if (["multiplies", "sums", "normalizes"].includes(kind)) expect(isOwn, operation).toBe(false);
    }
  });

  it("calls those products that a factor of zeros leaves constant", () => {
    const products = operationsThat("multiplies");
    for (const { operation, inputs, output } of all) {
      const { node } = output;
      const [first, second] = inputs;
      if (!products.has(operation) || node === undefined || first === second || second === undefined)
        continue;
      // Zeros after the forward pass: what backward multiplies with.
      const before = second.data.slice();
      second.data.fill(0);
      const [gradient] = operation === "divide" ? [] : node.backward(output);
      second.data.set(before);
      if (gradient !== undefined && !operation.startsWith("pixelNetwork"))
        expect(
          [...gradient.data].every((value) => value === 0),
          operation,
        ).toBe(true);
    }
  });
});
