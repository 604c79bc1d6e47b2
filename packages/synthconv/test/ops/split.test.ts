import { describe, expect, it } from "vitest";
import { grad, type Tensor, zeros } from "../../src/autograd/index.js";
import { add, concat, split, square, sum } from "../../src/ops/index.js";
import { draw } from "./support.js";

describe("split", () => {
  it("gives parts of one size and a smaller rest, whose concatenation is the whole", () => {
    const x = draw("split", [2, 7, 3]);
    const parts = split(x, 3, 1);
    expect(parts.map(({ shape }) => shape[1])).toEqual([3, 3, 1]);
    expect(concat(parts, 1).data).toEqual(x.data);
  });

  it("gives parts of the sizes of a list, empty ones too, with a gradient to each", () => {
    const x = draw("split sizes", [5]);
    const [first, none, rest] = split(x, [2, 0, 3], -1) as [Tensor, Tensor, Tensor];
    expect([first.size, none.size, rest.size]).toEqual([2, 0, 3]);
    const [gradient] = grad(add(sum(square(first)), sum(rest)), [x]) as [Tensor];
    expect([...gradient.data]).toEqual([2 * (x.data[0] as number), 2 * (x.data[1] as number), 1, 1, 1]);
  });

  it("refuses sizes that do not add up, with the sum", () => {
    expect(() => split(zeros([2, 5]), [2, 2], 1)).toThrow(
      "split sizes: expected sizes that add up to 5, axis 1 of [2,5], received 2 + 2 = 4",
    );
    expect(() => split(zeros([2]), 1, 1)).toThrow("split axis: expected an axis from -1 to 0, received 1");
  });
});
