/** The three curves of one step of a profile's tables, sampled for photos: by their formulas they took most of the time. */
import { decode, distinct, lightTable } from "../curve-tables.js";
import type { Curve } from "./curve.js";

export class StepCurves {
  readonly curves: readonly [Curve, Curve, Curve];
  #samples: readonly Sampled[] | undefined;

  constructor(curves: readonly [Curve, Curve, Curve]) {
    this.curves = curves;
  }

  /** By channel; made when it is first asked for. */
  get samples(): readonly Sampled[] {
    this.#samples ??= distinct(this.curves, lightTable).map(sampled);
    return this.#samples;
  }
}

/** What stands for a curve within 0..1. */
type Sampled = Float32Array | "identity" | "jumps";

/** Samples take as long to make as 65,537 colours: a photo has more. */
const MANY = 16_384;

/**
 * Powers below 1 are so steep at black that no step between samples is straight there: from the 16th on they are, to a fifth of a
 * code of 16 bits.
 */
const STEEP = 16 / 65_535;

/** The largest rise within a step that is no jump: a cube root rises by 1 / 770 in the 17th step. */
const JUMP = 1 / 256;

/**
 * In place, on planar `[3, N]`. By the curves themselves below 0 and above 1, near black, and where there are few colours; else
 * by samples, unless a curve jumps.
 */
export function takeCurves(step: StepCurves, colours: Float32Array): void {
  const count = colours.length / 3;
  step.curves.forEach((curve, channel) => {
    const plane = colours.subarray(channel * count, (channel + 1) * count);
    const samples = count < MANY ? "jumps" : (step.samples[channel] as Sampled);
    if (samples === "jumps") for (let i = 0; i < count; i++) plane[i] = curve(plane[i] as number);
    else takeSampled(samples, curve, plane);
  });
}

function takeSampled(samples: Float32Array | "identity", curve: Curve, plane: Float32Array): void {
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i] as number;
    if (!(value >= STEEP && value <= 1)) plane[i] = curve(value);
    else if (samples !== "identity") plane[i] = decode(value, samples, curve);
  }
}

function sampled(samples: Float32Array): Sampled {
  // The last is the second for 1.
  const last = samples.length - 2;
  if (samples.every((value, i) => Math.abs(value - Math.min(1, i / last)) <= 1e-7)) return "identity";
  const jumps = samples.some(
    (value, i) => i > STEEP * last && Math.abs(value - (samples[i - 1] as number)) > JUMP,
  );
  return jumps ? "jumps" : samples;
}
