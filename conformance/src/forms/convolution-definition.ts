/**
 * conv2d and its gradients in float64, straight from the definition: for every tap the outputs at which it lies in the
 * image. Nothing of it is the library's, which would be wrong in the same way.
 */
import type { Exact } from "../case.js";
import type { Convolution } from "./convolution-space.js";
import type { Sides } from "./draws.js";

/** Numbers of an image, weights, the gradient of the output, and biases where there are any. */
export interface ConvolutionNumbers {
  readonly image: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly upstream: ArrayLike<number>;
  readonly bias: ArrayLike<number> | undefined;
}

/** Under the names of a case's outputs. */
export function convolutionByDefinition(one: Convolution, size: Sides, numbers: ConvolutionNumbers): Exact {
  const { batch, groups, inputs, outputs, image, kernel } = one;
  const { bias, upstream } = numbers;
  const [inputSize, outputSize, taps] = [image[0] * image[1], size[0] * size[1], kernel[0] * kernel[1]];
  const sums: Sums = {
    output: new Float64Array(batch * groups * outputs * outputSize),
    image: new Float64Array(numbers.image.length),
    weight: new Float64Array(numbers.weight.length),
  };
  const ofBias = new Float64Array(bias?.length ?? 0);
  const reach = [reachOf(one, size, 0), reachOf(one, size, 1)] as const;
  for (let plane = 0; plane < batch * groups * outputs; plane++) {
    const [sample, ofSample] = [Math.floor(plane / (groups * outputs)), plane % (groups * outputs)];
    const group = Math.floor(ofSample / outputs);
    const to = plane * outputSize;
    const biasAt = one.bias === "per sample" ? plane : ofSample;
    if (bias !== undefined) {
      sums.output.fill(bias[biasAt] as number, to, to + outputSize);
      for (let at = to; at < to + outputSize; at++) add(ofBias, biasAt, upstream[at] as number);
    }
    const weights = (one.weights === "per sample" ? plane : ofSample) * inputs * taps;
    for (let i = 0; i < inputs; i++) {
      const from = ((sample * groups + group) * inputs + i) * inputSize;
      addPlane(one, size, reach, numbers, sums, { from, to, weights: weights + i * taps });
    }
  }
  const gradients = { "image gradient": sums.image, "weight gradient": sums.weight };
  return { output: sums.output, ...gradients, ...(bias !== undefined && { "bias gradient": ofBias }) };
}

interface Sums {
  readonly output: Float64Array;
  readonly image: Float64Array;
  readonly weight: Float64Array;
}

/** Along an axis, for each place in the kernel: the outputs that it has a pixel for, and the pixels. */
type Reach = readonly (readonly { readonly output: number; readonly pixel: number }[])[];

function reachOf({ image, kernel, stride, padding, dilation }: Convolution, size: Sides, axis: 0 | 1): Reach {
  return Array.from({ length: kernel[axis] }, (_, tap) => {
    const meetings = Array.from({ length: size[axis] }, (_, output) => {
      return { output, pixel: output * stride[axis] + tap * dilation[axis] - padding[axis] };
    });
    return meetings.filter(({ pixel }) => pixel >= 0 && pixel < image[axis]);
  });
}

/** What one plane of the image and one of the output have to do with each other. */
function addPlane(
  { image, kernel, stride }: Convolution,
  [, width]: Sides,
  [rows, columns]: readonly [Reach, Reach],
  numbers: ConvolutionNumbers,
  sums: Sums,
  { from, to, weights }: { readonly from: number; readonly to: number; readonly weights: number },
): void {
  for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
    const weight = numbers.weight[weights + tap] as number;
    const across = columns[tap % kernel[1]] as Reach[number];
    const [first] = across;
    if (first === undefined) continue;
    let ofWeight = 0;
    for (const { output, pixel } of rows[Math.floor(tap / kernel[1])] as Reach[number]) {
      let at = from + pixel * image[1] + first.pixel;
      const start = to + output * width + first.output;
      for (let result = start; result < start + across.length; result++, at += stride[1]) {
        const [x, d] = [numbers.image[at] as number, numbers.upstream[result] as number];
        add(sums.output, result, weight * x);
        add(sums.image, at, weight * d);
        ofWeight += x * d;
      }
    }
    add(sums.weight, weights + tap, ofWeight);
  }
}

function add(sums: Float64Array, at: number, term: number): void {
  sums[at] = (sums[at] as number) + term;
}
