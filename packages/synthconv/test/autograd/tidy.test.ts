import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkpoint,
  grad,
  hessianVectorProduct,
  ones,
  Parameter,
  record,
  type Tensor,
  tensor,
  tidy,
} from "../../src/autograd/index.js";
import { freeBytes } from "../../src/core/arena.js";
import { type FloatArray, placeResultsFrom, RandomStream, shareLargeArrays } from "../../src/core/index.js";
import { diagnose } from "../../src/doctor/index.js";
import { Linear, Sequential } from "../../src/nn/index.js";
import * as ops from "../../src/ops/index.js";
import { Adam, clipGradientNorm, mse } from "../../src/train/index.js";

// 20 KB: more than the least that is used again.
const SHAPE = [50, 100];
const SIZE = 5000;

function drawn(purpose: string, seed: number): Tensor {
  const random = new RandomStream({ seed, purpose });
  return tensor(
    Float32Array.from({ length: SIZE }, () => random.normal()),
    { shape: SHAPE },
  );
}

/** Takes all memory that waits for its next use, and leaves NaN in it. */
function poison(): void {
  tidy(() => {
    const held = Array.from({ length: 48 }, () => ops.multiply(ones(SHAPE), Number.NaN));
    expect(held.every(({ data }) => data.every(Number.isNaN))).toBe(true);
  });
}

/** As text: comparing arrays entry by entry takes seconds. */
const bits = ({ data }: Tensor): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

const memoryOf = ({ data }: Tensor): ArrayBufferLike => data.buffer;

const isRefused = (held: Tensor): boolean => {
  try {
    return held.data.length < 0;
  } catch (error) {
    expect(String(error)).toMatch(/made inside a tidy that has ended/);
    return true;
  }
};

type Step = (x: Tensor, y: Tensor) => Tensor;

/** Every way in which a tensor comes to lie over memory: fresh, passed on, shared, computed again. */
const STEPS: readonly Step[] = [
  ops.add,
  ops.multiply,
  (x) => ops.tanh(x),
  (x) => ops.relu(x),
  (x) => ops.softmax(x),
  (x) => ops.layerNorm(x),
  (x) => ops.reshape(ops.reshape(x, [SIZE]), SHAPE),
  (x) => ops.transpose(ops.transpose(x)),
  (x, y) => ops.add(x, y.detach()),
  (x, y) => checkpoint((a, b) => ops.multiply(ops.sigmoid(a), b), [x, y]),
  (x, y) => ops.slice(ops.concat([x, y], 1), [undefined, [50, 150]]),
  (x, y) => ops.where(ops.greater(x, 0), x, y),
  (x, y) => ops.matmul(x, ops.matmul(ops.transpose(x), y)),
  (x, y) =>
    record({
      operation: "own",
      inputs: [x, y],
      shape: SHAPE,
      data: y.data,
      writes: y.writes,
      backward: (upstream) => [upstream, upstream],
    }),
];

interface Program {
  readonly leaves: readonly Parameter[];
  /** Hands every result over, and says which of them, by their numbers, are to be returned. */
  readonly run: (hold: (one: Tensor) => void) => (index: number) => boolean;
}

/** Draws a network of ten operations, a backward pass and gradients as values, and what of it is returned. */
function programOf(seed: number): Program {
  const random = new RandomStream({ seed, purpose: "tidy" });
  const pick = (count: number): number => Math.floor(random.uniform() * count);
  const leaves = [new Parameter(drawn("a", seed)), new Parameter(drawn("b", seed))];
  const steps = Array.from(
    { length: 10 },
    (_, at) => [pick(STEPS.length), pick(at + 2), pick(at + 2)] as const,
  );
  const isReturned = Array.from({ length: 16 }, () => random.uniform() < 0.3);
  return {
    leaves,
    run: (hold) => {
      const made: Tensor[] = [...leaves];
      for (const [step, x, y] of steps)
        made.push((STEPS[step] as Step)(made[x] as Tensor, made[y] as Tensor));
      const loss = ops.mean(ops.square(made.slice(2).reduce((sum, one) => ops.add(sum, one))));
      loss.backward();
      const first = grad(loss, [made[2] as Tensor, ...leaves], { allowUnused: true });
      const results = [...made.slice(2), loss, loss.detach(), ...first.filter((one) => one !== undefined)];
      for (const one of results) hold(one);
      return (index) => isReturned[index % 16] === true;
    },
  };
}

/** Where results lie: all in ordinary memory, or all in that of kernels. */
const MEMORIES = [
  ["ordinary memory", Number.POSITIVE_INFINITY],
  ["the memory of kernels", 0],
] as const;

describe.each(MEMORIES)("tidy, results in %s", (_, leastBytes) => {
  beforeEach(() => placeResultsFrom(leastBytes));
  afterEach(() => placeResultsFrom());

  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    "program %i, whose numbers nobody reads inside: returned tensors and gradients have theirs, all else is refused",
    (seed) => {
      const numbers: string[] = [];
      const expected = programOf(seed);
      expected.run((one) => numbers.push(bits(one)));

      const { leaves, run } = programOf(seed);
      const held: Tensor[] = [];
      const returned = tidy(() => {
        const isReturned = run((one) => held.push(one));
        return held.filter((_, at) => isReturned(at));
      });
      poison();

      const gradients = leaves.flatMap(({ grad }) => grad ?? []);
      const kept = new Set([...returned, ...leaves, ...gradients].map(memoryOf));
      held.forEach((one, at) => {
        if (isRefused(one)) expect(returned.includes(one)).toBe(false);
        else {
          expect(kept.has(one.data.buffer)).toBe(true);
          expect(bits(one)).toBe(numbers[at]);
        }
      });
      expect(returned.some(isRefused)).toBe(false);
      expect(gradients.map(bits)).toEqual(expected.leaves.flatMap(({ grad }) => grad ?? []).map(bits));
    },
  );

  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    "program %i: what is returned and the gradients at leaves stay, all else is refused, and nobody sees other numbers",
    (seed) => {
      const expected = programOf(seed);
      const numbers: string[] = [];
      expected.run((one) => numbers.push(bits(one)));

      poison();
      const { leaves, run } = programOf(seed);
      const held: { one: Tensor; data: FloatArray; part: FloatArray; isLarge: boolean }[] = [];
      const returned = tidy(() => {
        const isReturned = run((one) => {
          held.push({ one, data: one.data, part: one.data.subarray(1, 9), isLarge: one.size === SIZE });
        });
        const list = held.filter((_, at) => isReturned(at)).map(({ one }) => one);
        return { deep: new Map([["list", [list]]]) };
      }).deep.get("list")?.[0] as Tensor[];
      poison();

      const gradients = leaves.flatMap(({ grad }) => grad ?? []);
      const kept = new Set([...returned, ...leaves, ...gradients].map(memoryOf));
      held.forEach(({ one, data, part, isLarge }, at) => {
        expect(isRefused(one)).toBe(!kept.has(data.buffer));
        if (kept.has(data.buffer)) expect(bits(one)).toBe(numbers[at]);
        else if (isLarge) expect([data.length, part.length]).toEqual([0, 0]);
      });
      expect(gradients.map(bits)).toEqual(expected.leaves.flatMap(({ grad }) => grad ?? []).map(bits));
      expect(gradients.length).toBeGreaterThan(0);
    },
  );

  it("computes the same bits in used memory, step after step, with clipping, an optimizer and second derivatives", () => {
    const train = (around: (step: () => void) => void): string[] => {
      const [network, target] = [
        new Sequential(new Linear(100, 60), new Linear(60, 100)),
        drawn("target", 1),
      ];
      network.initialize({ seed: 3 });
      const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
      for (let step = 0; step < 4; step++) {
        around(() => {
          optimizer.zeroGrad();
          const output = network.forward(ops.tanh(drawn("input", step)));
          const loss = mse(ops.layerNorm(output), target);
          const [slope] = grad(loss, [network.parameters()[0] as Parameter], { createGraph: true });
          ops.add(loss, ops.sum(ops.square(slope as Tensor))).backward();
          clipGradientNorm(network.parameters(), 1e-3);
          optimizer.step();
        });
        // What a program reads after its step is there.
        poison();
        expect(network.parameters().every((parameter) => parameter.grad?.data.every(Number.isFinite))).toBe(
          true,
        );
      }
      return network.parameters().flatMap((parameter) => [bits(parameter), bits(parameter.grad as Tensor)]);
    };
    expect(train((step) => tidy(step))).toEqual(train((step) => step()));
  });

  it("adds to gradients that an earlier body left", () => {
    const inBodies = new Parameter(drawn("p", 1));
    const outside = new Parameter(drawn("p", 1));
    for (let pass = 0; pass < 4; pass++) {
      const backward = (leaf: Parameter): void => ops.sum(ops.multiply(leaf, drawn("x", pass))).backward();
      tidy(() => backward(inBodies));
      poison();
      backward(outside);
    }
    expect(bits(inBodies.grad as Tensor)).toBe(bits(outside.grad as Tensor));
  });

  it("hands on what an inner body returns to the outer one, which takes it back", () => {
    let inner: Tensor | undefined;
    const outer = tidy(() => {
      inner = tidy(() => ops.add(drawn("a", 1), 1));
      poison();
      return ops.add(inner, 1);
    });
    poison();
    expect(isRefused(inner as Tensor)).toBe(true);
    expect(bits(outer)).toBe(bits(ops.add(ops.add(drawn("a", 1), 1), 1)));
  });

  it("refuses a backward pass through what was recorded in a body that has ended, whatever it returns", () => {
    const leaf = new Parameter(drawn("p", 1));
    const loss = tidy(() => ops.sum(ops.where(ops.greater(leaf, 0), leaf, 1)));
    expect(Number.isFinite(loss.item())).toBe(true);
    const message =
      "backward through sum: expected a tape whose memory was not taken back, received one that was recorded inside a tidy that has ended. Run backward, or grad, inside the body of tidy.";
    expect(() => loss.backward()).toThrow(message);
    expect(() => grad(loss, [leaf], { createGraph: true })).toThrow(message);
    expect(() => hessianVectorProduct(() => loss, [leaf], [drawn("v", 1)])).toThrow(message);
  });

  it("says which tensor was taken back, and takes memory back after an exception, too", () => {
    const leaf = new Parameter(drawn("p", 1));
    let held: Tensor | undefined;
    expect(() =>
      tidy(() => {
        held = ops.relu(leaf);
        throw new RangeError("inside");
      }),
    ).toThrow("inside");
    expect(() => ops.add(held as Tensor, 1)).toThrow(
      "data: expected a tensor whose memory was not taken back, received the output of relu [50,100], made inside a tidy that has ended. Return it from the body of tidy, or use it inside.",
    );
  });

  it("leaves alone what was made outside, and what is no result of an operation", () => {
    const leaf = new Parameter(drawn("p", 1));
    let made: Tensor | undefined;
    tidy(() => {
      made = ones(SHAPE);
      ops.add(leaf, made);
      ops.reshape(leaf, [SIZE]);
    });
    poison();
    expect(made?.data.every((value) => value === 1)).toBe(true);
    expect(bits(leaf)).toBe(bits(drawn("p", 1)));
  });

  it("takes nothing back while a diagnosis runs, which looks at everything later", () => {
    const network = new Linear(100, 100);
    network.initialize({ seed: 1 });
    let held: Tensor | undefined;
    diagnose(network, undefined, () =>
      tidy(() => {
        held = network.forward(drawn("x", 1));
        return ops.mean(ops.square(held));
      }),
    );
    expect(isRefused(held as Tensor)).toBe(false);
  });

  it("refuses an asynchronous body", () => {
    expect(() => tidy(async () => 1)).toThrow(
      "tidy: expected a synchronous function, received a promise. Await outside: memory is taken back as soon as the function returns.",
    );
  });

  it("refuses what lies in shared memory as well, and does not use it again", () => {
    shareLargeArrays(true);
    try {
      let held: Tensor | undefined;
      tidy(() => {
        held = ops.add(ones([200, 200]), 1);
      });
      expect(isRefused(held as Tensor)).toBe(true);
    } finally {
      shareLargeArrays(false);
    }
  });

  it("lets go of memory that some bodies in a row had no use for, and does not take what was transferred away", () => {
    poison();
    expect(freeBytes()).toBeGreaterThanOrEqual(48 * 4 * SIZE);
    for (let i = 0; i < 6; i++) tidy(() => undefined);
    expect(freeBytes()).toBe(0);
    tidy(() => {
      const { data } = ops.add(ones(SHAPE), 1);
      structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    });
    expect(freeBytes()).toBe(0);
  });
});
