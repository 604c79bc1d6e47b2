/** Frames drawn by a seed, over every layout that there is. */
import type { RandomStream } from "../../../src/core/index.js";
import type { SamplePlane, YCbCrFrame, YCbCrLayout } from "../../../src/kernels/index.js";

const MATRICES = [
  { red: 0.2126, blue: 0.0722 },
  { red: 0.299, blue: 0.114 },
  { red: 0.2627, blue: 0.0593 },
] as const;

export function drawLayout(random: RandomStream): YCbCrLayout {
  const one = <Value>(list: readonly Value[]): Value =>
    list[Math.floor(random.uniform() * list.length)] as Value;
  return {
    bits: one([8, 8, 10, 12, 16]),
    range: one(["limited", "full"] as const),
    matrix: one(MATRICES),
    chroma: one([
      [1, 1],
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 1],
    ] as const),
    siting: [one([0, 0.5] as const), one([0, 0.5, 1] as const)],
  };
}

/** @param sample a value in 0 to 1 of every sample; by chance where it is left out. */
export function newFrame(
  layout: YCbCrLayout,
  width: number,
  height: number,
  sample: (plane: number, index: number) => number = () => 0,
): YCbCrFrame {
  const top = 2 ** layout.bits - 1;
  const [across, down] = layout.chroma;
  const colours = Math.ceil(width / 2 ** across) * Math.ceil(height / 2 ** down);
  const plane = (nth: number): SamplePlane => {
    const length = nth === 0 ? width * height : colours;
    const values = { length };
    const at = (_: unknown, index: number): number => Math.round(sample(nth, index) * top);
    return layout.bits > 8 ? Uint16Array.from(values, at) : Uint8Array.from(values, at);
  };
  return { layout, planes: [plane(0), plane(1), plane(2)] };
}

export function randomFrame(
  random: RandomStream,
  layout: YCbCrLayout,
  width: number,
  height: number,
): YCbCrFrame {
  return newFrame(layout, width, height, () => random.uniform());
}
