/**
 * How far the error of a look of photos grows with the distance from the colours that it saw. What lies beyond them is not
 * known, but of what lies within a part can be held out: the outermost third of the colours, in one direction after another,
 * told by the spline through the others, which is how such a look goes on where it saw none. To that comes what the look is off
 * by where it saw colours.
 *
 * Held against the true look over the whole cube of colours (scripts/measure-distances.mjs), see docs/cli.md.
 */
import { asShown, ColourComparison, type ErrorStatistics } from "../colour/index.js";
import { type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";
import {
  checkLook,
  clampToUnit,
  coverageOf,
  type DistanceError,
  type Look,
  SeenColours,
  synthesize,
} from "../look/index.js";
import { averagedColours } from "./balance.js";
import { bestSmoothing, ColourSpline } from "./colour-spline.js";
import type { FitExample } from "./examples.js";
import { checkExamples } from "./kinds.js";
import { millionths } from "./measure.js";
import { sampleCount, type WeightedColours } from "./samples.js";
import { isOfPhotos } from "./told-by.js";

/** Averaged colours that are held out: twice as many take eight times as long. */
const CENTERS = 640;
/** Those where the look itself is measured: what it was refined on. */
const SEEN = 2048;
const HELD_SHARE = 1 / 3;
/**
 * Distances in cells beyond 0, each from the least to the most; farther ones are seldom held out. Factors for each, fitted to
 * looks of two photos, made those of two others worse.
 */
const STEPS: readonly Pick<DistanceError, "from" | "to">[] = [
  { from: 1, to: 1 },
  { from: 2, to: 2 },
  { from: 3, to: 3 },
  { from: 4, to: 5 },
  { from: 6, to: null },
];
/** Fewer colours than these at a distance are chance. */
const FEW = 30;

/**
 * @param examples colours of photos, each at its style; distances are those from the example's own colours.
 * @returns an entry for each distance at which enough colours were held out, the nearest first. None where looks go on otherwise
 *   (with knobs, from LUTs, without refinement), or photos have too few colours.
 * @throws {ValueError} when the look or an example is none.
 */
export function errorByDistance(look: Look, examples: readonly FitExample[]): DistanceError[] {
  checkLook("errorByDistance", look);
  checkExamples("errorByDistance", "examples", examples);
  const { condition, training, colourSpace, outputSpace = colourSpace } = look.schema;
  if (condition.length > 0 || !training?.refinements || !isOfPhotos(examples)) return [];
  const own = new Tally(outputSpace);
  const steps = STEPS.map((step): Step => ({ ...step, tally: new Tally(outputSpace) }));
  for (const { samples, style } of examples) {
    const seen = averagedColours(samples, SEEN);
    own.add(outputOf(synthesize(look, {}, style), seen.input), seen.target);
    holdOut(averagedColours(samples, CENTERS), steps);
  }
  const near = own.result();
  if (near === undefined) return [];
  return [
    { from: 0, to: 0, ...near },
    ...steps.flatMap(({ from, to, tally }) => {
      const found = tally.result();
      if (found === undefined) return [];
      const { colours } = found;
      // Two errors that have nothing to do with each other.
      const [mean, p95] = [Math.hypot(near.mean, found.mean), Math.hypot(near.p95, found.p95)];
      return [{ from, to, colours, mean: millionths(mean), p95: millionths(p95) }];
    }),
  ];
}

interface Step extends Pick<DistanceError, "from" | "to"> {
  readonly tally: Tally;
}

/** Colours of one distance. */
class Tally {
  readonly #comparison = new ColourComparison();
  readonly #space: string;
  #colours = 0;

  constructor(space: string) {
    this.#space = space;
  }

  /** @param made planar `[3,n]`, as `target`; both are changed. */
  add(made: Float32Array, target: Float32Array): void {
    if (made.length === 0) return;
    const [one, other] = [made, target].map((planes) => asShown(clampToUnit(planes), this.#space, "planar"));
    this.#comparison.add(one as Float32Array, other as Float32Array, "planar");
    this.#colours += made.length / 3;
  }

  /** Undefined for a few. */
  result(): (Pick<ErrorStatistics, "mean" | "p95"> & { colours: number }) | undefined {
    if (this.#colours < FEW) return undefined;
    const { mean, p95 } = this.#comparison.result().deltaE2000;
    return { colours: this.#colours, mean: millionths(mean), p95: millionths(p95) };
  }
}

function outputOf(network: PixelNetwork, image: Float32Array): Float32Array {
  const output = new Float32Array(image.length);
  pixelNetworkForward({ network, image, pixels: image.length / 3, output });
  return output;
}

function holdOut(seen: WeightedColours, steps: readonly Step[]): void {
  if (sampleCount(seen) < 2 * FEW) return;
  const smoothing = bestSmoothing(seen);
  for (const direction of DIRECTIONS) {
    const { kept, held } = outermost(seen, direction);
    const made = new ColourSpline(kept, smoothing).at(held.input);
    const distances = new SeenColours(coverageOf([kept.input])).distancesOf(held.input);
    for (const { from, to, tally } of steps) {
      const indices = [...distances.keys()].filter((at) => {
        const distance = distances[at] as number;
        return distance >= from && distance <= (to ?? distance);
      });
      tally.add(taken(made, indices), taken(held.target, indices));
    }
  }
}

/** Towards the faces and the corners of the cube of colours. */
const DIRECTIONS = [-1, 0, 1]
  .flatMap((red) => [-1, 0, 1].flatMap((green) => [-1, 0, 1].map((blue) => [red, green, blue] as const)))
  .filter((direction) => [1, 3].includes(direction.filter((one) => one !== 0).length));

/** Splits colours by a plane across a direction. */
function outermost(
  colours: WeightedColours,
  [red, green, blue]: readonly [number, number, number],
): { kept: WeightedColours; held: WeightedColours } {
  const count = sampleCount(colours);
  const { input } = colours;
  const along = Float64Array.from({ length: count }, (_, at) => {
    const [r, g, b] = [input[at], input[count + at], input[2 * count + at]] as [number, number, number];
    return red * r + green * g + blue * b;
  });
  const order = Array.from(along.keys()).sort(
    (one, other) => (along[one] as number) - (along[other] as number),
  );
  const end = Math.round((1 - HELD_SHARE) * count);
  return { kept: part(colours, order.slice(0, end)), held: part(colours, order.slice(end)) };
}

function part({ input, target, weights }: WeightedColours, indices: readonly number[]): WeightedColours {
  return {
    input: taken(input, indices),
    target: taken(target, indices),
    weights: Float32Array.from(indices, (at) => weights[at] as number),
  };
}

/** `[3,n]` of planar `[3,P]`. */
function taken(planes: Float32Array, indices: readonly number[]): Float32Array {
  const [count, total] = [indices.length, planes.length / 3];
  return Float32Array.from({ length: 3 * count }, (_, at) => {
    return planes[Math.floor(at / count) * total + (indices[at % count] as number)] as number;
  });
}
