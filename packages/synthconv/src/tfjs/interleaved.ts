/** Images as TensorFlow.js keeps them, [P, C] with the channels of a pixel side by side, and as planes, [C, P]. */

/** Copies `count` pixels from `first` on into planes. */
export function readInterleaved(
  interleaved: Float32Array,
  channels: number,
  first: number,
  count: number,
  planes: Float32Array,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const row = channel * count;
    let from = first * channels + channel;
    for (let pixel = 0; pixel < count; pixel++, from += channels) {
      planes[row + pixel] = interleaved[from] as number;
    }
  }
}

/** Copies planes of `count` pixels to where pixel `first` is. */
export function writeInterleaved(
  planes: Float32Array,
  channels: number,
  first: number,
  count: number,
  interleaved: Float32Array,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const row = channel * count;
    let to = first * channels + channel;
    for (let pixel = 0; pixel < count; pixel++, to += channels) {
      interleaved[to] = planes[row + pixel] as number;
    }
  }
}
