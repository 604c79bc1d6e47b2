/** What a training that came out badly means, what it may come from, and what to try. */
import type { ColourSamples, ErrorRecord, GreyRecord, Look } from "synthconv/fit";
import { formatDecibels } from "../../report/difference.js";
import { bestPossiblePsnr } from "./best-possible.js";
import type { TrainingSource } from "./source.js";

export interface Outcome {
  readonly source: TrainingSource;
  readonly look: Look;
  readonly error: ErrorRecord;
  readonly greys: GreyRecord;
}

/** Below this, differences are seen side by side: film looks learned from a photo and its JPEG reach 44 to 49 dB. */
const POOR_PSNR = 34;
/** A fall along the ramp that shows as a dark edge in a sky. */
const SEEN_FALL = 1;
/** A picture of 32 x 32: the smallest that holds some hundred colours beside what is held out. */
const FEW_PIXELS = 1024;
/** How close to what any look can reach counts as all of it, in dB. */
const CLOSE = 3;

/** A sentence or two for each thing that is wrong; none for a training that went well. */
export function adviceOn({ source, look, error, greys }: Outcome): string[] {
  const advice: string[] = [];
  const { psnr } = error;
  if (psnr === null && changesNothing(source)) {
    advice.push(
      source.kind === "pairs"
        ? "before and after are equal: the look changes nothing. See whether after is the photo with its edit"
        : "the LUT changes nothing, and neither does the look",
    );
  }
  const pixels = source.training.input.length / 3;
  if (source.kind === "pairs" && pixels < FEW_PIXELS) {
    const count = pixels === 1 ? "1 pixel" : `${pixels} pixels`;
    advice.push(
      `it was trained on ${count}: what it makes of other colours is a guess. Try larger photos, or more of them`,
    );
  }
  if (psnr !== null && psnr < POOR_PSNR) advice.push(poorFit(psnr, source, look));
  if (greys.fall > SEEN_FALL) {
    advice.push(
      `along the grey ramp it falls by ${greys.fall.toFixed(1)} of 255 (before grey ${greys.fallAt}) where its source ` +
        `rises: smooth skies and walls may show an edge. Try ${moreChannels(look)}, or more steps`,
    );
  }
  if (greys.tint !== null && greys.tint > SEEN_FALL) {
    advice.push(
      `its source is monochrome, and it is tinted by up to ${greys.tint.toFixed(1)} of 255. Try ${moreChannels(look)}`,
    );
  }
  return advice;
}

function changesNothing({ training: { input, target } }: TrainingSource): boolean {
  return input.every((value, index) => value === target[index]);
}

function poorFit(psnr: number, source: TrainingSource, look: Look): string {
  const off = 255 * 10 ** (-psnr / 20);
  const meaning =
    `${formatDecibels(psnr)} means that a channel is off by ${off.toFixed(off < 10 ? 1 : 0)} of 255 ` +
    "(root mean square), which is plain to see";
  const range = rangeOf(source.test);
  if (range > 1.5) {
    return (
      `${meaning}. The LUT's values span ${range.toPrecision(3)}, and a look's 0 to 1: it is made for other data ` +
      "than photos (scene light, a log encoding). Try the LUT of the same look for sRGB or Rec. 709"
    );
  }
  if (source.kind !== "pairs") {
    return `${meaning}. The LUT bends more than the network can. Try ${moreChannels(look)}`;
  }
  const best = bestPossiblePsnr(source.training);
  if (best < Math.max(psnr, POOR_PSNR) + CLOSE) {
    return (
      `${meaning}. No look can pass about ${formatDecibels(best)} here: equal colours before have different colours ` +
      "after. The edit may depend on the place (a vignette, a mask, a local adjustment, sharpening, " +
      "grain), or the photos do not lie on each other (a crop, a shift, a lens correction, a resize). Export both " +
      "from one program without crop, lens correction and local edits; try synthconv compare before after -o where.png " +
      "to see where they differ"
    );
  }
  return (
    `${meaning}. A look could reach ${formatDecibels(best)} on these pairs: the network is too small or was trained too ` +
    `briefly. Try ${moreChannels(look)}, or more steps`
  );
}

function moreChannels({ schema: { network } }: Look): string {
  const hidden = network.channels.length - 2;
  const widest = Math.max(...network.channels.slice(1, -1), 0);
  if (hidden < 2) return `--hidden 2 --channels ${Math.max(32, widest)}`;
  return widest < 256 ? `--channels ${Math.min(256, 2 * widest)}` : "--hidden 3";
}

/** From the smallest to the largest value after. */
function rangeOf({ target }: ColourSamples): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of target) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
