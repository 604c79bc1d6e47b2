/** What a sum is made of: how often each tensor is in it by value, and how often by the tape. */
import type { Tensor } from "../autograd/tensor.js";
import type { Origin, Trace } from "./trace.js";

export interface Share {
  /** How the value follows it: 1 in a sum, -1 where it is taken away, 2 where it is doubled. */
  readonly value: number;
  /** The same of the gradient that comes back: what is detached has no part in it. */
  readonly open: number;
}

export type Shares = ReadonlyMap<Tensor, Share>;

/** Sums of more are no formula that someone wrote down, but layers that add up. */
const MOST = 16;

/** Expands sums, differences, constant factors and detach; everything else is a term. */
export class LinearShares {
  readonly #origins: Trace["origins"];
  readonly #known = new Map<Tensor, Shares>();

  constructor({ origins }: Trace) {
    this.#origins = origins;
  }

  of(tensor: Tensor): Shares {
    const known = this.#known.get(tensor);
    if (known !== undefined) return known;
    const origin = this.#origins.get(tensor);
    const parts = origin === undefined ? [] : partsOf(origin);
    const sum = parts.length === 0 ? undefined : this.#sumOf(tensor, parts);
    const shares = sum ?? new Map([[tensor, { value: 1, open: tensor.requiresGrad ? 1 : 0 }]]);
    this.#known.set(tensor, shares);
    return shares;
  }

  #sumOf(tensor: Tensor, parts: readonly Part[]): Shares | undefined {
    const sum = new Map<Tensor, Share>();
    for (const { input, factor } of parts) {
      // A detached result, or one that was computed without a tape, hands nothing back.
      const passes = tensor.node !== undefined && input.requiresGrad ? factor : 0;
      for (const [term, { value, open }] of this.of(input)) {
        const before = sum.get(term) ?? { value: 0, open: 0 };
        sum.set(term, { value: before.value + factor * value, open: before.open + passes * open });
      }
    }
    return sum.size > MOST ? undefined : sum;
  }
}

interface Part {
  readonly input: Tensor;
  readonly factor: number;
}

function partsOf({ operation, inputs }: Origin): Part[] {
  const [a, b] = inputs;
  if (a === undefined) return [];
  if (operation === "detach") return [{ input: a, factor: 1 }];
  if (operation === "negate") return [{ input: a, factor: -1 }];
  if (b === undefined) return [];
  if (operation === "add") return [a, b].map((input) => ({ input, factor: 1 }));
  if (operation === "subtract") {
    return [
      { input: a, factor: 1 },
      { input: b, factor: -1 },
    ];
  }
  const [left, right] = [a, b].map(numberIn);
  if (operation === "multiply" && right !== undefined) return [{ input: a, factor: right }];
  if (operation === "multiply" && left !== undefined) return [{ input: b, factor: left }];
  return operation === "divide" && right !== undefined ? [{ input: a, factor: 1 / right }] : [];
}

/** A number that something is multiplied with. */
function numberIn({ size, data, requiresGrad, history }: Tensor): number | undefined {
  return size === 1 && !requiresGrad && history === undefined ? data[0] : undefined;
}
