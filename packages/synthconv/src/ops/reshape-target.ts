import { check } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { checkShape, formatShape, type Shape, SIZES, sizeOf } from "../core/shape.js";

/**
 * The shape that `reshape` gives for `target`, its -1 filled in.
 *
 * @throws {ShapeError | ValueError} as `reshape` does.
 */
export function resolveShape(shape: Shape, target: Shape): number[] {
  check("reshape", "shape", target, SIZES);
  const free = target.indexOf(-1);
  if (free === -1) {
    checkShape("reshape", target);
    if (sizeOf(target) !== sizeOf(shape)) throw otherSize(shape, target);
    return [...target];
  }
  const others = target.toSpliced(free, 1);
  if (others.includes(-1)) {
    throw new ValueError({ where: "reshape", expected: "at most one -1", received: formatShape(target) });
  }
  checkShape("reshape", others);
  const known = sizeOf(others);
  if (known === 0) {
    throw new ValueError({
      where: "reshape",
      expected: "a -1 beside sizes that are not 0",
      received: formatShape(target),
      repair: "With a size of 0 any number fits the -1: write the number.",
    });
  }
  if (sizeOf(shape) % known !== 0) {
    throw new ShapeError({
      where: "reshape",
      expected: `a multiple of ${known} entries for ${formatShape(target)}`,
      received: `${sizeOf(shape)} (${formatShape(shape)})`,
    });
  }
  return target.with(free, sizeOf(shape) / known);
}

/** The commonest slip is a generator that emits too few numbers per sample: say how many it should. */
function otherSize(shape: Shape, target: Shape): ShapeError {
  const sameBatch = shape.length > 1 && target.length > 1 && shape[0] === target[0];
  const needed = sizeOf(target.slice(1));
  return new ShapeError({
    where: "reshape",
    expected: `${sizeOf(target)} entries for ${formatShape(target)}`,
    received: `${sizeOf(shape)} (${formatShape(shape)})`,
    repair: sameBatch
      ? `A sample needs ${target.slice(1).join("*")} = ${needed} numbers; what computes them emits ${sizeOf(shape.slice(1))}.`
      : "The sizes must multiply to the same number; one of them may be -1.",
  });
}
