/** Products of matrices: either factor transposed, added to zeros or to numbers. */
import type { Aim, Case, Exact, Form, Outputs, Place, Threads } from "../case.js";
import { addProduct, allocateSums } from "../library.js";
import type { Random } from "../random.js";
import { absolute, type FamilyName, inFloat64, mayCancel, type Spoiler, spoil, valuesOf } from "../values.js";
import { drawFamilies, drawSpoiler } from "./draws.js";

export type Product = {
  readonly form: "product";
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly transposed: "neither" | "a" | "b";
  /** What the result holds before. */
  readonly result: "zeros" | "numbers";
  /** Products that come together in an entry: sums of several are float64. */
  readonly productsPerEntry: number;
  readonly values: FamilyName;
  readonly weight: FamilyName;
  readonly spoiler: Spoiler;
  readonly spoilt: "a" | "b";
  /** float64 runs in plain loops. */
  readonly numbers: "float32" | "float64";
  readonly threads: Threads;
  readonly seed: number;
};

const MAX_WORK = 2e7;

const simplest: Product = {
  form: "product",
  rows: 1,
  columns: 1,
  inner: 1,
  transposed: "neither",
  result: "zeros",
  productsPerEntry: 1,
  values: "whole numbers",
  weight: "whole numbers",
  spoiler: "none",
  spoilt: "a",
  numbers: "float32",
  threads: "one",
  seed: 0,
};

type Part = Partial<Product>;

function aim(name: string, draw: (random: Random) => Part): Aim<Product> {
  return { name, draw: (random) => ({ ...simplest, ...drawOptions(random), ...draw(random) }) };
}

const few = (random: Random): number => random.integer(1, 9);

export const productForm: Form<Product> = {
  name: "product",
  share: 30,
  simplest,
  draw: (random) => {
    // On both sides of what pays on the kernel.
    const work = 2 ** (8 + 8 * random.uniform());
    const inner = random.chance(0.05) ? 0 : random.axis(work);
    const rows = random.chance(0.03) ? 0 : random.axis(work / Math.max(1, inner));
    const columns = Math.max(1, Math.round(work / Math.max(1, inner) / Math.max(1, rows)));
    const [a, b] = random.chance(0.5) ? [rows, columns] : [columns, rows];
    const numbers = random.chance(0.9) ? "float32" : "float64";
    return { ...simplest, ...drawOptions(random), rows: a, columns: b, inner, numbers };
  },
  aims: [
    aim("several tiles of rows", (random) => ({
      rows: 256 * random.integer(1, 2) + random.integer(1, 9),
      columns: few(random),
      inner: random.integer(3, 20),
    })),
    aim("several tiles of columns", (random) => ({
      rows: few(random),
      columns: 512 * random.integer(1, 2) + random.integer(1, 9),
      inner: random.integer(3, 20),
    })),
    aim("several tiles of the sum", (random) => ({
      rows: few(random),
      columns: few(random),
      inner: 1024 * random.integer(1, 3) + random.integer(1, 130),
    })),
    aim("several folds", (random) => ({
      rows: few(random),
      columns: few(random),
      inner: 4096 * random.integer(1, 3) + random.integer(1, 130),
    })),
    aim("threads", (random) => {
      const sides = [random.integer(130, 520), random.integer(100, 250)] as const;
      const [rows, columns] = random.chance(0.5) ? sides : [sides[1], sides[0]];
      const inner = Math.ceil(6e6 / rows / columns);
      const numbers = { values: "one sign", weight: "mostly positive", spoiler: "none" } as const;
      return { rows, columns, inner, threads: "shared memory", productsPerEntry: 1, ...numbers };
    }),
  ],
  isValid: ({ rows, columns, inner }) => rows * columns * Math.max(1, inner) <= MAX_WORK,
  prepare,
};

function drawOptions(random: Random) {
  return {
    transposed: random.pick(["neither", "a", "b"] as const),
    result: random.pick(["zeros", "numbers"] as const),
    productsPerEntry: random.chance(0.5) ? 1 : 2,
    ...drawFamilies(random),
    spoiler: drawSpoiler(random),
    spoilt: random.pick(["a", "b"] as const),
    seed: random.bits(),
  };
}

function prepare(one: Product): Case {
  const { rows, columns, inner, transposed, result, productsPerEntry, spoiler, spoilt, seed } = one;
  const size = { rows, columns, inner };
  const [lineA, lineB] = [transposed === "a" ? rows : inner, transposed === "b" ? inner : columns];
  const draw = (family: FamilyName, name: "a" | "b", length: number, line: number): Float32Array => {
    const values = valuesOf(family, seed, name, length, line);
    return name === spoilt ? spoil(values, spoiler, seed) : values;
  };
  const a = draw(one.values, "a", rows * inner, lineA);
  const b = draw(one.weight, "b", inner * columns, lineB);
  const before = valuesOf("both signs", seed, "before", rows * columns);
  const as = one.numbers === "float64" ? inFloat64 : (values: Float32Array) => values;
  const run = (place: Place): Outputs => {
    const out = place(allocateSums(rows * columns, size, as(a), productsPerEntry));
    if (result === "numbers") out.set(as(before));
    const factors = { a: place(as(a)), b: place(as(b)), out };
    const options = { ...(transposed !== "neither" && { transposed }), isFresh: result === "zeros" };
    addProduct({ ...size, ...factors, ...options });
    return { output: out };
  };
  return {
    isEngineBound: spoiler !== "none",
    isHeavy: rows * columns * inner > 2e6,
    run,
    exact: () => byDefinition(one, inFloat64(a), inFloat64(b), inFloat64(before)),
    terms: mayCancel(one.values, one.weight)
      ? () => byDefinition(one, absolute(a), absolute(b), absolute(before))
      : undefined,
  };
}

/** Nothing of it is the library's, which would be wrong in the same way. */
function byDefinition(
  { rows, columns, inner, transposed, result }: Product,
  a: Float64Array,
  b: Float64Array,
  before: Float64Array,
): Exact {
  const [rowStep, stepOfA] = transposed === "a" ? [1, rows] : [inner, 1];
  const [columnStep, stepOfB] = transposed === "b" ? [inner, 1] : [1, columns];
  const output = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = result === "numbers" ? (before[row * columns + column] as number) : 0;
      let [fromA, fromB] = [row * rowStep, column * columnStep];
      for (let k = 0; k < inner; k++, fromA += stepOfA, fromB += stepOfB) {
        sum += (a[fromA] as number) * (b[fromB] as number);
      }
      output[row * columns + column] = sum;
    }
  }
  return { output };
}
