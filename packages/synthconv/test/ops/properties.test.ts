import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import type { Shape } from "../../src/core/index.js";
import * as ops from "../../src/ops/index.js";
import {
  concat,
  conv2d,
  gather,
  linear,
  matmul,
  reshape,
  slice,
  sum,
  transpose,
} from "../../src/ops/index.js";
import { difference, draw, evaluate } from "./support.js";

const size = fc.integer({ min: 1, max: 4 });
const axisSize = fc.integer({ min: 0, max: 3 });

/** Same numbers, up to the order of float64 sums. */
function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  actual.forEach((one, index) => {
    const other = expected[index] as Tensor;
    expect(one.shape).toEqual(other.shape);
    expect(difference(one, other, 1)).toBeLessThanOrEqual(1e-12);
  });
}

/** The entry of `x` at an index of a shape that `x` broadcasts to. */
function at(x: Tensor, index: readonly number[]): number {
  let offset = 0;
  const own = index.slice(index.length - x.rank);
  x.shape.forEach((length, axis) => {
    offset = offset * length + (length === 1 ? 0 : (own[axis] as number));
  });
  return x.data[offset] as number;
}

function* indicesOf(shape: Shape): Generator<number[]> {
  if (shape.length === 0) return yield [];
  for (let first = 0; first < (shape[0] as number); first++) {
    for (const rest of indicesOf(shape.slice(1))) yield [first, ...rest];
  }
}

describe("broadcasting", () => {
  /** Two shapes that broadcast: axes of a common shape, each kept, made 1, or (in front) left out. */
  const shapes = fc.array(fc.tuple(axisSize, fc.boolean(), fc.boolean()), { maxLength: 4 }).chain((axes) => {
    const one = axes.map(([length, first]) => (first ? 1 : length));
    const other = axes.map(([length, , second]) => (second ? 1 : length));
    return fc
      .tuple(fc.integer({ min: 0, max: axes.length }), fc.boolean())
      .map(([cut, cutFirst]): [Shape, Shape] => [
        cutFirst ? one.slice(cut) : one,
        cutFirst ? other : other.slice(cut),
      ]);
  });

  it.each([
    ["add", ops.add, (a: number, b: number) => a + b],
    ["subtract", ops.subtract, (a: number, b: number) => a - b],
    ["multiply", ops.multiply, (a: number, b: number) => a * b],
    ["divide", ops.divide, (a: number, b: number) => a / b],
  ] as const)("%s gives what the definition gives, entry by entry", (_name, operation, definition) => {
    fc.assert(
      fc.property(shapes, ([shapeA, shapeB]) => {
        const [a, b] = [draw("a", shapeA), draw("b", shapeB)];
        const output = operation(a, b);
        const expected = [...indicesOf(output.shape)].map((index) => definition(at(a, index), at(b, index)));
        expect([...output.data]).toEqual(expected);
      }),
    );
  });

  it("sums the gradient over the axes that were broadcast", () => {
    fc.assert(
      fc.property(shapes, ([shapeA, shapeB]) => {
        const [a, b] = [draw("a", shapeA), draw("b", shapeB)];
        const output = ops.multiply(a, b);
        const [gradient] = grad(sum(output), [a]) as [Tensor];
        const expected = new Map<number, number>();
        const positions = tensor(Float64Array.from(a.data.keys()), { shape: a.shape });
        for (const index of indicesOf(output.shape)) {
          const position = at(positions, index);
          expected.set(position, (expected.get(position) ?? 0) + at(b, index));
        }
        gradient.data.forEach((value, position) => {
          expect(value).toBeCloseTo(expected.get(position) ?? 0, 12);
        });
      }),
    );
  });
});

describe("reductions", () => {
  it("over any axes give what the definition gives", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(axisSize, fc.boolean()), { maxLength: 4 }), (axes) => {
        const x = draw(
          "x",
          axes.map(([length]) => length),
        );
        const reduced = axes.flatMap(([, isReduced], axis) => (isReduced ? [axis] : []));
        const output = sum(x, { axes: reduced, keepDims: true });
        const sums = new Float64Array(output.size);
        const positions = tensor(Float64Array.from(output.data.keys()), { shape: output.shape });
        for (const index of indicesOf(x.shape)) {
          const position = at(positions, index);
          sums[position] = (sums[position] as number) + at(x, index);
        }
        expect(difference(output, sums, 1)).toBeLessThanOrEqual(1e-13);
      }),
    );
  });
});

describe("moving entries", () => {
  const shape = fc.array(axisSize, { minLength: 1, maxLength: 4 });

  it("transpose puts every entry where its index says, and the inverse order undoes it", () => {
    fc.assert(
      fc.property(
        shape.chain((lengths) =>
          fc.tuple(
            fc.constant(lengths),
            fc.shuffledSubarray([...lengths.keys()], {
              minLength: lengths.length,
              maxLength: lengths.length,
            }),
          ),
        ),
        ([lengths, order]) => {
          const x = draw("x", lengths);
          const output = transpose(x, order);
          const expected = [...indicesOf(output.shape)].map((index) =>
            at(
              x,
              order.map((_, axis) => index[order.indexOf(axis)] as number),
            ),
          );
          expect([...output.data]).toEqual(expected);
          expect(
            transpose(
              output,
              order.map((_, axis) => order.indexOf(axis)),
            ).data,
          ).toEqual(x.data);
        },
      ),
    );
  });

  it("the slices of a concatenation are its parts, and the gradient goes to each", () => {
    fc.assert(
      fc.property(
        shape,
        fc.array(axisSize, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        (lengths, parts, pick) => {
          const axis = pick % lengths.length;
          const tensors = parts.map((length, index) => draw(`part ${index}`, lengths.with(axis, length)));
          const whole = concat(tensors, axis);
          let start = 0;
          for (const part of tensors) {
            const end = start + (part.shape[axis] as number);
            const ranges = lengths.map((_, other) => (other === axis ? ([start, end] as const) : undefined));
            expect(slice(whole, ranges).data).toEqual(part.data);
            start = end;
          }
          const seed = draw("seed", whole.shape);
          expect(concat(grad(whole, tensors, { seed }), axis).data).toEqual(seed.data);
        },
      ),
    );
  });
});

describe("identities", () => {
  it("linear is matmul with the transposed weight", () => {
    fc.assert(
      fc.property(axisSize, size, size, (rows, inputs, outputs) => {
        const leaves = [draw("x", [rows, inputs]), draw("w", [outputs, inputs])];
        expectClose(
          evaluate((x, w) => linear(x as Tensor, w as Tensor), leaves),
          evaluate((x, w) => matmul(x as Tensor, transpose(w as Tensor)), leaves),
        );
      }),
    );
  });

  it("gather is matmul with one-hot rows", () => {
    fc.assert(
      fc.property(size, size, fc.array(fc.nat(), { maxLength: 6 }), (rows, width, picks) => {
        const indices = picks.map((pick) => pick % rows);
        const oneHot = tensor(
          Float64Array.from({ length: indices.length * rows }, (_, i) =>
            indices[Math.floor(i / rows)] === i % rows ? 1 : 0,
          ),
          { shape: [indices.length, rows] },
        );
        const table = draw("table", [rows, width]);
        expectClose(
          evaluate((x) => gather(x as Tensor, indices), [table]),
          evaluate((x) => matmul(oneHot, x as Tensor), [table]),
        );
      }),
    );
  });

  it("a 1x1 convolution is matmul over the pixels", () => {
    fc.assert(
      fc.property(size, size, size, axisSize, axisSize, (batch, inputs, outputs, height, width) => {
        const leaves = [
          draw("image", [batch, inputs, height, width]),
          draw("w", [batch, outputs, inputs, 1, 1]),
        ];
        expectClose(
          evaluate((image, w) => conv2d(image as Tensor, w as Tensor), leaves),
          evaluate((image, w) => {
            const pixels = reshape(image as Tensor, [batch, inputs, height * width]);
            const mixed = matmul(reshape(w as Tensor, [batch, outputs, inputs]), pixels);
            return reshape(mixed, [batch, outputs, height, width]);
          }, leaves),
        );
      }),
    );
  });
});

describe("conv2d", () => {
  const options = fc.record({
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    groups: fc.integer({ min: 1, max: 2 }),
  });
  const calls = fc.record({
    options,
    batch: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    // At least what the largest kernel at the largest dilation reaches over.
    image: fc.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 5, max: 7 })),
  });

  it("gives what the definition gives", () => {
    fc.assert(
      fc.property(calls, ({ options, batch, inputs, outputs, kernel, image }) => {
        const { stride, padding, dilation, groups } = options;
        const x = draw("image", [batch, groups * inputs, ...image]);
        const w = draw("w", [batch, groups * outputs, inputs, ...kernel]);
        const bias = draw("bias", [groups * outputs]);
        const output = conv2d(x, w, bias, options);
        const expected = [...indicesOf(output.shape)].map(([b, o, y, column]) => {
          const group = Math.floor((o as number) / outputs);
          let total = bias.data[o as number] as number;
          for (const [i, ky, kx] of indicesOf([inputs, ...kernel]) as Generator<[number, number, number]>) {
            const row = (y as number) * stride[0] + ky * dilation[0] - padding[0];
            const pixel = (column as number) * stride[1] + kx * dilation[1] - padding[1];
            if (row < 0 || row >= image[0] || pixel < 0 || pixel >= image[1]) continue;
            total +=
              at(w, [b as number, o as number, i, ky, kx]) *
              at(x, [b as number, group * inputs + i, row, pixel]);
          }
          return total;
        });
        expect(difference(output, expected, 1)).toBeLessThanOrEqual(1e-13);
      }),
    );
  });

  it("with one set of weights per sample is a loop of convolutions, and one grouped convolution", () => {
    fc.assert(
      fc.property(calls, ({ options, batch, inputs, outputs, kernel, image }) => {
        const { groups } = options;
        const channels = [groups * inputs, groups * outputs] as const;
        const leaves = [
          draw("image", [batch, channels[0], ...image]),
          draw("w", [batch, channels[1], inputs, ...kernel]),
          draw("bias", [batch, channels[1]]),
        ];
        const perSample = evaluate((x, w, bias) => conv2d(x as Tensor, w as Tensor, bias, options), leaves);
        const loop = evaluate((x, w, bias) => {
          const outputsOf = Array.from({ length: batch }, (_, b) => {
            const [image1, w1, bias1] = [x, w, bias].map((one) => slice(one as Tensor, [[b, b + 1]])) as [
              Tensor,
              Tensor,
              Tensor,
            ];
            return conv2d(image1, reshape(w1, w1.shape.slice(1)), reshape(bias1, [channels[1]]), options);
          });
          return concat(outputsOf);
        }, leaves);
        const grouped = evaluate((x, w, bias) => {
          const output = conv2d(
            reshape(x as Tensor, [1, batch * channels[0], ...image]),
            reshape(w as Tensor, [batch * channels[1], inputs, ...kernel]),
            reshape(bias as Tensor, [batch * channels[1]]),
            { ...options, groups: batch * groups },
          );
          return reshape(output, [batch, channels[1], ...output.shape.slice(2)]);
        }, leaves);
        expectClose(loop, perSample);
        expectClose(grouped, perSample);
      }),
    );
  });

  it("with shared weights adds their gradients over the batch", () => {
    fc.assert(
      fc.property(calls, ({ options, batch, inputs, outputs, kernel, image }) => {
        const { groups } = options;
        const x = draw("image", [batch, groups * inputs, ...image]);
        const w = draw("w", [groups * outputs, inputs, ...kernel]);
        const [shared, , gradient] = evaluate(
          (a, b) => conv2d(a as Tensor, b as Tensor, undefined, options),
          [x, w],
        );
        const copies = concat(Array.from({ length: batch }, () => reshape(w, [1, ...w.shape])));
        const [perSample, , gradients] = evaluate(
          (a, b) => conv2d(a as Tensor, b as Tensor, undefined, options),
          [x, copies],
        );
        expectClose([shared as Tensor], [perSample as Tensor]);
        expectClose([gradient as Tensor], [sum(gradients as Tensor, { axes: 0 })]);
      }),
    );
  });
});
