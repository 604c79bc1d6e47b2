/** A photo's channels beyond RGB and alpha: apart while a look is applied, in their places in a file. */
import type { Photo } from "./photo.js";

type Samples = Uint8Array | Uint16Array;

/**
 * @param samples interleaved, `stride` per pixel: RGB first.
 * @param alphaAt which channel after RGB is alpha.
 * @returns RGB or RGBA, the same array where there is nothing else, and the other channels.
 */
export function splitChannels(
  samples: Samples,
  stride: number,
  alphaAt: number | undefined,
): Pick<Photo, "data" | "channels" | "extras"> {
  const channels = alphaAt === undefined ? 3 : 4;
  if (stride === channels) return { data: samples, channels, extras: undefined };
  const colours = [0, 1, 2, ...(alphaAt === undefined ? [] : [3 + alphaAt])];
  const others = Array.from({ length: stride }, (_, at) => at).filter((at) => !colours.includes(at));
  return { data: pick(samples, stride, colours), channels, extras: pick(samples, stride, others) };
}

/** The inverse: every channel in its place. */
export function joinChannels({ data, channels, extras }: Photo, alphaAt: number | undefined): Samples {
  if (extras === undefined) return data;
  const pixels = data.length / channels;
  const stride = channels + extras.length / pixels;
  const joined = newSamples(data, stride * pixels);
  const alpha = alphaAt === undefined ? undefined : 3 + alphaAt;
  let ofExtras = 0;
  for (let channel = 0; channel < stride; channel++) {
    const isOwn = channel < 3 || channel === alpha;
    const from = isOwn ? data : extras;
    const step = isOwn ? channels : stride - channels;
    let source = isOwn ? Math.min(channel, 3) : ofExtras++;
    for (let to = channel; to < joined.length; to += stride, source += step)
      joined[to] = from[source] as number;
  }
  return joined;
}

function pick(samples: Samples, stride: number, channels: readonly number[]): Samples {
  const picked = newSamples(samples, (samples.length / stride) * channels.length);
  channels.forEach((channel, nth) => {
    for (let from = channel, to = nth; from < samples.length; from += stride, to += channels.length) {
      picked[to] = samples[from] as number;
    }
  });
  return picked;
}

function newSamples(like: Samples, length: number): Samples {
  return like instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}
