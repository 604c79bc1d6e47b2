/** Normalisations, attention, einsum, grid sample, dropout: what is built from sums and products of other operations. */
import { ops, RandomStream, type Tensor } from "../../library.js";
import type { Random } from "../../random.js";
import type { OperationRow } from "./row.js";

const EPSILON = 0.5;

function images(random: Random): number[] {
  // Planes that the kernel takes, and some of more than a chunk of it.
  if (random.chance(0.4)) return [random.integer(1, 2), 2, random.integer(8, 50), random.integer(16, 100)];
  return [random.integer(1, 3), 2 * random.integer(1, 3), random.integer(2, 6), random.integer(1, 6)];
}

const einsum: OperationRow["call"] = ([a, b]) => ops.einsum("bij,jkb->kbi", a as Tensor, b as Tensor);

type Norm = (x: Tensor, one: { readonly axes: readonly number[] }) => Tensor;

/** What is computed is computed in float64 from the same numbers: every entry is judged by its own size. */
function norm(name: string, of: Norm): OperationRow {
  return {
    name,
    inputs: ["a"],
    isSteep: true,
    draw: (random) => ({ a: images(random), axes: [random.integer(1, 3)] }),
    call: ([x], one) => of(x as Tensor, one),
  };
}

export const normalizations: readonly OperationRow[] = [
  norm("layerNorm", (x, { axes }) =>
    ops.layerNorm(x, undefined, undefined, { axes: axes[0] as number, epsilon: EPSILON }),
  ),
  norm("groupNorm", (x) => ops.groupNorm(x, 2, undefined, undefined, { epsilon: EPSILON })),
  norm("instanceNorm", (x) => ops.instanceNorm(x, undefined, undefined, { epsilon: EPSILON })),
  norm("batchNorm", (x) => ops.batchNorm(x, undefined, undefined, { epsilon: EPSILON })),
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
