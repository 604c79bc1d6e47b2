/** Stages that take rows of numbers [B,N]: fully connected layers, embeddings, and what networks build from operations. */
import { initializers, nn, ops, RandomStream, type Tensor, tensor } from "../library.js";
import { CONDITION, layered, plain, type StageRow, Weights } from "./parts.js";

type Make = StageRow["make"];

const row = (name: string, make: Make): StageRow => ({ name, takes: "row", make });

const width = (shape: readonly number[]): number => shape[1] ?? 1;
const same = (shape: readonly number[]): nn.Linear => new nn.Linear(width(shape), width(shape));

const layers: readonly StageRow[] = [
  row("Linear", (shape, random) => layered(new nn.Linear(width(shape), random.integer(1, 8)))),
  row("Linear, no bias", (shape, random) =>
    layered(new nn.Linear(width(shape), random.integer(1, 8), { bias: false })),
  ),
  row("Linear, initializers", (shape, random) => {
    const weight = random.pick([initializers.kaiming(width(shape)), initializers.uniform(0.6)]);
    const given = { weight, bias: initializers.constant(0.25) };
    return layered(new nn.Linear(width(shape), random.integer(2, 8), { initializers: given }));
  }),
  row("Linear, three axes", (shape) => {
    const layer = new nn.Linear(1, 3);
    return {
      parts: [layer],
      run: (x) =>
        ops.reshape(ops.tanh(layer.forward(ops.reshape(x, [-1, width(shape), 1]))), [-1, 3 * width(shape)]),
    };
  }),
  row("Sequential", (shape) => {
    const [first, last] = [new nn.Linear(width(shape), 6), new nn.Linear(6, 4)];
    return layered(new nn.Sequential(first, new nn.Tanh(), last));
  }),
  row("shared layer", (shape) => {
    const layer = same(shape);
    return layered(layer, (y) => ops.tanh(layer.forward(ops.silu(y))));
  }),
  row("frozen layer", (shape) => {
    const layer = same(shape);
    layer.freeze();
    return layered(layer);
  }),
  row("residual layer", (shape) => layered(same(shape), (y, x) => ops.add(x, ops.gelu(y)))),
  row("gate", (shape) => layered(same(shape), (y, x) => ops.multiply(x, ops.sigmoid(y)))),
  row("used in every other step", (shape) => {
    const layer = same(shape);
    return {
      parts: [layer],
      run: (x, { step }) => (step % 2 === 0 ? ops.add(x, ops.tanh(layer.forward(x))) : x),
    };
  }),
  row("Embedding", (shape, random) => {
    const table = new nn.Embedding(5, width(shape));
    const indices = Array.from({ length: shape[0] as number }, () => random.integer(0, 4));
    return { parts: [table], run: (x) => ops.add(x, table.forward(indices)) };
  }),
  row("Embedding, shape", (shape, random) => {
    const table = new nn.Embedding(3, 2);
    const indices = Int32Array.from({ length: 2 * (shape[0] as number) }, () => random.integer(0, 2));
    const rows = [shape[0] as number, 2];
    return {
      parts: [table],
      run: (x) => ops.concat([x, ops.reshape(table.forward(indices, rows), [-1, 4])], 1),
    };
  }),
  row("matmul, weights per sample", (shape) => {
    const writer = new nn.Linear(CONDITION, 3 * width(shape));
    return {
      parts: [writer],
      run: (x, { condition }) => {
        const weight = ops.reshape(writer.forward(condition), [-1, width(shape), 3]);
        return ops.reshape(ops.matmul(ops.reshape(x, [-1, 1, width(shape)]), weight), [-1, 3]);
      },
    };
  }),
];

const keptSum = (x: Tensor): Tensor => ops.sum(x, { axes: -1, keepDims: true });
const bounded = (x: Tensor): Tensor => ops.tanh(x);

const fromOperations: readonly StageRow[] = [
  row("layer normalization", (shape) => {
    const [gain, shift] = [new Weights([width(shape)]), new Weights([width(shape)])];
    return {
      parts: [gain, shift],
      run: (x) => {
        const centred = ops.subtract(x, ops.mean(x, { axes: -1, keepDims: true }));
        const variance = ops.mean(ops.square(centred), { axes: -1, keepDims: true });
        const normal = ops.divide(centred, ops.sqrt(ops.add(variance, 0.05)));
        return ops.add(ops.multiply(normal, gain.values), shift.values);
      },
    };
  }),
  row("batch normalization", (shape) => {
    const gain = new Weights([width(shape)]);
    return {
      parts: [gain],
      run: (x) => {
        const centred = ops.subtract(x, ops.mean(x, { axes: 0 }));
        const variance = ops.mean(ops.square(centred), { axes: 0 });
        return ops.multiply(ops.divide(centred, ops.sqrt(ops.add(variance, 0.1))), gain.values);
      },
    };
  }),
  row("softmax", () => plain((x) => ops.softmax(x))),
  row("softmax, first axis", () => plain((x) => ops.add(x, ops.softmax(x, 0)))),
  row("sum of exp", () => plain((x) => ops.divide(ops.exp(bounded(x)), keptSum(ops.exp(bounded(x)))))),
  row("log of a sum of exp", () =>
    plain((x) => {
      const largest = ops.max(x, { axes: 1, keepDims: true });
      return ops.subtract(ops.subtract(x, largest), ops.log(keptSum(ops.exp(ops.subtract(x, largest)))));
    }),
  ),
  row("sqrt of squares", () => plain((x) => ops.divide(x, ops.sqrt(ops.add(keptSum(ops.square(x)), 0.5))))),
  row("clamp", () => plain((x) => ops.clamp(x, -0.6, 0.7))),
  row("abs", () => plain((x) => ops.subtract(ops.abs(x), 0.4))),
  row("negate", () => plain((x) => ops.negate(ops.multiply(x, 1.3)))),
  row("concat and slice", (shape) =>
    plain((x) => {
      const half = width(shape) >> 1;
      const [left, right] = [
        ops.slice(x, [undefined, [0, half]]),
        ops.slice(x, [undefined, [half, width(shape)]]),
      ];
      return ops.concat([right, ops.silu(left), ops.multiply(right, 0.5)], 1);
    }),
  ),
  row("gather", (shape, random) => {
    const rolled = Array.from({ length: shape[0] as number }, () =>
      random.integer(0, (shape[0] as number) - 1),
    );
    return plain((x) => ops.add(x, ops.multiply(ops.gather(x, rolled), 0.5)));
  }),
  row("transpose", ([batch = 1]) => {
    const layer = new nn.Linear(batch, batch);
    return {
      parts: [layer],
      run: (x) => ops.add(x, ops.transpose(layer.forward(ops.transpose(x)))),
    };
  }),
  row("cast", () => plain((x) => ops.cast(ops.tanh(ops.cast(x, "float64")), x.dtype))),
  row("stack and split", (shape) =>
    plain((x) => {
      const [first, ...others] = ops.split(x, 1, 1) as [Tensor, ...Tensor[]];
      const turned = ops.concat([...others, first], 1);
      const both = ops.stack([x, ops.reshape(ops.sin(turned), shape)], 1);
      return ops.sum(both, { axis: 1 });
    }),
  ),
  row("powers and waves", () => plain((x) => ops.add(ops.cos(x), ops.pow(ops.add(ops.square(x), 0.5), 0.7)))),
  row("maximum and minimum", () => plain((x) => ops.minimum(ops.maximum(x, -0.55), 0.65))),
  row("less the smallest", () => plain((x) => ops.subtract(x, ops.min(x, { axis: 1, keepDims: true })))),
  row("where", (shape, random) => {
    const chosen = Array.from({ length: width(shape) }, () => (random.chance(0.5) ? 0 : 1));
    return plain((x) => ops.where(tensor(chosen), x, ops.tanh(x)));
  }),
  row("logSoftmax", () => plain((x) => ops.add(x, ops.multiply(ops.logSoftmax(x), 0.5)))),
  row("expand and flip", () =>
    plain((x) => ops.add(ops.flip(x, 1), ops.expand(ops.mean(x, { axis: 0, keepDims: true }), x.shape))),
  ),
  row("layerNorm", (shape) => layered(new nn.LayerNorm(width(shape), { epsilon: 0.05 }))),
  row("scaledDotProductAttention", (shape) => {
    const weight = new Weights([width(shape), 6]);
    return {
      parts: [weight],
      run: (x) => {
        const heads = ops.reshape(ops.einsum("bi,io->bo", x, weight.values), [-1, 3, 2]);
        const seen = ops.scaledDotProductAttention(heads, heads, ops.tanh(heads), { causal: true });
        return ops.reshape(seen, [-1, 6]);
      },
    };
  }),
  row("dropout", () => ({
    run: (x, { step }) => ops.dropout(x, 0.2, new RandomStream({ seed: 3, purpose: "dropout", step })),
  })),
  row("mask", (shape, random) => {
    const kept = Array.from({ length: width(shape) }, () => (random.chance(0.3) ? 0 : 1.25));
    return plain((x) => ops.multiply(x, tensor(kept, { dtype: x.dtype })));
  }),
];

export const rowStages: readonly StageRow[] = [...layers, ...fromOperations];
