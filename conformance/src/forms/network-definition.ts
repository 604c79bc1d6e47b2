/**
 * Pixel networks, their losses and gradients in float64, straight from the definition, whole planes at a time. Of the
 * library it takes the table of activations, which the operations' tests hold against PyTorch.
 */
import {
  activationFunction,
  type LayerGradients,
  type PixelLossName,
  type PixelNetwork,
} from "../library.js";

const DEFAULT_SLOPE = 0.01;

/** Planes of `pixels` numbers each. */
export interface Planes {
  readonly data: ArrayLike<number>;
  readonly pixels: number;
}

type Layer = PixelNetwork["layers"][number];

/** What a layer was given, and what it made of it before its activation. */
interface Step {
  readonly x: ArrayLike<number>;
  readonly z: Float64Array;
}

/** The output, [O, P]. */
export function outputByDefinition(network: PixelNetwork, image: Planes): Float64Array {
  return stepsOf(network, image).output;
}

/** The gradient [C, P] of the image; those of the layers are added to `layers`. */
export function gradientsByDefinition(
  network: PixelNetwork,
  image: Planes,
  upstream: Float64Array,
  layers: readonly LayerGradients[] | undefined,
): Float64Array {
  const { steps } = stepsOf(network, image);
  let d = upstream;
  for (let index = network.layers.length - 1; index >= 0; index--) {
    d = throughLayer(network.layers[index] as Layer, steps[index] as Step, d, image.pixels, layers?.[index]);
  }
  return network.residual ? d.map((value, at) => value + (upstream[at] as number)) : d;
}

function stepsOf({ layers, residual }: PixelNetwork, { data, pixels }: Planes) {
  const steps: Step[] = [];
  let x: ArrayLike<number> = data;
  for (const { inputs, outputs, weight, bias, activation, negativeSlope = DEFAULT_SLOPE } of layers) {
    const z = new Float64Array(outputs * pixels);
    for (let o = 0; o < outputs; o++) {
      z.fill(bias?.[o] ?? 0, o * pixels, (o + 1) * pixels);
      for (let i = 0; i < inputs; i++) {
        const w = weight[o * inputs + i] as number;
        for (let pixel = 0; pixel < pixels; pixel++)
          add(z, o * pixels + pixel, w * (x[i * pixels + pixel] as number));
      }
    }
    const { value } = activationFunction("definition", activation);
    steps.push({ x, z });
    x = z.map((sum) => value(sum, negativeSlope));
  }
  const output = Float64Array.from(x);
  return { steps, output: residual ? output.map((value, at) => value + (data[at] as number)) : output };
}

/** The gradient of what the layer was given; where an activation is flat, an infinite one stops as well. */
function throughLayer(
  { inputs, outputs, weight, activation, negativeSlope = DEFAULT_SLOPE }: Layer,
  { x, z }: Step,
  d: Float64Array,
  pixels: number,
  gradients: LayerGradients | undefined,
): Float64Array {
  const { derivative } = activationFunction("definition", activation);
  const below = new Float64Array(inputs * pixels);
  const e = z.map((sum, at) => {
    const slope = derivative(sum, negativeSlope);
    return slope === 0 ? 0 : slope * (d[at] as number);
  });
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const w = weight[o * inputs + i] as number;
      let ofWeight = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const slope = e[o * pixels + pixel] as number;
        add(below, i * pixels + pixel, w * slope);
        ofWeight += slope * (x[i * pixels + pixel] as number);
      }
      if (gradients !== undefined) add(gradients.weight, o * inputs + i, ofWeight);
    }
    if (gradients?.bias === undefined) continue;
    for (let pixel = 0; pixel < pixels; pixel++) add(gradients.bias, o, e[o * pixels + pixel] as number);
  }
  return below;
}

/** A loss of r = output - target, and its derivative. */
export function lossByDefinition(
  loss: PixelLossName,
  r: number,
  epsilon: number,
): [loss: number, slope: number] {
  if (loss === "mse") return [r * r, 2 * r];
  if (loss === "l1") return [Math.abs(r), Math.sign(r)];
  const root = Math.sqrt(r * r + epsilon * epsilon);
  return [root, r / root];
}

function add(sums: Float64Array, at: number, term: number): void {
  sums[at] = (sums[at] as number) + term;
}
