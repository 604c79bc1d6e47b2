/** Normalisations, attention, einsum, grid sample, dropout: what is built from sums and products of other operations. */
import { ops, RandomStream, type Tensor, tensor } from "../../library.js";
import type { Random } from "../../random.js";
import type { OperationRow } from "./row.js";

const EPSILON = 0.5;

function images(random: Random): number[] {
  // Planes that the kernel takes, and some of more than a chunk of it.
  if (random.chance(0.4)) return [random.integer(1, 2), 2, random.integer(8, 50), random.integer(16, 100)];
  return [random.integer(1, 3), 2 * random.integer(1, 3), random.integer(2, 6), random.integer(1, 6)];
}

const einsum: OperationRow["call"] = ([a, b]) => ops.einsum("bij,jkb->kbi", a as Tensor, b as Tensor);

type Norm = (
  x: Tensor,
  one: { readonly axes: readonly number[] },
  gains: (...own: readonly number[]) => [weight?: Tensor, bias?: Tensor],
) => Tensor;

/**
 * None, a set that all samples share, or one for each. Gains are powers of two and offsets 0, so that they round nothing: every
 * entry is judged by its own size.
 */
function gainsFor(x: Tensor, kind: number, own: readonly number[]): [weight?: Tensor, bias?: Tensor] {
  if (kind === 0) return [];
  const shape = kind === 1 ? own : [x.shape[0] as number, ...own];
  const size = shape.reduce((product, one) => product * one, 1);
  const powers = Float64Array.from(
    { length: size },
    (_, at) => (at % 3 === 0 ? -1 : 1) * 2 ** ((at % 5) - 2),
  );
  const { dtype } = x;
  return [tensor(powers, { shape, dtype }), tensor(new Float64Array(size), { shape, dtype })];
}

/** What is computed is computed in float64 from the same numbers: every entry is judged by its own size. */
function norm(name: string, of: Norm): OperationRow {
  return {
    name,
    inputs: ["a"],
    isSteep: true,
    draw: (random) => ({ a: images(random), axes: [random.integer(1, 3), random.integer(0, 2)] }),
    call: ([x], one) => of(x as Tensor, one, (...own) => gainsFor(x as Tensor, one.axes[1] as number, own)),
  };
}

export const normalizations: readonly OperationRow[] = [
  norm("layerNorm", (x, { axes: [count] }, gains) => {
    const [weight, bias] = gains(...x.shape.slice(-(count as number)));
    return ops.layerNorm(x, weight, bias, { axes: count as number, epsilon: EPSILON });
  }),
  norm("groupNorm", (x, _, gains) => {
    const [weight, bias] = gains(x.shape[1] as number);
    return ops.groupNorm(x, 2, weight, bias, { epsilon: EPSILON });
  }),
  norm("instanceNorm", (x, _, gains) => {
    const [weight, bias] = gains(x.shape[1] as number);
    return ops.instanceNorm(x, weight, bias, { epsilon: EPSILON });
  }),
  norm("batchNorm", (x, _, gains) => {
    const [weight, bias] = gains(x.shape[1] as number);
    return ops.batchNorm(x, weight, bias, { epsilon: EPSILON });
  }),
  {
    name: "einsum",
    inputs: ["a", "b"],
    draw: (random) => {
      const [batch, rows, inner, columns] = [
        random.integer(1, 3),
        random.axis(9),
        random.axis(9),
        random.axis(9),
      ];
      return { a: [batch, rows, inner], b: [inner, columns, batch] };
    },
    call: einsum,
    ofSizes: einsum,
  },
  {
    name: "dropout",
    inputs: ["a"],
    draw: (random) => ({ a: images(random), axes: [random.integer(0, 9)] }),
    call: ([x], { axes, seed }) =>
      ops.dropout(x as Tensor, (axes[0] as number) / 10, new RandomStream({ seed, purpose: "dropout" })),
  },
];
