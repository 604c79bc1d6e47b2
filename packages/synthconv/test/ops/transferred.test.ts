/** A tensor whose buffer was transferred to another thread holds nothing: dense operations say so. */
import { afterEach, describe, expect, it } from "vitest";
import { grad, ones, type Tensor } from "../../src/autograd/index.js";
import { ShapeError } from "../../src/core/index.js";
import { availableBackends, setBackend } from "../../src/kernels/index.js";
import { conv2d, linear, matmul } from "../../src/ops/index.js";

afterEach(() => setBackend(undefined));

interface Operation {
  readonly name: string;
  readonly apply: (x: Tensor, weight: Tensor) => Tensor;
  readonly shapes: readonly [x: number[], weight: number[]];
  readonly message: string;
}

const operations: readonly Operation[] = [
  {
    name: "matmul",
    apply: matmul,
    shapes: [
      [20, 30],
      [30, 40],
    ],
    message: "20*30 = 600 numbers in tensor [20,30]",
  },
  {
    name: "linear",
    apply: linear,
    shapes: [
      [20, 30],
      [40, 30],
    ],
    message: "20*30 = 600 numbers in tensor [20,30]",
  },
  {
    name: "conv2d",
    apply: (x, weight) => conv2d(x, weight),
    shapes: [
      [2, 4, 9, 9],
      [6, 4, 3, 3],
    ],
    message: "2*4*9*9 = 648 numbers in tensor [2,4,9,9]",
  },
];

function transfer({ data }: Tensor): void {
  structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
}

describe.each(availableBackends())("on the %s backend", (backend) => {
  it.each(operations)("$name refuses it", ({ name, apply, shapes: [x, weight], message }) => {
    setBackend(backend);
    const input = ones(x);
    transfer(input);
    const run = () => apply(input, ones(weight));
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(
      `${name}: expected ${message}, received 0. Its buffer was transferred elsewhere: give a copy away instead, data.slice().`,
    );
  });

  it.each(operations)("the gradients of $name refuse it", ({ name, apply, shapes: [x, weight], message }) => {
    setBackend(backend);
    const input = ones(x);
    const parameter = ones(weight, { requiresGrad: true });
    const result = apply(input, parameter);
    transfer(input);
    const run = () => grad(result, [parameter], { seed: ones(result.shape) });
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(`${name} backward: expected ${message}, received 0`);
  });
});
