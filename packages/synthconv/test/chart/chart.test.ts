import { describe, expect, it } from "vitest";
import { type Rgb, randomMap } from "../../../../test-support/random-map.js";
import { findChart } from "../../src/chart/find-chart.js";
import { CHART_SIDE, COLOURS, chartColours, chartPatches, MARKERS } from "../../src/chart/layout.js";
import { type SeparatedChart, separate } from "../../src/chart/separate.js";
import { RandomStream } from "../../src/index.js";
import { compareColours } from "../../src/look.js";
import { decoded, type Export, exported, type Filter, filtered } from "./material.js";

const AS_IT_IS: Export = { scale: 1, crop: [0, 0, 0, 0], turn: 0, mirrored: false, quality: 95 };
const COLOUR_ALONE: Omit<Filter, "map"> = { vignette: 0, gradient: 0, grain: 0 };
const random = (purpose: string): RandomStream => new RandomStream({ seed: 14, purpose });

async function read(filter: Filter, given: Export, stream: RandomStream): Promise<SeparatedChart> {
  const picture = await decoded(await exported(filtered(filter, stream), given));
  return separate(picture, findChart(picture, "chart.jpg"));
}

/** The mean deltaE 2000 of what was read to what the filter makes of the chart's colours. */
function errorOf({ values }: SeparatedChart, map: Filter["map"]): number {
  const colours = chartColours();
  const [seen, truth]: [number[], number[]] = [[], []];
  for (let colour = 0; colour < COLOURS; colour++) {
    const at = [0, 1, 2].map((channel) => channel * COLOURS + colour);
    if (Number.isNaN(values[at[0] as number])) continue;
    seen.push(...at.map((index) => values[index] as number));
    truth.push(...map(at.map((index) => colours[index] as number) as Rgb));
  }
  return compareColours(Float32Array.from(seen), Float32Array.from(truth), "interleaved").deltaE2000.mean;
}

describe("the chart", () => {
  it("has every colour at four places that a turn by half maps onto each other, and no patch on another", () => {
    const patches = chartPatches();
    const byPlace = new Map(patches.map((patch) => [`${patch.x} ${patch.y}`, patch.colour]));
    expect(byPlace.size).toBe(4 * COLOURS);
    const counts = new Uint8Array(COLOURS);
    for (const { x, y, colour } of patches) {
      counts[colour] = (counts[colour] as number) + 1;
      expect(byPlace.get(`${-x} ${-y}`)).toBe(colour);
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(CHART_SIDE / 2);
      expect(Math.min(...MARKERS.map((marker) => Math.hypot(marker.x - x, marker.y - y)))).toBeGreaterThan(
        64,
      );
    }
    expect(counts.every((count) => count === 4)).toBe(true);
  });

  it.each([0, 1, 2, 3])(
    "is read within a mean deltaE 2000 of 1 through any filter, size, crop of its border, turn and JPEG: draw %i",
    async (draw) => {
      const stream = random(`filters:${draw}`);
      const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
      const filter = {
        map: randomMap(stream),
        vignette: between(0, 0.5),
        gradient: between(-0.06, 0.06),
        grain: draw % 2 === 0 ? 0 : between(0, 0.03),
      };
      const given: Export = {
        scale: between(0.45, 0.8),
        crop: [between(0, 100), between(0, 100), between(0, 100), between(0, 100)].map(Math.floor) as never,
        turn: ([0, 90, 180, 270] as const)[draw] as 0,
        mirrored: draw >= 2,
        quality: Math.round(between(75, 98)),
      };
      const error = errorOf(await read(filter, given, stream), filter.map);
      expect(error, JSON.stringify({ ...filter, ...given })).toBeLessThan(1);
    },
  );

  it("tells a vignette, a gradient and grain from colour, and measures them", async () => {
    const map = (colour: Rgb): Rgb => colour.map((value) => 0.1 + 0.8 * value ** 1.2) as Rgb;
    const stream = random("not-colour");
    const given = { ...AS_IT_IS, scale: 0.6 };
    const plain = await read({ ...COLOUR_ALONE, map }, given, stream);
    const spoiled = await read({ map, vignette: 0.4, gradient: 0.05, grain: 0.04 }, given, stream);
    expect(errorOf(plain, map)).toBeLessThan(0.3);
    expect(Math.abs(plain.notColour.vignette as number)).toBeLessThan(2);
    expect(Math.abs(plain.notColour.leftToRight as number)).toBeLessThan(0.5);
    expect(Math.abs(plain.notColour.localContrast)).toBeLessThan(0.01);
    // A middle grey, 8 x 17 or 7 x 17 of 255, becomes 0.45 or so: 0.4 of that in the corners, twice 0.05 across.
    const grey = 255 * map([0.5, 0.5, 0.5])[0];
    expect((spoiled.notColour.vignette as number) / (-0.4 * grey)).toBeCloseTo(1, 1);
    expect(spoiled.notColour.leftToRight).toBeCloseTo(2 * 0.05 * 255, -0.5);
    expect(spoiled.notColour.grain as number).toBeGreaterThan(3);
    expect(errorOf(spoiled, map)).toBeLessThan(0.8);
  });

  it("is read through a vignette in front of a filter of strong contrast, which is more than any factor behind it", async () => {
    // Steep in the middle, flat at both ends, channels mixed: as print film is.
    const steep = (value: number): number => 1 / (1 + Math.exp(-9 * (value - 0.45)));
    const map = ([red, green, blue]: Rgb): Rgb =>
      [0.9 * red + 0.1 * green, 0.05 * red + 0.95 * green, 0.15 * green + 0.85 * blue].map(steep) as Rgb;
    const given = { ...AS_IT_IS, scale: 0.6, quality: 80 };
    const spoiled = await read({ ...COLOUR_ALONE, map, vignetteBefore: 0.4 }, given, random("before"));
    expect(errorOf(spoiled, map)).toBeLessThan(1);
    const darkened = 255 * (steep(0.5 * 0.6) - steep(0.5));
    expect((spoiled.notColour.vignette as number) / darkened).toBeCloseTo(1, 0.5);
  });

  it.each([
    ["a corner", [0, 960, 960, 0], [null, null, null]],
    ["its right", [0, 0, 900, 0], [null, null, 0]],
    ["its border", [100, 100, 100, 100], [-60, 0, 0]],
  ] as const)(
    "without %s tells colour from place, and measures what can be seen",
    async (_, crop, expected) => {
      const map = (colour: Rgb): Rgb => colour.map((value) => 0.1 + 0.8 * value ** 1.2) as Rgb;
      const filter = { ...COLOUR_ALONE, map, vignette: 0.5 };
      const { notColour, ...rest } = await read(filter, { ...AS_IT_IS, scale: 0.6, crop }, random("cropped"));
      expect(errorOf({ notColour, ...rest }, map)).toBeLessThan(0.6);
      const measured = [notColour.vignette, notColour.leftToRight, notColour.topToBottom];
      expect(measured.map((value) => value && Math.round(value / 20) * 20 + 0)).toEqual(expected);
    },
  );

  it("is found where a filter inverts it, and where it leaves one channel alone", async () => {
    const maps: Filter["map"][] = [
      ([red, green, blue]) => [1 - red, 1 - green, 1 - blue],
      ([, , blue]) => [0.5, 0.5, blue],
    ];
    for (const map of maps) {
      expect(
        errorOf(await read({ ...COLOUR_ALONE, map }, { ...AS_IT_IS, scale: 0.4 }, random("odd")), map),
      ).toBeLessThan(1);
    }
  });

  it("that lost a side keeps the colours that have another place", async () => {
    const map = (colour: Rgb): Rgb => colour.map((value) => value ** 1.3) as Rgb;
    const given: Export = { ...AS_IT_IS, crop: [300, 0, 0, 0], scale: 0.6 };
    const { values } = await read({ ...COLOUR_ALONE, map }, given, random("side"));
    expect(values.some(Number.isNaN)).toBe(false);
    expect(errorOf({ values } as SeparatedChart, map)).toBeLessThan(0.6);
  });

  it("that was cropped too far, is too small or is no chart at all is refused with what to do", async () => {
    const data = filtered({ ...COLOUR_ALONE, map: (colour) => colour }, random("refused"));
    const messageOf = async (given: Partial<Export>): Promise<string> => {
      const picture = await decoded(await exported(data, { ...AS_IT_IS, ...given }));
      try {
        findChart(picture, "chart.jpg");
      } catch (error) {
        return (error as Error).message;
      }
      return "found";
    };
    expect(await messageOf({ crop: [450, 450, 450, 450], scale: 0.6 })).toMatch(
      /^chart\.jpg: expected the picture that synthconv chart writes, after an edit of its colours, received one with 71 % of its colours: the rest was cropped away\. Export it again without a crop; its grey border alone may go\.$/,
    );
    expect(await messageOf({ scale: 0.17 })).toMatch(
      /received one of which a patch has 2\.7 pixels\. Export it larger: at least 450 pixels wide/,
    );
    expect(await messageOf({ crop: [0, 0, 1250, 1250], scale: 0.6 })).toMatch(
      /received a picture (without its markers|with \d of its 9 markers)/,
    );
  });
});
