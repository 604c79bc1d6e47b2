/** Sizes of the inputs that may be free: those that the caller names, or all. */

import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { either, type Kind, kind, listOf, STRING, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { type Leaf, shapeOfLeaf } from "./example.js";
import type { FreeSize, InputAxis } from "./free-sizes.js";

/** By the name of an input, a number or a name for each of its sizes. */
export type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

const SIZE_LIST = listOf(either(whole(0), STRING, "a size or a name"), "a list of sizes and names");
export const SHAPES: Kind<Shapes> = kind(
  "an object with a list of sizes and names for each input",
  (value) => isPlainObject(value) && Object.values(value).every((one) => SIZE_LIST.accepts(one)),
);

interface Port {
  readonly name: string;
  readonly leaf: Leaf;
}

/** Of images [B,C,H,W], by the number of the axis. */
const AXES_OF_IMAGES = ["batch", "channels", "height", "width"] as const;

/**
 * @throws {ShapeError} when a shape has other numbers than the example.
 * @throws {ValueError} when one name stands for several sizes.
 */
export function candidatesOf(ports: readonly Port[], shapes: Shapes): FreeSize[] {
  const found = new Map<string, FreeSize & { axes: InputAxis[] }>();
  for (const [input, { name, leaf }] of ports.entries()) {
    const own = shapeOfLeaf(leaf);
    const wanted = shapes[name];
    if (wanted !== undefined) checkFits(name, own, wanted);
    for (const [axis, size] of own.entries()) {
      const asked = wanted?.[axis];
      if (typeof asked === "number") continue;
      const isRequired = asked !== undefined;
      const label = asked ?? labelOf(own.length, axis);
      // Sizes that are equal in the example vary together at first: those of several images, say.
      const key = isRequired ? `named ${label}` : `${label} ${axis === 0 ? "" : own.length} ${size}`;
      const before = found.get(key);
      if (before === undefined) found.set(key, { name: label, axes: [{ input, axis }], size, isRequired });
      else if (before.size === size) before.axes.push({ input, axis });
      else throw severalSizes(label, before.size, size);
    }
  }
  return [...found.values()];
}

function labelOf(rank: number, axis: number): string {
  if (axis === 0) return "batch";
  return rank === 4 ? (AXES_OF_IMAGES[axis] as string) : `axis${axis}`;
}

function checkFits(name: string, own: readonly number[], wanted: readonly (number | string)[]): void {
  const fits =
    own.length === wanted.length &&
    own.every((size, axis) => typeof wanted[axis] === "string" || wanted[axis] === size);
  if (fits) return;
  throw new ShapeError({
    where: `exportOnnx shapes ${name}`,
    expected: `${formatShape(own)}, or names in the places of sizes`,
    received: `[${wanted.join()}]`,
  });
}

function severalSizes(name: string, one: number, other: number): ValueError {
  return new ValueError({
    where: `exportOnnx shapes ${name}`,
    expected: "one name for one size",
    received: `${one} and ${other} in the example`,
    repair: "Give them names of their own.",
  });
}
