import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grad, Parameter, type Tensor, tensor, tidy } from "../../src/autograd/index.js";
import { numbersOf } from "../../src/autograd/numbers.js";
import { addressOf, placeResultsFrom } from "../../src/core/index.js";
import * as ops from "../../src/ops/index.js";

const x = (): Tensor => tensor(Float32Array.from({ length: 100 }, (_, i) => i));

/** Whether operations read it where kernels do. */
const isInPlace = (one: Tensor): boolean => addressOf(numbersOf(one)) !== undefined;

describe("numbers of results in the memory of kernels", () => {
  beforeEach(() => placeResultsFrom(0));
  afterEach(() => placeResultsFrom());

  it("stay there as long as only operations read them", () => {
    tidy(() => {
      const y = ops.add(x(), 1);
      expect(isInPlace(y)).toBe(true);
      expect([y.size, y.dtype, y.rank, ops.sum(y).item()]).toEqual([100, "float32", 1, 5050]);
      expect(ops.slice(y, [[0, 3]]).toArray()).toEqual([1, 2, 3]);
      expect([y, ops.reshape(y, [10, 10]), y.detach()].every(isInPlace)).toBe(true);
    });
  });

  it("are copied out at the first reading of data, once for all that lie over them", () => {
    tidy(() => {
      const y = ops.add(x(), 1);
      const [square, cut] = [ops.reshape(y, [10, 10]), y.detach()];
      const { data } = square;
      expect(addressOf(data)).toBeUndefined();
      expect(data.buffer.byteLength).toBe(400);
      expect([square.data, y.data, cut.data].every((one) => one === data)).toBe(true);
      data[0] = -7;
      expect([y, square, cut].map((one) => ops.max(ops.negate(one)).item())).toEqual([7, 7, 7]);
    });
  });

  it("belong to the body that made them, also if an inner one is the first to read them", () => {
    tidy(() => {
      const y = ops.add(x(), 1);
      tidy(() => expect(y.data[99]).toBe(100));
      tidy(() => expect(ops.multiply(x(), Number.NaN).data[0]).toBeNaN());
      expect(y.data.length).toBe(100);
      expect(y.data[99]).toBe(100);
    });
  });

  it("are not written over by what follows an inner body", () => {
    tidy(() => {
      const before = ops.add(x(), 1);
      tidy(() => ops.multiply(x(), Number.NaN));
      const after = ops.multiply(x(), 2);
      expect([before, after].map((one) => [isInPlace(one), ops.sum(one).item()])).toEqual([
        [true, 5050],
        [true, 9900],
      ]);
    });
  });

  it("of an outer body, seen through a tensor of an inner one, are refused when the outer one has ended", () => {
    let seen: Tensor | undefined;
    tidy(() => {
      const y = ops.add(x(), 1);
      seen = tidy(() => ops.reshape(y, [10, 10]));
      expect(ops.sum(seen).item()).toBe(5050);
    });
    expect(() => ops.sum(seen as Tensor)).toThrow(/made inside a tidy that has ended/);
    expect(() => seen?.data).toThrow(/made inside a tidy that has ended/);
  });

  it("that an operation passed on to several gradients are there once, and a copy for each who reads them", () => {
    tidy(() => {
      const [a, b] = [x(), x()].map((one) => tensor(one.data, { requiresGrad: true })) as [Tensor, Tensor];
      const seed = ops.add(x(), 1);
      const gradients = grad(ops.add(a, b), [a, b], { seed }) as [Tensor, Tensor];
      const addresses = [seed, ...gradients].map((one) => addressOf(numbersOf(one)));
      expect(new Set(addresses)).toEqual(new Set([addressOf(numbersOf(seed))]));
      gradients[0].data[0] = 1000;
      seed.data[0] = -1000;
      expect([seed, ...gradients].map((one) => one.data[0])).toEqual([-1000, 1000, 1]);
      expect([seed, ...gradients].map((one) => ops.sum(one).item())).toEqual([4049, 6049, 5050]);
    });
  });

  it("are the caller's to scale where they are gradients", () => {
    const leaf = new Parameter(x());
    tidy(() => {
      const [gradient] = grad(ops.sum(ops.square(leaf)), [leaf]) as [Tensor];
      expect(isInPlace(gradient)).toBe(true);
      gradient.data[1] = 1000;
      expect(ops.max(gradient).item()).toBe(1000);
      expect(ops.sum(gradient).item()).toBe(9900 - 2 + 1000);
    });
  });

  it("hold for ends that are no whole vector, and leave what lies beside them alone", () => {
    for (const length of [1, 3, 17, 65, 66, 67, 130, 4097, 5003]) {
      const numbers = Float32Array.from({ length }, (_, i) => Math.sin(i));
      const expected = ops.gelu(ops.add(tensor(numbers), 0.5)).data;
      tidy(() => {
        const sums = ops.add(tensor(numbers), 0.5);
        const behind = ops.add(sums, 0);
        const results = ops.gelu(sums);
        const last = ops.relu(results);
        expect(Array.from(results.data)).toEqual(Array.from(expected));
        expect(Array.from(behind.data)).toEqual(Array.from(sums.data));
        expect(Array.from(last.data)).toEqual(Array.from(expected, (value) => Math.max(0, value)));
      });
    }
  });
});
