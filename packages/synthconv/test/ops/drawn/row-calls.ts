/** Operations on rows, matrices and single entries, as they may be called. */
import type { Tensor } from "../../../src/autograd/index.js";
import {
  clamp,
  einsum,
  flip,
  gelu,
  greater,
  layerNorm,
  leakyRelu,
  linear,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  pow,
  scaledDotProductAttention,
  silu,
  softmax,
  softplus,
  sum,
  where,
} from "../../../src/ops/index.js";
import { bceWithLogits, charbonnier, crossEntropy, huber } from "../../../src/train/index.js";
import type { Call, Calls, Draw } from "./draw.js";

/** Of numbers of some size, which reach the bends. */
const ofEntries =
  (size: number, run: (x: Tensor) => Tensor) =>
  (draw: Draw): Call => ({
    ...{ inputs: [draw.normals([draw.whole(1, 30)], size)], options: {} },
    run: ([x]) => run(x as Tensor),
  });

const shares =
  (run: typeof softmax) =>
  (draw: Draw): Call => {
    const axes = draw.whole(1, 4);
    const options = { axis: draw.whole(-axes, axes - 1) };
    return {
      ...{ inputs: [draw.normals(draw.sides(axes, 1, 6), 4)], options },
      run: ([x]) => run(x as Tensor, options.axis),
    };
  };

const ofTwo =
  (run: (a: Tensor, b: Tensor) => Tensor) =>
  (draw: Draw): Call => {
    const shape = draw.pair(1, 5);
    const other = draw.chance(0.5) ? shape : [1, shape[1]];
    // Whole numbers: some are equal.
    const numbers = [shape, other].map((one) => draw.numbers(one, () => draw.whole(-2, 2)));
    return { ...{ inputs: numbers, options: {} }, run: ([a, b]) => run(a as Tensor, b as Tensor) };
  };

const REDUCTIONS = { sum, mean, max, min };
const reduced =
  (name: keyof typeof REDUCTIONS) =>
  (draw: Draw): Call => {
    const count = draw.whole(1, 4);
    const some = draw.some([...new Array(count).keys()]);
    const options = { axes: some.length > 0 ? some : [-1], keepDims: draw.chance(0.5) };
    return {
      ...{ inputs: [draw.normals(draw.sides(count, 1, 5))], options },
      run: ([x]) => REDUCTIONS[name](x as Tensor, options),
    };
  };

const loss =
  (run: (a: Tensor, b: Tensor, options: object) => Tensor, setting?: string) =>
  (draw: Draw): Call => {
    const shape = draw.pair(1, 5);
    const options = setting !== undefined && draw.chance(0.5) ? { [setting]: 0.5 } : {};
    return {
      ...{ inputs: [draw.normals(shape, 3), draw.shares(shape)], options },
      run: ([a, b]) => run(a as Tensor, b as Tensor, options),
    };
  };

export const rowCalls: Calls = {
  softmax: shares(softmax),
  logSoftmax: shares(logSoftmax),
  gelu: ofEntries(3, gelu),
  silu: ofEntries(6, silu),
  softplus: ofEntries(10, softplus),
  leakyRelu: ofEntries(1, leakyRelu),
  clamp: ofEntries(1, (x) => clamp(x, -0.5, 0.5)),
  maximum: ofTwo(maximum),
  minimum: ofTwo(minimum),
  sum: reduced("sum"),
  mean: reduced("mean"),
  max: reduced("max"),
  min: reduced("min"),
  bceWithLogits: loss((a, b) => bceWithLogits(a, b)),
  huber: loss(huber, "delta"),
  charbonnier: loss(charbonnier, "epsilon"),

  crossEntropy(draw) {
    const [batch, classes] = [draw.whole(1, 5), draw.whole(2, 6)];
    const places = draw.chance(0.4) ? draw.pair(1, 3) : [];
    const scores = draw.normals([batch, classes, ...places]);
    const labels = Array.from({ length: scores.size / classes }, () => draw.whole(0, classes - 1));
    const options = draw.chance(0.5) ? { labelSmoothing: 0.1 } : {};
    return {
      ...{ inputs: [scores], options: { ...options, labels } },
      run: ([x]) => crossEntropy(x as Tensor, labels, options),
    };
  },

  scaledDotProductAttention(draw) {
    const batch = draw.sides(draw.whole(0, 2), 1, 3);
    const [queries, keys, width] = [draw.whole(1, 6), draw.whole(1, 6), draw.whole(1, 5)];
    const causal = draw.chance(0.4);
    const options = { causal, ...(draw.chance(0.3) && { scale: 0.7 }) };
    const mask = !causal && draw.chance(0.5) ? [draw.normals([queries, keys])] : [];
    return {
      inputs: [
        draw.normals([...batch, queries, width]),
        draw.normals([...batch, keys, width]),
        draw.normals([...batch, keys, draw.whole(1, 4)]),
        ...mask,
      ],
      options,
      run: ([q, k, v, m]) =>
        scaledDotProductAttention(q as Tensor, k as Tensor, v as Tensor, {
          ...options,
          ...(m && { mask: m }),
        }),
    };
  },

  layerNorm(draw) {
    const axes = draw.whole(1, 2);
    const shape = [draw.whole(1, 3), ...draw.pair(2, 5)];
    const normalized = shape.slice(-axes);
    return {
      inputs: [draw.normals(shape), draw.normals(normalized), draw.normals(normalized)],
      options: { normalized },
      run: ([x, gains, offsets]) => layerNorm(x as Tensor, gains, offsets, { axes }),
    };
  },

  matmul(draw) {
    const batch = draw.sides(draw.whole(0, 2), 1, 3);
    const broadcast = (): number[] => batch.map((side) => (draw.chance(0.3) ? 1 : side));
    const left = draw.chance(0.2) ? [] : broadcast();
    const inner = draw.whole(1, 5);
    return {
      inputs: [
        draw.normals([...left, draw.whole(1, 5), inner]),
        draw.normals([...broadcast(), inner, draw.whole(1, 5)]),
      ],
      options: {},
      run: ([a, b]) => matmul(a as Tensor, b as Tensor),
    };
  },

  linear(draw) {
    const [batch, outputs, inputs] = [draw.whole(1, 3), draw.whole(1, 4), draw.whole(1, 4)];
    return {
      inputs: [
        draw.normals([batch, inputs]),
        draw.normals([batch, outputs, inputs]),
        draw.normals([batch, outputs]),
      ],
      options: {},
      run: ([x, w, b]) => linear(x as Tensor, w as Tensor, b),
    };
  },

  einsum(draw) {
    const sizes = new Map([..."abcdef"].map((letter) => [letter, draw.whole(1, 4)]));
    const terms = Array.from({ length: draw.whole(1, 3) }, () => {
      const letters = draw.some([...sizes.keys()]).slice(0, 4);
      return letters.length > 0 ? letters : ["a"];
    });
    const result = draw.some([...new Set(terms.flat())]);
    const equation = `${terms.map((letters) => letters.join("")).join(",")}->${result.join("")}`;
    return {
      inputs: terms.map((letters) => draw.normals(letters.map((letter) => sizes.get(letter) as number))),
      options: { equation },
      run: (inputs) => einsum(equation, ...inputs),
    };
  },

  pow(draw) {
    const options = { exponent: draw.pick([2, 3, 0.5, -1, 1.7, 0]) };
    return {
      ...{ inputs: [draw.numbers([draw.whole(1, 9)], () => 0.2 + 2 * draw.shares([]).item())], options },
      run: ([x]) => pow(x as Tensor, options.exponent),
    };
  },

  powOfTensor(draw) {
    const shape = [draw.whole(1, 9)];
    return {
      inputs: [draw.numbers(shape, () => 0.2 + 2 * draw.shares([]).item()), draw.normals(shape)],
      options: {},
      run: ([x, exponent]) => pow(x as Tensor, exponent as Tensor),
    };
  },

  where(draw) {
    const [rows, columns] = draw.pair(1, 4);
    return {
      inputs: [draw.normals([rows, 1]), draw.normals([rows, columns]), draw.normals([columns])],
      options: {},
      run: ([x, a, b]) => where(greater(x as Tensor, 0), a as Tensor, b as Tensor),
    };
  },

  flip(draw) {
    const some = draw.some([0, 1, 2]);
    const axes = some.length > 0 ? some : [-1];
    return {
      ...{ inputs: [draw.normals(draw.sides(3, 1, 4))], options: { axes } },
      run: ([x]) => flip(x as Tensor, axes),
    };
  },
};
