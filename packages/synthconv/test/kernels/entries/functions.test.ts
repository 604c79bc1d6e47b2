/** Functions of entries on the kernel: how far they are from float64, and what they give beyond their domain. */
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { grad, tidy } from "../../../src/autograd/index.js";
import type { Tensor } from "../../../src/autograd/tensor.js";
import { implementationOf } from "../../../src/core/choices.js";
import { placeResultsFrom } from "../../../src/core/index.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import {
  abs,
  add,
  divide,
  exp,
  gelu,
  log,
  multiply,
  negate,
  pow,
  relu,
  sigmoid,
  silu,
  sqrt,
  square,
  subtract,
  tanh,
} from "../../../src/ops/index.js";

const functions = { abs, exp, gelu, log, negate, relu, sigmoid, silu, sqrt, square, tanh };
const arithmetic = { add, subtract, multiply, divide };
type FunctionName = keyof typeof functions;

type Fn = (x: Tensor) => Tensor;

interface Passed {
  readonly values: ArrayLike<number>;
  readonly gradients: ArrayLike<number>;
}

function passed(fn: Fn, numbers: Float32Array | Float64Array, upstream: ArrayLike<number>): Passed {
  const x = tensor(numbers, { requiresGrad: true });
  const y = fn(x);
  const seed = tensor(numbers.map((_, i) => upstream[i] as number));
  const [gradient] = grad(y, [x], { seed }) as [Tensor];
  return { values: y.data, gradients: gradient.data };
}

const COUNT = 20_000;

/** Numbers of both signs, evenly between the exponents of 2. */
function spread(largest: number, isOfPositive = false): Float32Array {
  const octaves = Math.log2(largest) + 20;
  return Float32Array.from({ length: COUNT }, (_, i) => {
    const size = largest * 2 ** (-(octaves * i) / COUNT);
    return i % 2 === 0 || isOfPositive ? size : -size;
  });
}

const ones = new Float64Array(COUNT).fill(1);

function largestShare(
  actual: ArrayLike<number>,
  exact: ArrayLike<number>,
  terms: (index: number) => number,
): number {
  let largest = 0;
  for (let i = 0; i < exact.length; i++) {
    // Below it float32 has fewer digits.
    if (Math.abs(exact[i] as number) < 2 ** -126) continue;
    const share = Math.abs((actual[i] as number) - (exact[i] as number)) / terms(i);
    largest = Math.max(largest, Number.isNaN(share) ? Number.POSITIVE_INFINITY : share);
  }
  return largest;
}

const share = (x: number): number => 1 / (1 + Math.exp(-x));
const bell = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The bounds of README.md: of the value, and of the gradient, whose terms are its own size where none are given. */
const BOUNDS: readonly {
  readonly name: FunctionName;
  readonly largest: number;
  readonly value: number;
  readonly gradient: number;
  readonly terms?: (x: number, y: number) => number;
}[] = [
  { name: "exp", largest: 87, value: 1.5e-7, gradient: 1.5e-7 },
  { name: "log", largest: 3e38, value: 1.5e-7, gradient: 6e-8 },
  { name: "sigmoid", largest: 80, value: 3e-7, gradient: 4e-7 },
  {
    name: "silu",
    largest: 80,
    value: 4e-7,
    gradient: 5e-7,
    terms: (x) => share(x) + Math.abs(x) * share(x) * share(-x),
  },
  {
    name: "gelu",
    largest: 12.9,
    value: 8e-7,
    gradient: 8e-7,
    terms: (x, y) => y / x + Math.abs(x) * bell(x),
  },
  { name: "tanh", largest: 40, value: 5e-7, gradient: 4e-7 },
];

const backends = availableBackends().filter((backend) => backend !== "reference");

afterEach(() => setBackend(undefined));

describe.each(backends)("functions of entries, %s", (backend) => {
  it.each(BOUNDS)(
    "$name is as near to float64 as is documented",
    ({ name, largest, value, gradient, terms }) => {
      setBackend(backend);
      const numbers = spread(largest, name === "log");
      const exact = passed(functions[name], Float64Array.from(numbers), ones);
      const actual = passed(functions[name], numbers, ones);
      const [y, slope] = [exact.values, exact.gradients];
      expect(largestShare(actual.values, y, (i) => Math.abs(y[i] as number))).toBeLessThan(value);
      const ofGradient = (i: number): number =>
        terms?.(numbers[i] as number, y[i] as number) ?? Math.abs(slope[i] as number);
      expect(largestShare(actual.gradients, slope, ofGradient)).toBeLessThan(gradient);
    },
  );

  const EXACT = ["negate", "abs", "square", "sqrt", "relu"] as const;
  it.each(EXACT)("%s has the bits of the reference, and so has its gradient", (name) => {
    const numbers = spread(3e38).subarray(0, 4999);
    const upstream = spread(1e30).reverse();
    setBackend("reference");
    const expected = passed(functions[name], numbers, upstream);
    setBackend(backend);
    expect(passed(functions[name], numbers, upstream)).toEqual(expected);
  });
});

const SPECIAL = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e-45,
  -1e-45,
  1e-39,
  3e38,
  -3e38,
  89,
  -104,
  20,
  -20,
  100,
];
const UPSTREAM = [1, Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, 1e30, -2];

describe("the numbers behind a run that fills no whole vector", () => {
  // What the call before left in kernel memory, there and where the gradients are read.
  const left = [1, 1e30, Number.NaN, -Infinity];

  it.each(Object.keys(functions) as FunctionName[])("decide nothing about the bits of %s", (name) => {
    setBackend("plain");
    const numbers = Float32Array.from({ length: 66 }, (_, i) => 0.3 + i / 64);
    const bits = left.map((value) => {
      const before = new Float32Array(4096).fill(value);
      passed(functions[name], before, before);
      const { values, gradients } = passed(functions[name], numbers, numbers);
      return [Array.from(values), Array.from(gradients)];
    });
    for (const one of bits) expect(one).toEqual(bits[0]);
  });

  it("decide nothing about the bits of powers", () => {
    setBackend("plain");
    const numbers = Float32Array.from({ length: 66 }, (_, i) => 0.3 + i / 64);
    const bits = left.map((value) => {
      const before = new Float32Array(4096).fill(value);
      passed((x) => pow(x, x), before, before);
      const { values, gradients } = passed((x) => pow(x, 1.7), numbers, numbers);
      return [Array.from(values), Array.from(gradients)];
    });
    for (const one of bits) expect(one).toEqual(bits[0]);
  });
});

describe("results of a step, read and written in place", () => {
  const inStep = <Result>(body: () => Result): Result => {
    placeResultsFrom(0);
    try {
      return tidy(body);
    } finally {
      placeResultsFrom();
    }
  };
  // Around blocks, vectors, the chunks that are copied and those that are not; some numbers are beyond every domain.
  const lengths = [64, 127, 4096, 4099, 16_384, 16_450, 33_001];
  const drawn = (length: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => (i % 977 === 976 ? 3e38 : Math.sin(i * i) * 9));

  it.each(Object.keys(functions) as FunctionName[])("have the bits of copies: %s", (name) => {
    setBackend("plain");
    for (const length of lengths) {
      const [numbers, upstream] = [drawn(length), drawn(length).reverse()];
      const expected = passed(functions[name], numbers, upstream);
      inStep(() => {
        const x = tensor(numbers, { requiresGrad: true });
        const y = functions[name](multiply(x, 1));
        const [gradient] = grad(y, [x], { seed: multiply(tensor(upstream), 1) }) as [Tensor];
        expect(y.data).toEqual(Float32Array.from(expected.values));
        expect(gradient.data).toEqual(Float32Array.from(expected.gradients));
      });
    }
  });

  it.each(["add", "subtract", "multiply", "divide"] as const)("have the bits of copies: %s", (name) => {
    setBackend("plain");
    for (const length of lengths) {
      const [a, b] = [tensor(drawn(length)), tensor(drawn(length).reverse())];
      const expected = [a, tensor(3)].map((one) => arithmetic[name](one, b).data);
      inStep(() => {
        const placed = multiply(b, 1);
        expect([multiply(a, 1), tensor(3)].map((one) => arithmetic[name](one, placed).data)).toEqual(
          expected,
        );
      });
    }
  });
});

describe("beyond the domain of the kernel", () => {
  const names = [
    "negate",
    "exp",
    "log",
    "sqrt",
    "abs",
    "square",
    "relu",
    "silu",
    "gelu",
    "tanh",
    "sigmoid",
  ] as const;
  it.each(names)("%s gives what the reference gives, among numbers that are within", (name) => {
    // Each special number beside each gradient, in blocks of 64 and in their middle.
    const length = 2 * 64 * SPECIAL.length;
    const numbers = Float32Array.from({ length }, (_, i) =>
      i % 7 === 3 ? (SPECIAL[Math.floor(i / 7) % SPECIAL.length] as number) : 0.5 + i / length,
    );
    const upstream = Float32Array.from({ length }, (_, i) => UPSTREAM[i % UPSTREAM.length] as number);
    setBackend("reference");
    const expected = passed(functions[name], numbers, upstream);
    setBackend("plain");
    const actual = passed(functions[name], numbers, upstream);
    for (const part of ["values", "gradients"] as const) {
      for (let i = 0; i < length; i++) {
        const [a, e] = [actual[part][i] as number, expected[part][i] as number];
        const isSame = Object.is(a + 0, e + 0) || Math.abs(a - e) <= 1e-6 * Math.abs(e) + 3e-45;
        expect(isSame, `${part} at ${numbers[i]}, upstream ${upstream[i]}: ${a} for ${e}`).toBe(true);
      }
    }
  });
});

describe("the four vectors that go through the kernel together", () => {
  const CURVED = ["exp", "log", "silu", "gelu", "tanh", "sigmoid"] as const;
  // Whole turns of 16 numbers, and what is left of them: nothing, one to three vectors.
  const COUNTS = [64, 68, 76, 80, 120, 4096 + 76];

  it.each(CURVED)("%s is the same wherever a number lies, and so is its gradient", (name) => {
    setBackend("plain");
    for (const count of COUNTS) {
      const numbers = Float32Array.from({ length: count }, (_, i) => 0.1 + (3 * ((7 * i) % count)) / count);
      const upstream = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
      const all = passed(functions[name], numbers, upstream);
      for (const at of [0, 5, 10, 15, 16, count - 17, count - 1]) {
        const alike = passed(
          functions[name],
          new Float32Array(64).fill(numbers[at] as number),
          new Float32Array(64).fill(upstream[at] as number),
        );
        const place = `${count} numbers, number ${at}`;
        expect(all.values[at], place).toBe(alike.values[0]);
        expect(all.gradients[at], place).toBe(alike.gradients[0]);
      }
    }
  });

  it.each(CURVED)("a single number beyond the domain of %s is noticed wherever it lies", (name) => {
    const beyond = name === "log" ? -1 : 89;
    for (let at = 0; at < 75; at++) {
      const numbers = new Float32Array(75).fill(0.5);
      const upstream = new Float32Array(75).fill(1);
      numbers[at] = beyond;
      upstream[(at + 31) % 75] = Infinity;
      setBackend("reference");
      const expected = passed(functions[name], numbers.slice(), upstream);
      setBackend("plain");
      const actual = passed(functions[name], numbers.slice(), upstream);
      for (const place of [at, (at + 31) % 75]) {
        expect(actual.values[place], `value ${place}`).toBe(expected.values[place]);
        expect(actual.gradients[place], `gradient ${place}`).toBe(expected.gradients[place]);
      }
    }
  });
});

describe("what runs on the kernel", () => {
  const ran = (x: Tensor): string | undefined =>
    implementationOf("function of entries", () => {
      gelu(x);
    });

  it("is float32 of 64 numbers and more, where there is one", () => {
    setBackend("plain");
    expect(ran(tensor(new Float32Array(64)))).toBe("wasm");
    expect(ran(tensor(new Float32Array(63)))).toBe("reference");
    expect(ran(tensor(new Float64Array(64)))).toBe("reference");
    setBackend("reference");
    expect(ran(tensor(new Float32Array(64)))).toBe("reference");
  });
});

describe("arithmetic of entries", () => {
  const numbers = spread(1e19).subarray(0, 9001);
  const others = spread(1e19).reverse().subarray(0, 9001);
  const names = ["add", "subtract", "multiply", "divide"] as const;

  it.each(names)("%s has the bits of the reference, of arrays, rows and numbers", (name) => {
    const a = tensor(numbers, { requiresGrad: true });
    const b = tensor(others, { requiresGrad: true });
    const row = tensor(others.subarray(0, 1000), { shape: [1000], requiresGrad: true });
    const rows = tensor(numbers.subarray(0, 9000), { shape: [9, 1000], requiresGrad: true });
    const column = tensor(others.subarray(0, 9), { shape: [9, 1], requiresGrad: true });
    const results = (): ArrayLike<number>[] =>
      [[a, b] as const, [rows, row] as const, [column, rows] as const, [rows, column] as const].flatMap(
        ([x, y]) => {
          const z = arithmetic[name](x, y);
          const seed = tensor(
            Float32Array.from(z.data, (_, i) => (numbers[i] as number) / 1e10),
            {
              shape: z.shape,
            },
          );
          return [z.data, ...grad(z, [x, y], { seed }).map(({ data }) => data)];
        },
      );
    setBackend("reference");
    const expected = results();
    setBackend("plain");
    expect(results()).toEqual(expected);
    expect(implementationOf("arithmetic of entries", results)).toBe("wasm");
  });
});
