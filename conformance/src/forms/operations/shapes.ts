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
  {
    name: "expand",
    inputs: ["a"],
    draw: (random) => {
      const target = shapeOf(random);
      const kept = target.slice(random.integer(0, target.length));
      return { a: kept.map((side) => (random.chance(0.3) ? 1 : side)), axes: target };
    },
    call: ([x], { axes }) => ops.expand(x as Tensor, axes),
    ofSizes: ([x], { axes }) => ops.expand(x as Tensor, axes),
  },
  {
    name: "squeeze",
    inputs: ["a"],
    draw: (random) => ({
      a: shapeOf(random).map((side) => (random.chance(0.5) ? 1 : side)),
      flag: random.chance(0.5),
    }),
    call: ([x], { a, flag }) =>
      flag
        ? ops.squeeze(x as Tensor)
        : ops.squeeze(
            x as Tensor,
            [...a.keys()].filter((axis) => a[axis] === 1),
          ),
  },
  {
    name: "stack",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const a = shapeOf(random, random.integer(0, MOST_AXES - 1));
      return { a, b: a, c: a, axes: [random.integer(-a.length - 1, a.length)] };
    },
    call: (inputs, { axes }) => ops.stack(inputs, axes[0]),
  },
  {
    name: "split",
    inputs: ["a"],
    draw: (random) => {
      const a = shapeOf(random, random.integer(1, MOST_AXES)).map((side) => Math.max(1, side));
      const axis = random.integer(0, a.length - 1);
      return { a, axes: [axis, random.integer(1, a[axis] as number)] };
    },
    // Put together again in the opposite order.
    call: ([x], { axes: [axis, size] }) =>
      ops.concat(ops.split(x as Tensor, size as number, axis).reverse(), axis),
  },
  {
    name: "flip",
    inputs: ["a"],
    draw: (random) => {
      const a = shapeOf(random);
      return { a, axes: [...a.keys()].filter(() => random.chance(0.5)) };
    },
    call: ([x], { axes }) => ops.flip(x as Tensor, axes),
  },
  ...(["pixelShuffle", "pixelUnshuffle"] as const).map((name): OperationRow => {
    return {
      name,
      inputs: ["a"],
      draw: (random) => {
        const factor = random.integer(1, 4);
        const [batch, channels] = [random.integer(0, 2), random.integer(1, 3)];
        const [height, width] = [random.axis(9), random.axis(9)];
        const isShuffle = name === "pixelShuffle";
        const a = isShuffle
          ? [batch, channels * factor ** 2, height, width]
          : [batch, channels, height * factor, width * factor];
        return { a, axes: [factor] };
      },
      call: ([x], { axes }) => ops[name](x as Tensor, axes[0] as number),
    };
  }),
];
