import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/index.js";
import { conditions, hypernetize, joinCells, splitIntoCells } from "../../src/hyper/index.js";
import { Conv2d } from "../../src/nn/index.js";
import { reshape, slice } from "../../src/ops/index.js";

const counting = (shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    { shape },
  );

describe("cells of an image", () => {
  it("are its parts row by row, and make it again", () => {
    const image = counting([2, 1, 4, 6]);
    const cells = splitIntoCells(image, [2, 3]);
    expect(cells.shape).toEqual([12, 1, 2, 2]);
    expect([...cells.data.slice(0, 8)]).toEqual([0, 1, 6, 7, 2, 3, 8, 9]);
    expect(joinCells(cells, [2, 3]).data).toEqual(image.data);
    expect(joinCells(splitIntoCells(counting([1, 3, 4, 4]), 4), 4).data).toEqual(counting([1, 3, 4, 4]).data);
  });

  it("take weights of their own: a condition that varies over the image", () => {
    const options = { parameters: "all", generator: { hidden: [4] }, condition: 2 } as const;
    const network = hypernetize(new Conv2d(3, 2, 1), options).initialize({ seed: 1 });
    const image = counting([2, 3, 4, 4]).multiply(0.01);
    const map = counting([2, 2, 2, 2]).multiply(0.1);
    const rows = reshape(splitIntoCells(map, 2), [-1, 2]);
    const output = joinCells(network.forward(rows, splitIntoCells(image, 2)), 2);
    expect(output.shape).toEqual([2, 2, 4, 4]);
    for (const [b, y, x] of [
      [0, 0, 1],
      [1, 1, 0],
    ] as const) {
      const condition = reshape(slice(map, [[b, b + 1], undefined, [y, y + 1], [x, x + 1]]), [1, 2]);
      const place = [[b, b + 1], undefined, [2 * y, 2 * y + 2], [2 * x, 2 * x + 2]] as const;
      expect(slice(output, place).data).toEqual(network.forward(condition, slice(image, place)).data);
    }
  });

  it("are refused where they do not fit", () => {
    expect(() => splitIntoCells(counting([1, 1, 4, 5]), 2)).toThrow(
      "splitIntoCells: expected a height and width that 2 rows and 2 columns divide, received [1,1,4,5]. Crop or resize it first",
    );
    expect(() => joinCells(counting([3, 1, 2, 2]), 2)).toThrow(
      "joinCells: expected a batch of 2 * 2 cells per image, received [3,1,2,2]",
    );
  });
});

describe("conditions.magnitudeInvariant", () => {
  it("gives numbers from 0 to 1 the same size whatever they are", () => {
    const condition = conditions.magnitudeInvariant(2);
    expect(condition.length).toBe(4);
    const rows = condition.forward(
      tensor([
        [0, 1],
        [0.5, 0.25],
      ]),
    );
    expect(rows.shape).toEqual([2, 4]);
    const expected = [1, 0, 0, 1, Math.SQRT1_2, Math.cos(Math.PI / 8), Math.SQRT1_2, Math.sin(Math.PI / 8)];
    rows.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
  });

  it("refuses others", () => {
    expect(() =>
      conditions.magnitudeInvariant(2).forward(
        tensor([
          [0, 1],
          [0.5, 2],
        ]),
      ),
    ).toThrow(
      "hypernetwork condition: expected numbers from 0 to 1, received 2 at [1,1]. Scale them: (x - least) / (most - least)",
    );
  });
});
