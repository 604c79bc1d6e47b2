import { asShown, ColourComparison, type ErrorStatistics } from "../colour/index.js";
import { check } from "../core/arguments.js";
import { STRING } from "../core/kinds.js";
import { type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";
import { checkLook, clampToUnit, type ErrorRecord, type Look, synthesize } from "../look/index.js";
import type { FitExample } from "./examples.js";
import { checkExamples } from "./kinds.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/** Colours a block: planes that stay in a second-level cache. */
const BLOCK = 16_384;

/**
 * How far what a look makes of colours, clamped to 0 to 1 as a photo is, lies from what it should make of them, in sRGB.
 *
 * @param examples colours that it was not trained on, each at a setting of the knobs, in a style or a blend of styles.
 * @param on what the colours are: `held-out pixels`, `lattice`.
 * @throws {ValueError} naming the knob or the style that the look does not have.
 */
export function measureLook(look: Look, examples: readonly FitExample[], on: string): ErrorRecord {
  checkLook("measureLook", look);
  checkExamples("measureLook", "examples", examples);
  check("measureLook", "on", on, STRING);
  const { colourSpace, outputSpace: space = colourSpace } = look.schema;
  const comparison = new ColourComparison();
  let colours = 0;
  for (const { settings, style, samples } of examples) {
    const network = synthesize(look, settings, style);
    const total = sampleCount(samples);
    colours += total;
    for (let start = 0; start < total; start += BLOCK) {
      const pixels = Math.min(BLOCK, total - start);
      const output = new Float32Array(3 * pixels);
      pixelNetworkForward({ network, image: planesAt(samples.input, total, start, pixels), pixels, output });
      comparison.add(
        asShown(clampToUnit(output), space, "planar"),
        asShown(clampToUnit(planesAt(samples.target, total, start, pixels)), space, "planar"),
        "planar",
      );
    }
  }
  const { psnr, deltaE76, deltaE2000 } = comparison.result();
  return {
    ...{ on, colours, psnr: Number.isFinite(psnr) ? millionths(psnr) : null },
    ...{ deltaE76: rounded(deltaE76), deltaE2000: rounded(deltaE2000) },
  };
}

function rounded({ mean, p95, max }: ErrorStatistics): ErrorStatistics {
  return { mean: millionths(mean), p95: millionths(p95), max: millionths(max) };
}

/** The look's file is to be the same bytes everywhere, and the last bits of Math's roots and angles differ by engine. */
export function millionths(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** The PSNR alone, without the colour differences, which take most of the time. */
export function psnrOver(network: PixelNetwork, samples: ColourSamples): number {
  const total = sampleCount(samples);
  let squares = 0;
  for (let start = 0; start < total; start += BLOCK) {
    const pixels = Math.min(BLOCK, total - start);
    const output = new Float32Array(3 * pixels);
    pixelNetworkForward({ network, image: planesAt(samples.input, total, start, pixels), pixels, output });
    const target = clampToUnit(planesAt(samples.target, total, start, pixels));
    clampToUnit(output).forEach((value, at) => {
      squares += (value - (target[at] as number)) ** 2;
    });
  }
  return -10 * Math.log10(squares / (3 * total));
}

/** `[3,pixels]` out of `[3,total]`. */
function planesAt(planes: Float32Array, total: number, start: number, pixels: number): Float32Array {
  const part = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel++) {
    const from = channel * total + start;
    part.set(planes.subarray(from, from + pixels), channel * pixels);
  }
  return part;
}
