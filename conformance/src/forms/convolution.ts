/** Convolutions of every size and option: forward, and the gradients of image, weights and bias. */
import type { Case, Exact, Form, Numbers } from "../case.js";
import { grad, ops, type Tensor, tensor } from "../library.js";
import { absolute, type FamilyName, inFloat64, mayCancel, spoil, valuesOf } from "../values.js";
import { convolutionAims } from "./convolution-aims.js";
import { convolutionByDefinition } from "./convolution-definition.js";
import { type Convolution, drawConvolution, simplestConvolution } from "./convolution-space.js";
import { type Sides, sides } from "./draws.js";
import { isWinograds, withTileTerms } from "./winograd-terms.js";

// Multiply-adds of a pass: more than any aim wants.
const MAX_WORK = 2e7;

export const convolutionForm: Form<Convolution> = {
  name: "conv2d",
  share: 60,
  simplest: simplestConvolution,
  draw: drawConvolution,
  aims: convolutionAims,
  isValid: (one) => outputOf(one).every((side) => side >= 1) && workOf(one) <= MAX_WORK,
  prepare,
};

function outputOf({ image, kernel, stride, padding, dilation }: Convolution): Sides {
  return sides((axis) => {
    const room = image[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    return Math.floor(room / stride[axis]) + 1;
  });
}

/** Multiply-adds of one pass. */
function workOf(one: Convolution): number {
  const [height, width] = outputOf(one);
  const { batch, groups, inputs, outputs, kernel } = one;
  return batch * groups * inputs * outputs * kernel[0] * kernel[1] * height * width;
}

function prepare(one: Convolution): Case {
  const { batch, groups, inputs, outputs, image, kernel, spoiler, seed } = one;
  const [height, width] = outputOf(one);
  const sets = one.weights === "shared" ? [] : [batch];
  const shapes = {
    image: [batch, groups * inputs, ...image],
    weight: [...sets, groups * outputs, inputs, ...kernel],
    upstream: [batch, groups * outputs, height, width],
    bias: one.bias === "shared" ? [groups * outputs] : [batch, groups * outputs],
  };
  const draw = (family: FamilyName, name: keyof typeof shapes, plane: number): Float32Array => {
    const values = valuesOf(family, seed, name, sizeOf(shapes[name]), plane);
    return name === one.spoilt ? spoil(values, spoiler, seed) : values;
  };
  const numbers = {
    image: draw(one.values, "image", image[0] * image[1]),
    weight: draw(one.weight, "weight", kernel[0] * kernel[1]),
    upstream: draw(one.upstream, "upstream", height * width),
    bias: one.bias === "none" ? undefined : draw("both signs", "bias", 1),
  };
  const cancels = mayCancel(one.values, one.weight, one.upstream);
  const byDefinition = (as: (values: Float32Array) => Float64Array): Exact => {
    const bias = numbers.bias && as(numbers.bias);
    const others = { image: as(numbers.image), weight: as(numbers.weight), upstream: as(numbers.upstream) };
    return convolutionByDefinition(one, [height, width], { ...others, bias });
  };
  const termsOf = (): Exact => {
    const terms = byDefinition(absolute);
    return isWinograds(one) ? withTileTerms(one, [height, width], numbers, terms) : terms;
  };
  return {
    isEngineBound: spoiler !== "none",
    isHeavy: workOf(one) > 5e5,
    run: () => passes(one, shapes, numbers),
    exact: () => byDefinition(inFloat64),
    terms: cancels ? termsOf : undefined,
  };
}

type Named<Value> = Readonly<Record<"image" | "weight" | "upstream", Value> & { bias: Value | undefined }>;

function passes(
  { stride, padding, dilation, groups, numbers: dtype }: Convolution,
  shapes: Named<readonly number[]>,
  numbers: Named<Float32Array>,
): Record<string, Numbers> {
  const leaf = (name: keyof typeof shapes, requiresGrad: boolean): Tensor => {
    const values = numbers[name] as Float32Array;
    return tensor(dtype === "float64" ? inFloat64(values) : values, {
      shape: shapes[name] ?? [],
      requiresGrad,
    });
  };
  const [image, weight] = [leaf("image", true), leaf("weight", true)];
  const bias = numbers.bias === undefined ? undefined : leaf("bias", true);
  const output = ops.conv2d(image, weight, bias, { stride, padding, dilation, groups });
  const leaves = bias === undefined ? [image, weight] : [image, weight, bias];
  const gradients = grad(output, leaves, { seed: leaf("upstream", false) }) as Tensor[];
  const names = ["image gradient", "weight gradient", "bias gradient"];
  return Object.fromEntries([
    ["output", output.data],
    ...gradients.map(({ data }, index) => [names[index], data]),
  ]);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
