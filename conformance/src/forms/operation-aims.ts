/** What free draws of operations seldom reach: ways of the kernels of entries, runs and small products. */
import type { Aim } from "../case.js";
import type { Random } from "../random.js";
import type { OperationCase, Part } from "./operations/row.js";

interface DrawnAim {
  readonly name: string;
  readonly operation: string;
  readonly draw: (random: Random) => Part;
}

const AIMS: readonly DrawnAim[] = [
  aimAt("matrices together", "matmul", (random) => {
    const [count, rows, inner, columns] = [4, 1, 1, 1].map((least) => random.integer(least, 9));
    return { a: [count, rows, inner] as number[], b: [count, inner, columns] as number[] };
  }),
  aimAt("short rows", "add", (random) => {
    const [outer, between, inner] = [random.integer(2, 5), random.integer(5, 9), random.integer(7, 40)];
    return { a: [outer, between, inner], b: [outer, 1, inner] };
  }),
  aimAt("entries beyond the domain", "silu", (random) => ({
    a: [random.integer(64, 300)],
    values: "on an offset",
  })),
  // Bases of either sign, so that some exponents are the kernel's and some are not.
  aimAt("powers of long rows", "pow", (random) => ({
    a: [random.integer(64, 300)],
    b: random.chance(0.5) ? [] : [1],
  })),
  aimAt("small matrices", "transpose", (random) => ({
    a: [random.integer(1, 3), random.integer(8, 30), random.integer(8, 30)],
    axes: [0, 2, 1],
    flag: false,
  })),
  aimAt("matrices at once", "transpose", (random) => ({
    a: [random.integer(1, 3), random.integer(32, 60), random.integer(32, 60)],
    axes: [0, 2, 1],
    flag: false,
  })),
  aimAt("matrices in parts", "transpose", (random) => ({
    a: random.chance(0.5)
      ? [random.integer(513, 700), random.integer(8, 25)]
      : [random.integer(8, 25), random.integer(513, 700)],
    axes: [1, 0],
    flag: false,
  })),
  // The first of the axes is the mode, the others are the sides.
  aimAt("borders of images", "pad", (random) => ({
    a: [random.integer(1, 2), random.integer(2, 3), random.integer(24, 40), random.integer(30, 45)],
    axes: [random.integer(0, 3), ...Array.from({ length: 4 }, () => random.integer(0, 4))],
  })),
  ...["resize", "resize, bicubic", "resize, nearest"].map((operation) =>
    aimAt(`${operation}: images that pay`, operation, (random) => ({
      a: [random.integer(1, 2), random.integer(1, 2), random.integer(8, 20), random.integer(16, 24)],
      axes: [random.integer(16, 30), random.integer(16, 30)],
    })),
  ),
  // Several of them are lines.
  aimAt("the largest of a long run", "max", (random) => ({ a: [random.integer(256, 5000)], axes: [0] })),
  aimAt("the sum of a long run", "sum", (random) => ({ a: [random.integer(256, 5000)], axes: [0] })),
  // From some hundred numbers on the kernel takes all lines at once.
  ...["max", "sum"].map((operation) =>
    aimAt(`${operation} of lines`, operation, (random) => ({
      a: [random.integer(2, 9), random.integer(2, 9), random.integer(64, 200)],
      axes: [2],
    })),
  ),
  // Around the 32 columns below which numbers are added one by one.
  aimAt("rows added column by column", "sum", (random) => ({
    a: [random.integer(2, 40), random.integer(32, 300)],
    axes: [0],
  })),
  aimAt("softmax over channels", "softmax", (random) => ({
    a: [random.integer(1, 2), random.integer(1, 9), random.integer(16, 60)],
    axes: [1],
  })),
  aimAt("softmax beyond the domain", "logSoftmax", (random) => ({
    a: [random.integer(2, 9), random.integer(32, 90)],
    axes: [-1],
    spoiler: "NaN",
  })),
  // The second number of the axes: gains that all samples share, or a set for each.
  aimAt("lines with gains", "layerNorm", (random) => ({
    a: [random.integer(1, 3), random.integer(1, 5), random.integer(64, 300)],
    axes: [1, random.integer(1, 2)],
  })),
  aimAt("long lines with gains", "layerNorm", (random) => ({
    a: [random.integer(1, 2), random.integer(4097, 6000)],
    axes: [1, 1],
  })),
  aimAt("runs with gains", "groupNorm", (random) => ({
    a: [random.integer(1, 3), 4, random.integer(8, 20), random.integer(8, 20)],
    axes: [1, random.integer(1, 2)],
  })),
];

function aimAt(name: string, operation: string, draw: (random: Random) => Part): DrawnAim {
  return { name, operation, draw };
}

/** @param drawCall draws a call of an operation, of which the aim changes a part. */
export function kernelAims(
  drawCall: (random: Random, operation: string) => OperationCase,
): Aim<OperationCase>[] {
  return AIMS.map(({ name, operation, draw }) => ({
    name,
    draw: (random) => ({ ...drawCall(random, operation), ...draw(random) }),
  }));
}
