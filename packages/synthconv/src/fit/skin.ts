/** The colours of skin. */
import { rgbToLab } from "../colour/index.js";

/** From light to dark, as 8-bit codes of sRGB: the Monk Skin Tone Scale (Monk, 2022), which has little red, and the two skins of the ColorChecker. */
const MONK = [
  [246, 237, 228],
  [243, 231, 219],
  [247, 234, 208],
  [234, 218, 186],
  [215, 189, 150],
  [160, 126, 86],
  [130, 92, 67],
  [96, 65, 52],
  [58, 49, 42],
  [41, 36, 32],
];
const COLOR_CHECKER = [
  [194, 150, 130],
  [115, 82, 68],
];
/** Colours from one tone to the next: they lie closer than REACH. */
const BETWEEN = 3;
/** DeltaE 76 at which a colour is skin by 1 / e: faces in photos vary by that much around their tone. */
const REACH = 8;

/** Tones from light to dark, planar `[3,n]`. */
export function skinTones(): Float32Array {
  const tones = [MONK, COLOR_CHECKER].flatMap((line) =>
    line.flatMap((tone, nth) => between(tone, line[nth + 1])),
  );
  return Float32Array.from(
    [0, 1, 2].flatMap((channel) => tones.map((tone) => (tone[channel] as number) / 255)),
  );
}

function between(tone: readonly number[], next: readonly number[] | undefined): (readonly number[])[] {
  if (next === undefined) return [tone];
  return Array.from({ length: BETWEEN }, (_, step) =>
    tone.map((value, channel) => value + (step / BETWEEN) * ((next[channel] as number) - value)),
  );
}

/** By how much each colour is skin: 1 on a tone, and less with the square of the distance. @param input planar `[3,P]` */
export function skinShares(input: Float32Array): Float32Array {
  const tones = rgbToLab(skinTones(), "planar");
  const lab = rgbToLab(input, "planar");
  return Float32Array.from({ length: input.length / 3 }, (_, nth) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let tone = 0; tone < tones.length; tone += 3) {
      const lightness = (lab[3 * nth] as number) - (tones[tone] as number);
      const red = (lab[3 * nth + 1] as number) - (tones[tone + 1] as number);
      const yellow = (lab[3 * nth + 2] as number) - (tones[tone + 2] as number);
      nearest = Math.min(nearest, lightness * lightness + red * red + yellow * yellow);
    }
    return Math.exp(-nearest / (REACH * REACH));
  });
}
