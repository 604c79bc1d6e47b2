/**
 * The meaning of a lookup for every kind of pixel: `LutSampler` on float64 numbers, whole numbers divided by their
 * full scale before and rounded (halves up) and clamped after.
 */
import { LutSampler } from "../../colour/index.js";
import { fullScale, type LutImplementation, type LutPixels } from "./types.js";

// Three float64 a pixel stay in a first-level cache of 32 KB.
const BLOCK = 1024;

/** Covers every call, and refuses tables that are not sound (`checkLut`). */
export const reference: LutImplementation = {
  name: "reference",
  prepare: (lut, { source, target, count, channels, layout, interpolation }) => {
    const sampler = new LutSampler(lut, interpolation, "applyLut");
    const [pixelStep, channelStep] = layout === "planar" ? [1, count] : [channels, 1];
    const colours = new Float64Array(3 * BLOCK);
    return (first, end) => {
      for (let start = first; start < end; start += BLOCK) {
        const block = colours.subarray(0, 3 * Math.min(BLOCK, end - start));
        const steps = [start * pixelStep, pixelStep, channelStep] as const;
        read(source, ...steps, block);
        sampler.apply(block, block);
        write(block, target, ...steps);
        if (channels === 4) copyAlpha(source, target, ...steps, block.length / 3);
      }
    };
  },
};

function read(
  source: LutPixels,
  start: number,
  pixelStep: number,
  channelStep: number,
  colours: Float64Array,
): void {
  const scale = fullScale(source);
  for (let entry = 0, pixel = start; entry < colours.length; entry += 3, pixel += pixelStep) {
    for (let channel = 0; channel < 3; channel++) {
      colours[entry + channel] = (source[pixel + channel * channelStep] as number) / scale;
    }
  }
}

function write(
  colours: Float64Array,
  target: LutPixels,
  start: number,
  pixelStep: number,
  channelStep: number,
): void {
  const scale = fullScale(target);
  for (let entry = 0, pixel = start; entry < colours.length; entry += 3, pixel += pixelStep) {
    for (let channel = 0; channel < 3; channel++) {
      const value = colours[entry + channel] as number;
      const code = scale === 1 ? value : Math.floor(Math.min(Math.max(value * scale + 0.5, 0), scale));
      target[pixel + channel * channelStep] = code;
    }
  }
}

function copyAlpha(
  source: LutPixels,
  target: LutPixels,
  start: number,
  pixelStep: number,
  channelStep: number,
  pixels: number,
): void {
  let alpha = start + 3 * channelStep;
  for (let pixel = 0; pixel < pixels; pixel++, alpha += pixelStep) target[alpha] = source[alpha] as number;
}
