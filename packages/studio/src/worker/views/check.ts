/** What a pair is, in numbers and as a map over its photo. */
import type { LocalEdits, PixelView } from "synthconv/fit";
import { pairFindings } from "synthconv/internal";
import type { PairCheck, Picture } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { matchedPair } from "../matched-pairs.js";
import { heatColour } from "./heat.js";

/** Of 255, at the bright end of the map, as on the command line: what grain and JPEG do stays dark. */
export const MAP_TOP = 20;
/** Around what is left out: cyan, which no heat has. */
const OUTLINE = [0, 255, 255, 255] as const;
/** Of the small photo: some pixels of the page for one of the map. */
const PHOTO_PIXELS = 200_000;

/** Small, unlike the pairs themselves: those of all pairs of a session are kept. */
const kept = new Map<string, Promise<PairCheck>>();

export const check: Handler<"check"> = async ({ before, after }) => {
  const key = `${before.key}\n${after.key}`;
  const known = kept.get(key) ?? matchedPair({ before, after }).then(checkOf);
  kept.set(key, known);
  known.catch(() => kept.delete(key));
  return { answer: await known, transfer: [] };
};

function checkOf({ before, record, edits }: Awaited<ReturnType<typeof matchedPair>>): PairCheck {
  return {
    ...{ record, findings: pairFindings(record), shares: edits.shares },
    ...{ photo: smallPhoto(before), map: mapOf(edits) },
  };
}

/** By single pixels, as it is only looked at. */
function smallPhoto({ width, height, channels, data }: PixelView): Picture {
  const scale = Math.min(1, Math.sqrt(PHOTO_PIXELS / (width * height)));
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const factor = data instanceof Float32Array ? 255 : data instanceof Uint16Array ? 1 / 257 : 1;
  const pixels = new Uint8ClampedArray(4 * across * down).fill(255);
  for (let y = 0, to = 0; y < down; y++) {
    const row = Math.floor(((y + 0.5) * height) / down) * width;
    for (let x = 0; x < across; x++, to += 4) {
      const from = channels * (row + Math.floor(((x + 0.5) * width) / across));
      for (let channel = 0; channel < channels; channel++) {
        pixels[to + channel] = factor * (data[from + channel] as number);
      }
    }
  }
  return { width: across, height: down, pixels };
}

/** As opaque as it is far from colour, so that the photo is seen beneath. */
export function mapOf({
  width,
  height,
  mask,
  distance,
}: LocalEdits & { readonly width: number; readonly height: number }): Picture {
  const pixels = new Uint8ClampedArray(4 * width * height);
  distance.forEach((value, pixel) => {
    const share = Math.min(1, (255 * value) / MAP_TOP);
    const [red, green, blue] = heatColour(share);
    pixels.set([red, green, blue, 255 * share], 4 * pixel);
  });
  mask.forEach((one, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isEdge =
      (x > 0 && mask[pixel - 1] === 0) ||
      (x < width - 1 && mask[pixel + 1] === 0) ||
      (y > 0 && mask[pixel - width] === 0) ||
      (y < height - 1 && mask[pixel + width] === 0);
    if (one === 1 && isEdge) pixels.set(OUTLINE, 4 * pixel);
  });
  return { width, height, pixels };
}
