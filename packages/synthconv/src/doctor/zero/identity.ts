/** An exact identity by which no influence of a parameter gets through an operation, recognised by the numbers. */
import type { Tensor } from "../../autograd/tensor.js";
import type { Complaint } from "../complaint.js";
import type { Origin } from "../trace.js";
import { isZero, passedOn, type Spot } from "./spot.js";

/** What an identity says of a spot; a reason in place of a complaint where nothing is wrong. */
export type Sentences =
  | (Pick<Complaint, "cause" | "phrase"> & Partial<Complaint> & { readonly at: Origin })
  | { readonly excuse: string };

export interface Identity {
  readonly name: string;
  readonly of: (spot: Spot) => Sentences | undefined;
}

export const CONSTANT = "the loss is the same whatever {they are|it is}";
export const ALWAYS_ZERO = "{their|its} gradient is always 0";

export function cancels(spot: Spot): boolean {
  const passed = passedOn(spot);
  return passed.some((gradient) => !isZero(gradient)) && isZero(spot.step.gradients.get(spot.from)?.data);
}

export function producerOf(
  zeros: Tensor | undefined,
  origins: ReadonlyMap<Tensor, Origin>,
): Origin | undefined {
  return zeros && origins.get(zeros);
}

export function isReduction(origin: Origin | undefined): origin is Origin {
  return origin?.operation === "mean" || origin?.operation === "sum";
}
