/** Which entries of an axis, and how much of each, make an entry of the resized axis. */
import type { AxisTaps } from "../kernels/index.js";

export type ResizeMode = "nearest" | "bilinear" | "bicubic";

// Keys ("Cubic convolution interpolation for digital image processing", 1981) with the parameter of PyTorch and OpenCV.
const A = -0.75;

function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
  return d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
}

/** The axis of `input` entries resized to `output`; edges go on as they are. */
export function axisTaps(input: number, output: number, mode: ResizeMode, alignCorners: boolean): AxisTaps {
  const count = { nearest: 1, bilinear: 2, bicubic: 4 }[mode];
  const sources = new Int32Array(output * count);
  const weights = new Float64Array(output * count);
  const inside = (at: number): number => Math.min(Math.max(at, 0), input - 1);
  for (let i = 0; i < output; i++) {
    if (mode === "nearest") {
      sources[i] = Math.min(Math.floor((i * input) / output), input - 1);
      weights[i] = 1;
      continue;
    }
    const centre = positionOf(i, input, output, alignCorners);
    const position = mode === "bilinear" ? Math.max(centre, 0) : centre;
    const first = Math.floor(position);
    const share = position - first;
    for (let k = 0; k < count; k++) {
      const at = mode === "bilinear" ? first + k : first - 1 + k;
      sources[i * count + k] = inside(at);
      weights[i * count + k] = mode === "bilinear" ? (k === 0 ? 1 - share : share) : cubic(position - at);
    }
  }
  return { input, output, count, sources, weights };
}

/** Where entry i of the result lies on the axis: corners on corners, or pixels as areas. */
function positionOf(i: number, input: number, output: number, alignCorners: boolean): number {
  if (alignCorners) return output === 1 ? 0 : (i * (input - 1)) / (output - 1);
  return ((i + 0.5) * input) / output - 0.5;
}
