import { describe, expect, it } from "vitest";
import { full, ones, Parameter, Tensor, tensor, zeros } from "../../src/autograd/index.js";

describe("tensor", () => {
  it("reads nested arrays row by row, as float32 unless told otherwise", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.shape).toEqual([2, 3]);
    expect(x.dtype).toBe("float32");
    expect([...x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor(7).shape).toEqual([]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([1], { dtype: "float64" }).dtype).toBe("float64");
  });

  it("copies typed arrays and keeps their dtype", () => {
    const data = Float64Array.of(1, 2, 3, 4);
    const x = tensor(data, { shape: [2, 2] });
    data[0] = 9;
    expect(x.dtype).toBe("float64");
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("refuses ragged arrays, and data that does not fill the shape", () => {
    const ragged =
      "tensor: expected nested arrays that fill [2,2], the shape of their first entries, received arrays of different lengths";
    expect(() => tensor([[1, 2], [3]])).toThrow(ragged);
    expect(() => tensor([[1, 2], 3])).toThrow(ragged);
    expect(() =>
      tensor([
        [1, 2],
        [3, [4]],
      ]),
    ).toThrow(ragged);
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      "Tensor: expected 4 numbers for shape [2,2], received 3",
    );
    expect(() => tensor(["1"] as unknown as number[])).toThrow(
      'tensor values: expected numbers, nested arrays of numbers, or a Float32Array or Float64Array, received "1"',
    );
    expect(() => zeros([-1])).toThrow(
      "zeros shape: expected every axis to be a whole number of 0 or more, received [-1]",
    );
  });

  it("is filled by zeros, ones and full", () => {
    expect([zeros([2]), ones([1, 2]), full([], 3)].map((x) => x.toArray())).toEqual([[0, 0], [[1, 1]], 3]);
  });
});

describe("Tensor", () => {
  it("gives the number of a tensor of one entry, and no other", () => {
    expect(tensor([[3]]).item()).toBe(3);
    expect(() => tensor([1, 2]).item()).toThrow(
      "item: expected a tensor of one entry, received shape [2]. Reduce it first: sum(x) or mean(x).",
    );
  });

  it("says what it is", () => {
    const weight = new Parameter(zeros([2, 3], { dtype: "float64" }));
    weight.name = "head.weight";
    expect(String(new Tensor({ shape: [2], data: new Float32Array(2) }))).toBe("Tensor([2], float32)");
    expect(String(weight)).toBe("Parameter(head.weight, [2,3], float64)");
  });
});
