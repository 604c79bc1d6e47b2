/** What the demo's network is taught, what it is examined on, and the training between the two. */

import type { Parameter } from "synthconv";
import { gradientNorm } from "synthconv/doctor";
import {
  type FitExample,
  type FitOptions,
  type FittedLook,
  fitLook,
  type LookModel,
  measureLook,
} from "synthconv/fit";
import type { ErrorRecord, Knob } from "synthconv/look";
import type { Photo } from "../../image/photo.js";
import { readColours } from "../../image/pixels.js";
import { applyGrade, COOL_CROSS_PROCESS, gradeBetween, WARM_FADE } from "./grades.js";

export const MIX: Knob = {
  name: "mix",
  minimum: 0,
  maximum: 1,
  default: 0.5,
  description: "from cool cross-process (0) to warm fade (1)",
};

export const TAUGHT_SETTINGS: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** As far from the taught ones as can be. */
export const NEW_SETTINGS: readonly number[] = [0.1, 0.3, 0.5, 0.7, 0.9];

/** Colours of the two halves of a photo, encoded sRGB, planar `[3,N]` each. */
export interface Halves {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

export interface LessonOptions extends Pick<FitOptions, "signal" | "onProgress" | "history"> {
  readonly steps: number;
  readonly seed: number;
}

/** How strongly one parameter of the fully connected layers was pulled at a step. */
export interface GradientReport {
  readonly parameter: string;
  readonly shape: readonly number[];
  /** Euclidean norm of the loss's gradient at the second step. */
  readonly second: number;
  /** The same at the last step, when there is little left to learn. */
  readonly last: number;
  /** Euclidean distance that the parameter went between the two. */
  readonly moved: number;
}

/** The error at one setting of the knob. */
export interface HeldOutError extends ErrorRecord {
  readonly mix: number;
  /** Whether the network was trained at this setting, on other pixels. */
  readonly taught: boolean;
}

export interface Lesson {
  readonly fitted: FittedLook;
  readonly gradients: readonly GradientReport[];
}

/** What the hand-written look makes of colours `[3,N]` at a setting of the knob. */
export function trueColours(mix: number, colours: Float32Array): Float32Array {
  return applyGrade(gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, mix), colours);
}

export function halvesOf(photo: Photo): Halves {
  const { width, height } = photo;
  const middle = Math.floor(width / 2);
  const left = new Float32Array(3 * middle * height);
  const right = new Float32Array(3 * (width - middle) * height);
  const row = new Float32Array(3 * width);
  for (let y = 0; y < height; y++) {
    readColours(photo, y * width, row);
    for (let channel = 0; channel < 3; channel++) {
      const line = channel * height + y;
      const start = channel * width;
      left.set(row.subarray(start, start + middle), line * middle);
      right.set(row.subarray(start + middle, start + width), line * (width - middle));
    }
  }
  return { left, right };
}

/**
 * Trains the seed network on the left half, at the settings that are taught.
 *
 * @throws the signal's reason when it aborts.
 */
export async function teach({ left }: Halves, options: LessonOptions): Promise<Lesson> {
  const examples: FitExample[] = TAUGHT_SETTINGS.map((mix) => ({
    settings: { mix },
    samples: { input: left, target: trueColours(mix, left) },
  }));
  const common = { knobs: [MIX], seed: options.seed, source: "demo" };
  // Random numbers are keyed by the step, and every schedule starts at its full rate: these two steps are the
  // first two of the training below, bit for bit.
  const rehearsal = await fitLook(examples, { ...common, steps: 2 });
  const fitted = await fitLook(examples, { ...common, ...options });
  options.signal?.throwIfAborted();
  return { fitted, gradients: gradientsOf(rehearsal.model, fitted.model) };
}

/** The error on the right half, at every setting and over all of them. */
export function examine(
  { look }: FittedLook,
  { right }: Halves,
): { heldOut: HeldOutError[]; error: ErrorRecord } {
  const settings = [...TAUGHT_SETTINGS, ...NEW_SETTINGS].sort((a, b) => a - b);
  const examples = settings.map(
    (mix): FitExample => ({
      settings: { mix },
      samples: { input: right, target: trueColours(mix, right) },
    }),
  );
  const heldOut = examples.map((example, index) => {
    const mix = settings[index] as number;
    return { mix, taught: TAUGHT_SETTINGS.includes(mix), ...measureLook(look, [example], "held-out pixels") };
  });
  return { heldOut, error: measureLook(look, examples, "held-out pixels") };
}

/** The gradients that the last step of each training left in the parameters. */
function gradientsOf(second: LookModel, last: LookModel): GradientReport[] {
  const later = last.namedParameters();
  return [...second.namedParameters()].map(([parameter, early]) => {
    const late = later.get(parameter) as Parameter;
    return {
      parameter,
      shape: early.shape,
      second: gradientNorm([early]),
      last: gradientNorm([late]),
      moved: Math.hypot(...late.data.map((value, i) => value - (early.data[i] as number))),
    };
  });
}
