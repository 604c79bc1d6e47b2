/** Tensors and what belongs to them, as arguments. */
import { describeValue } from "../core/describe-value.js";
import { instanceOf, type Kind, kind, listOf, NUMBER, repairedBy } from "../core/kinds.js";
import { Tensor } from "./tensor.js";

export const TENSOR: Kind<Tensor> = repairedBy(instanceOf(Tensor, "a tensor"), asTensor);

export const TENSORS: Kind<readonly Tensor[]> = listOf(TENSOR, "a list of tensors");

/** What broadcasts to a tensor's shape. */
export const OPERAND: Kind<Tensor | number> = kind(
  "a tensor or a number",
  (value) => value instanceof Tensor || NUMBER.accepts(value),
  asTensor,
);

/** How a tensor is made of what came instead. */
function asTensor(value: unknown): string | undefined {
  if (typeof value === "number" || Array.isArray(value)) return `Write tensor(${describeValue(value)}).`;
  if (ArrayBuffer.isView(value)) return "Write tensor(values, { shape }).";
  const { name } = (value as { constructor?: { name?: string } } | null | undefined)?.constructor ?? {};
  if (name !== "Tensor" && name !== "Parameter") return undefined;
  return "It belongs to another library, or to another copy of this one: make it tensor(numbers, { shape }).";
}
