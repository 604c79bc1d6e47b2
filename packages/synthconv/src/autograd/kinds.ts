/** Tensors and what belongs to them, as arguments, and what must hold between them. */
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { instanceOf, type Kind, kind, listOf, NUMBER, repairedBy } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { Tensor } from "./tensor.js";

export const TENSOR: Kind<Tensor> = repairedBy(instanceOf(Tensor, "a tensor"), asTensor);

export const TENSORS: Kind<readonly Tensor[]> = listOf(TENSOR, "a list of tensors");

/** What broadcasts to a tensor's shape. */
export const OPERAND: Kind<Tensor | number> = kind(
  "a tensor or a number",
  (value) => value instanceof Tensor || NUMBER.accepts(value),
  asTensor,
);

/** What a function that computes a loss returns. */
export const RESULT: Kind<Tensor> = repairedBy(TENSOR, (value) => {
  if (value === undefined) return "Return it.";
  if (value instanceof Promise) return "The function cannot be async: get its data ready before.";
  return typeof value === "number" ? "Return the tensor itself, without item()." : undefined;
});

/** How a tensor is made of what came instead. */
function asTensor(value: unknown): string | undefined {
  if (areNumbers(value)) return `Write tensor(${describeValue(value)}).`;
  if (ArrayBuffer.isView(value)) return "Write tensor(values, { shape }).";
  const { name } = (value as { constructor?: { name?: string } } | null | undefined)?.constructor ?? {};
  if (name !== "Tensor" && name !== "Parameter") return undefined;
  return "It belongs to another library, or to another copy of this one: make it tensor(numbers, { shape }).";
}

/** Numbers in lists of any depth. */
function areNumbers(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(areNumbers) : typeof value === "number";
}

/** @throws {ValueError} when the tensors are not all float32 or all float64; an absent one is skipped. */
export function checkSameDType(where: string, tensors: readonly (Tensor | undefined)[]): void {
  let first: Tensor | undefined;
  for (const one of tensors) {
    if (one === undefined) continue;
    first ??= one;
    if (one.dtype !== first.dtype) {
      throw new ValueError({
        where,
        expected: `inputs of one dtype (${first.dtype}, as the first)`,
        received: `${one.dtype} for ${one.label} ${formatShape(one.shape)}`,
        repair: `Convert it: cast(x, "${first.dtype}").`,
      });
    }
  }
}

/**
 * A tensor whose buffer was transferred has no numbers left, and nothing else would notice.
 *
 * @throws {ShapeError} when a tensor does not hold the numbers of its shape; an absent one is skipped.
 */
export function checkMemory(where: string, tensors: readonly (Tensor | undefined)[]): void {
  for (const one of tensors) {
    if (one === undefined || one.size === sizeOf(one.shape)) continue;
    throw new ShapeError({
      where,
      expected: `${one.shape.join("*")} = ${sizeOf(one.shape)} numbers in ${one.label} ${formatShape(one.shape)}`,
      received: String(one.size),
      repair: "Its buffer was transferred elsewhere: give a copy away instead, data.slice().",
    });
  }
}

/** @throws {ShapeError} when the tensor has not exactly the axes that `axes` names, as `[B,C,H,W]`. */
export function checkAxes(where: string, x: Tensor, axes: string, repair: string): void {
  const rank = axes.split(",").length;
  if (x.rank === rank) return;
  throw new ShapeError({ where, expected: `${rank} axes ${axes}`, received: formatShape(x.shape), repair });
}

/**
 * The tensor must be a batch of images.
 *
 * @throws {ShapeError} when it has not 4 axes.
 */
export function checkImage(operation: string, name: string, x: Tensor): void {
  const repair =
    x.rank === 3
      ? `Add the batch axis: reshape(${name}, ${formatShape([1, ...x.shape])}).`
      : "B is the batch, C channels, H height, W width.";
  checkAxes(`${operation} ${name}`, x, "[B,C,H,W]", repair);
}
