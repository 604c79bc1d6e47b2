/** Operations that move entries and compute nothing. */
import { ops, type Tensor } from "../../library.js";
import type { Random } from "../../random.js";
import { MOST_AXES, type OperationRow, shapeOf } from "./row.js";

function shuffled(random: Random, count: number): number[] {
  const left = [...Array(count).keys()];
  return Array.from({ length: count }, () => left.splice(random.integer(0, left.length - 1), 1)[0] as number);
}

export const moving: readonly OperationRow[] = [
  {
    name: "reshape",
    inputs: ["a"],
    draw: (random) => ({ a: shapeOf(random).map((side) => Math.max(1, side)), axes: [random.integer(0, 2)] }),
    call: ([x], { a, axes }) => {
      const size = a.reduce((product, side) => product * side, 1);
      return ops.reshape(x as Tensor, axes[0] === 0 ? [-1] : axes[0] === 1 ? [1, size, 1] : [...a, 1, -1]);
    },
  },
  {
    name: "transpose",
    inputs: ["a"],
    draw: (random) => {
      const a = shapeOf(random);
      return { a, axes: shuffled(random, a.length), flag: random.chance(0.2) };
    },
    call: ([x], { axes, flag }) => (flag ? ops.transpose(x as Tensor) : ops.transpose(x as Tensor, axes)),
  },
  {
    name: "concat",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const a = shapeOf(random, random.integer(1, MOST_AXES));
      const axis = random.integer(0, a.length - 1);
      const other = (): number[] => a.with(axis, random.axis(9));
      return { a, b: other(), c: other(), axes: [axis] };
    },
    call: (inputs, { axes }) => ops.concat(inputs, axes[0]),
  },
  {
    name: "slice",
    inputs: ["a"],
    draw: (random) => {
      const a = shapeOf(random, random.integer(1, MOST_AXES));
      const ranges = a.flatMap((side) => {
        const start = random.integer(0, side);
        const end = random.integer(start, side);
        // From the end, where that is another number.
        return random.chance(0.3) && start < side ? [start - side, end] : [start, end];
      });
      return { a, axes: ranges };
    },
    call: ([x], { a, axes }) =>
      ops.slice(
        x as Tensor,
        a.map((_, axis) => [axes[2 * axis] as number, axes[2 * axis + 1] as number] as const),
      ),
  },
  {
    name: "gather",
    inputs: ["a"],
    draw: (random) => {
      const a = shapeOf(random, random.integer(1, 3)).with(0, random.axis(30));
      const rows = random.integer(0, 40);
      return { a, axes: Array.from({ length: rows }, () => random.integer(0, (a[0] as number) - 1)) };
    },
    call: ([table], { axes }) => ops.gather(table as Tensor, axes),
    ofSizes: ([table], { axes }) => ops.gather(table as Tensor, axes),
  },
];
