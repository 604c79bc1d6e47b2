import { RandomStream } from "../core/random.js";
import { weightLayout } from "../look/index.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/**
 * First weights of a pixel network, flat in the order of `weightLayout`.
 *
 * Every unit of the first layer is a hinge: a random unit direction, with a bias that makes it pass through a
 * random colour of the training set, so that each starts where there is something to learn. PyTorch's default
 * leaves many hinges outside the colour cube; it cost 3 to 4 dB on every look that was measured. Inner layers
 * are Kaiming normal, and the last layer is zero: a residual network starts as the identity, exactly.
 */
export function hingeWeights(
  channels: readonly number[],
  samples: ColourSamples,
  seed: number,
): Float32Array {
  const layout = weightLayout(channels);
  const last = layout.at(-1);
  const weights = new Float32Array(last === undefined ? 0 : last.offset + (last.shape[0] as number));
  const layers = channels.length - 1;
  if (layers > 1) writeHinges(weights, channels, samples, new RandomStream({ seed, purpose: "init:hinges" }));
  for (let layer = 1; layer < layers - 1; layer++) {
    const { offset } = layout[2 * layer] as { offset: number };
    const fanIn = channels[layer] as number;
    const stream = new RandomStream({ seed, purpose: `init:layers.${layer}` });
    const deviation = Math.sqrt(2 / fanIn);
    for (let i = 0; i < fanIn * (channels[layer + 1] as number); i++)
      weights[offset + i] = deviation * stream.normal();
  }
  return weights;
}

function writeHinges(
  weights: Float32Array,
  channels: readonly number[],
  { input }: ColourSamples,
  stream: RandomStream,
): void {
  const inputs = channels[0] as number;
  const units = channels[1] as number;
  const count = sampleCount({ input, target: input });
  for (let unit = 0; unit < units; unit++) {
    const direction = Array.from({ length: inputs }, () => stream.normal());
    const length = Math.hypot(...direction);
    const through = stream.integer(count);
    let bias = 0;
    direction.forEach((component, channel) => {
      const weight = component / length;
      weights[unit * inputs + channel] = weight;
      bias -= weight * (input[channel * count + through] as number);
    });
    weights[units * inputs + unit] = bias;
  }
}
