/** What a training that came out badly means, what it may come from, and what to try. */
import type { ColourSamples, FitExample, GreyRecord, Look } from "synthconv/fit";
import { formatDecibels } from "../../report/difference.js";
import { bestPossiblePsnr } from "./best-possible.js";
import { conditionName } from "./condition-name.js";
import type { Measured } from "./measured.js";
import type { TrainingSource } from "./training-source.js";

export interface Outcome extends Measured {
  readonly source: TrainingSource;
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
export function adviceOn({ source, look, error, conditions }: Outcome): string[] {
  const advice: string[] = [];
  // In a recipe a knob may well change nothing at one of its ends.
  if (error.psnr === null && source.training.every(changesNothing)) {
    advice.push(
      source.kind === "chart"
        ? "the chart is as it was written: the look changes nothing. See whether the edit was saved with it"
        : source.kind === "pairs"
          ? "before and after are equal: the look changes nothing. See whether after is the photo with its edit"
          : "the LUT changes nothing, and neither does the look",
    );
  }
  const photos = source.training.filter(isOfPhotos);
  const pixels = photos.reduce((sum, { samples }) => sum + samples.input.length / 3, 0);
  if (photos.length > 0 && pixels < FEW_PIXELS) {
    const count = pixels === 1 ? "1 pixel" : `${pixels} pixels`;
    advice.push(
      `it was trained on ${count}: what it makes of other colours is a guess. Try larger photos, or more of them`,
    );
  }
  conditions.forEach((condition, nth) => {
    const { psnr } = condition.error;
    if (psnr === null || psnr >= POOR_PSNR) return;
    const name = conditions.length > 1 ? `${conditionName(condition)}: ` : "";
    advice.push(name + poorFit(psnr, source, nth, look));
  });
  for (const condition of conditions) {
    const name = conditions.length > 1 ? `${conditionName(condition)}: ` : "";
    for (const sentence of greyAdvice(condition.greys, look)) advice.push(name + sentence);
  }
  return advice;
}

function greyAdvice({ fall, fallAt, tint }: GreyRecord, look: Look): string[] {
  const advice: string[] = [];
  if (fall > SEEN_FALL) {
    advice.push(
      `along the grey ramp it falls by ${fall.toFixed(1)} of 255 (before grey ${fallAt}) where its source ` +
        `rises: smooth skies and walls may show an edge. Try ${moreChannels(look)}, or more steps`,
    );
  }
  if (tint !== null && tint > SEEN_FALL) {
    advice.push(
      `its source is monochrome, and it is tinted by up to ${tint.toFixed(1)} of 255. Try ${moreChannels(look)}`,
    );
  }
  return advice;
}

function changesNothing({ samples: { input, target } }: FitExample): boolean {
  return input.every((value, index) => value === target[index]);
}

/** Only what comes from photos is balanced. */
function isOfPhotos({ balance }: FitExample): boolean {
  return balance === true;
}

function poorFit(psnr: number, source: TrainingSource, nth: number, look: Look): string {
  const [training, test] = [source.training[nth], source.tests[nth]] as [FitExample, FitExample];
  const off = 255 * 10 ** (-psnr / 20);
  const meaning =
    `${formatDecibels(psnr)} means that a channel is off by ${off.toFixed(off < 10 ? 1 : 0)} of 255 ` +
    "(root mean square), which is plain to see";
  const range = rangeOf(test.samples);
  if (range > 1.5) {
    return (
      `${meaning}. The LUT's values span ${range.toPrecision(3)}, and a look's 0 to 1: it is made for other data ` +
      "than photos (scene light, a log encoding). Try the LUT of the same look for sRGB or Rec. 709"
    );
  }
  if (!isOfPhotos(training)) {
    const what = source.kind === "chart" ? "The edit" : "The LUT";
    return `${meaning}. ${what} bends more than the network can. Try ${moreChannels(look)}`;
  }
  const best = bestPossiblePsnr(training.samples);
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
