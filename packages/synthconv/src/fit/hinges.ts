import type { Activation } from "../core/activations.js";
import { RandomStream } from "../core/random.js";
import { generatedSize } from "../generator/index.js";
import { networkPlaces } from "../look/index.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/**
 * Of the direction of a smooth unit: it bends over about half of the colour cube. Mean PSNR of four film looks, 458
 * weights: 43.4 dB with 1, 44.0 with 2, 44.3 with 3.5, 44.1 with 6.
 */
const BEND_LENGTH = 3.5;
/** Standard deviation of the biases of inner smooth units: 44.3 dB with 0.3 or 1, 44.2 without. */
const BEND_BIAS = 0.3;

/**
 * First weights of a pixel network, flat in the order of `networkPlaces`.
 *
 * Every unit of the first layer is a hinge: a random unit direction, with a bias that makes it pass through a
 * random colour of the training set, so that each starts where there is something to learn. PyTorch's default
 * leaves many hinges outside the colour cube; it cost 3 to 4 dB on every look that was measured. Inner layers
 * are Kaiming normal (with tanh Glorot's, and biases besides, so that its bends do not all lie at one place), and the
 * last layer is zero: a residual network starts as the identity, exactly.
 */
export function hingeWeights(
  channels: readonly number[],
  parts: readonly ColourSamples[],
  seed: number,
  activation: Activation = "relu",
): Float32Array {
  const isSmooth = activation === "tanh";
  const places = networkPlaces(channels);
  const weights = new Float32Array(generatedSize(places));
  const layers = channels.length - 1;
  const length = isSmooth ? BEND_LENGTH : 1;
  if (layers > 1) {
    writeHinges(weights, channels, parts, length, new RandomStream({ seed, purpose: "init:hinges" }));
  }
  for (let layer = 1; layer < layers - 1; layer++) {
    const { offset } = places[2 * layer] as { offset: number };
    const fanIn = channels[layer] as number;
    const stream = new RandomStream({ seed, purpose: `init:layers.${layer}` });
    const deviation = Math.sqrt((isSmooth ? 1 : 2) / fanIn);
    const fanOut = channels[layer + 1] as number;
    for (let i = 0; i < fanIn * fanOut; i++) weights[offset + i] = deviation * stream.normal();
    if (!isSmooth) continue;
    for (let unit = 0; unit < fanOut; unit++)
      weights[offset + fanIn * fanOut + unit] = BEND_BIAS * stream.normal();
  }
  return weights;
}

function writeHinges(
  weights: Float32Array,
  channels: readonly number[],
  parts: readonly ColourSamples[],
  scale: number,
  stream: RandomStream,
): void {
  const inputs = channels[0] as number;
  const units = channels[1] as number;
  const count = parts.reduce((sum, part) => sum + sampleCount(part), 0);
  for (let unit = 0; unit < units; unit++) {
    const direction = Array.from({ length: inputs }, () => stream.normal());
    const length = Math.hypot(...direction);
    const through = colourAt(parts, stream.integer(count));
    let bias = 0;
    direction.forEach((component, channel) => {
      const weight = (scale * component) / length;
      weights[unit * inputs + channel] = weight;
      bias -= weight * (through[channel] as number);
    });
    weights[units * inputs + unit] = bias;
  }
}

/** The colour before of one of the samples of all parts. */
function colourAt(parts: readonly ColourSamples[], index: number): number[] {
  let nth = index;
  for (const part of parts) {
    const count = sampleCount(part);
    if (nth < count) return [0, 1, 2].map((channel) => part.input[channel * count + nth] as number);
    nth -= count;
  }
  return [];
}
