import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import { composed } from "../autograd/observe.js";
import { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { allocate } from "../core/float-array.js";
import { BOOLEAN, FINITE, optional } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { add, multiply } from "./arithmetic.js";
import { matmul, swapped } from "./matmul.js";
import { softmax } from "./softmax.js";

export interface AttentionOptions {
  /** Added to the scores [...,L,S], to which it broadcasts: -Infinity where a query must not look. */
  readonly mask?: Tensor;
  /** Query i looks at the keys 0 to i alone. Default false. */
  readonly causal?: boolean;
  /** Factor of the scores. Default 1 / sqrt(E). */
  readonly scale?: number;
}

const OPTIONS: Fields<AttentionOptions> = {
  mask: optional(TENSOR),
  causal: optional(BOOLEAN),
  scale: optional(FINITE),
};

/**
 * `softmax(scale query keyT + mask) value` over the keys (Vaswani et al., "Attention is all you need", 2017), on the tape
 * two products and a softmax. Axes before the last two are a batch (samples, heads) and broadcast.
 *
 * @param query [...,L,E]
 * @param key [...,S,E]
 * @param value [...,S,V]
 * @returns [...,L,V]; NaN for a query that may look at nothing
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  check("scaledDotProductAttention", "query", query, TENSOR);
  check("scaledDotProductAttention", "key", key, TENSOR);
  check("scaledDotProductAttention", "value", value, TENSOR);
  checkOptions("scaledDotProductAttention", options, OPTIONS);
  const { mask, causal = false, scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1) } = options;
  checkSameDType("scaledDotProductAttention", [query, key, value, mask]);
  const areMatrices = [query, key, value].every(({ rank }) => rank >= 2);
  if (!areMatrices || query.shape.at(-1) !== key.shape.at(-1) || key.shape.at(-2) !== value.shape.at(-2)) {
    throw new ShapeError({
      where: "scaledDotProductAttention",
      expected: "query [...,L,E], key [...,S,E] and value [...,S,V] with one E and one S",
      received: [query, key, value].map(({ shape }) => formatShape(shape)).join(", "),
    });
  }
  let scores = multiply(matmul(query, swapped(key)), scale);
  if (mask !== undefined) scores = add(scores, mask);
  if (causal) {
    const own = scores;
    scores = composed({ operation: "causalMask", inputs: [own] }, () => add(own, causalMask(own)));
  }
  return matmul(softmax(scores), value);
}

function causalMask({ shape, dtype }: Tensor): Tensor {
  const [queries, keys] = shape.slice(-2) as [number, number];
  const data = allocate(dtype, queries * keys);
  for (let query = 0; query < queries; query++) {
    data.fill(Number.NEGATIVE_INFINITY, Math.min(query + 1, keys) + query * keys, (query + 1) * keys);
  }
  return new Tensor({ shape: [queries, keys], data });
}
