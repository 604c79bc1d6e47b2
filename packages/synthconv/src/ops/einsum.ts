/** Sums of products by names of axes, as NumPy and PyTorch write them. */
import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { STRING } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { matmul } from "./matmul.js";
import { sum } from "./reduce.js";
import { reshape, transpose } from "./shape-ops.js";

/** A tensor with a letter for each axis. */
interface Named {
  readonly axes: string;
  readonly x: Tensor;
}

/**
 * The sum of the products of the tensors over the axes that the result does not name: `einsum("boi,bi->bo", w, x)`. On the
 * tape it is transposes and matrix products, of two tensors at a time from the left.
 *
 * @param equation a letter for every axis: those of each tensor, `,` between, `->` and those of the result.
 * @throws {ShapeError} when a letter has two sizes, or the letters of a tensor are not as many as its axes.
 * @throws {ValueError} when the equation is of another form, repeats a letter within a tensor, or dtypes differ.
 */
export function einsum(equation: string, ...tensors: readonly Tensor[]): Tensor {
  check("einsum", "equation", equation, STRING);
  tensors.forEach((one, index) => {
    check("einsum", `tensors[${index}]`, one, TENSOR);
  });
  const { inputs, output } = parse(equation, tensors.length);
  checkSameDType("einsum", tensors);
  const named = tensors.map((x, index): Named => ({ axes: inputs[index] as string, x }));
  checkSizes(equation, named, output);
  const [first, ...others] = named as [Named, ...Named[]];
  const product = others.reduce((left, right, index) => {
    const later = others.slice(index + 1).map(({ axes }) => axes);
    return contracted(left, right, [output, ...later].join(""));
  }, first);
  const { axes, x } = summed(product, output);
  return transpose(
    x,
    [...output].map((letter) => axes.indexOf(letter)),
  );
}

const FORM = /^([a-zA-Z]*(?:,[a-zA-Z]*){0,25})->([a-zA-Z]*)$/;

function parse(equation: string, count: number): { inputs: string[]; output: string } {
  const [, left, output] = FORM.exec(equation.replaceAll(" ", "").slice(0, 400)) ?? [];
  if (left === undefined || output === undefined) {
    throw new ValueError({
      where: "einsum equation",
      expected: 'letters, commas and an arrow, such as "bi,oi->bo"',
      received: JSON.stringify(equation),
      ...(equation.includes("...") && { repair: "Write a letter for each axis instead of the dots." }),
    });
  }
  const inputs = left.split(",");
  if (inputs.length !== count) {
    throw new ValueError({
      where: "einsum",
      expected: `${inputs.length} tensors for ${JSON.stringify(equation)}`,
      received: String(count),
    });
  }
  for (const axes of [...inputs, output]) {
    const twice = [...axes].find((letter, at) => axes.indexOf(letter) !== at);
    if (twice === undefined) continue;
    throw new ValueError({
      where: "einsum equation",
      expected: "each letter once within a tensor",
      received: `${twice} twice in ${axes}`,
      repair: "Take the diagonal before.",
    });
  }
  return { inputs, output };
}

function checkSizes(equation: string, named: readonly Named[], output: string): void {
  const sizes = new Map<string, number>();
  for (const { axes, x } of named) {
    if (axes.length !== x.rank) {
      throw new ShapeError({
        where: "einsum",
        expected: `${axes.length} axes ${axes || "(a scalar)"} of ${JSON.stringify(equation)}`,
        received: formatShape(x.shape),
      });
    }
    [...axes].forEach((letter, axis) => {
      const [known, own] = [sizes.get(letter), x.shape[axis] as number];
      if (known !== undefined && known !== own) {
        throw new ShapeError({
          where: "einsum",
          expected: `one size for ${letter} in ${JSON.stringify(equation)}`,
          received: `${known} and ${own}`,
        });
      }
      sizes.set(letter, own);
    });
  }
  const unknown = [...output].find((letter) => !sizes.has(letter));
  if (unknown === undefined) return;
  throw new ValueError({
    where: "einsum equation",
    expected: "letters of the tensors in the result",
    received: `${unknown} in ${JSON.stringify(equation)}`,
  });
}

/** Without the axes that nothing names any more. */
function summed({ axes, x }: Named, kept: string): Named {
  const dropped = [...axes].flatMap((letter, axis) => (kept.includes(letter) ? [] : [axis]));
  if (dropped.length === 0) return { axes, x };
  return { axes: [...axes].filter((letter) => kept.includes(letter)).join(""), x: sum(x, { axes: dropped }) };
}

/** The product of two, as matrices with a batch; `kept` are the letters that are named later. */
function contracted(first: Named, second: Named, kept: string): Named {
  const left = summed(first, kept + second.axes);
  const right = summed(second, kept + first.axes);
  const letters = (axes: string, wanted: (letter: string) => boolean): string =>
    [...axes].filter(wanted).join("");
  const shared = letters(left.axes, (letter) => right.axes.includes(letter));
  const batch = letters(shared, (letter) => kept.includes(letter));
  const inner = letters(shared, (letter) => !kept.includes(letter));
  const rows = letters(left.axes, (letter) => !shared.includes(letter));
  const columns = letters(right.axes, (letter) => !shared.includes(letter));
  const sizes = new Map(
    [left, right].flatMap(({ axes, x }) => [...axes].map((letter, i) => [letter, x.shape[i]])),
  );
  const shapeOf = (group: string): number[] => [...group].map((letter) => sizes.get(letter) as number);
  const matrix = ({ axes, x }: Named, [a, b]: readonly [string, string]): Tensor => {
    const order = [...(batch + a + b)].map((letter) => axes.indexOf(letter));
    return reshape(transpose(x, order), [sizeOf(shapeOf(batch)), sizeOf(shapeOf(a)), sizeOf(shapeOf(b))]);
  };
  const product = matmul(matrix(left, [rows, inner]), matrix(right, [inner, columns]));
  const axes = batch + rows + columns;
  return { axes, x: reshape(product, shapeOf(axes)) };
}
