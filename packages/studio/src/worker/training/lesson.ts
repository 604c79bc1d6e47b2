/** What a training learns from: colours before and after at settings of the knobs, and those that are held back. */
import { concatSamples, type FitExample, sampleChart, samplePair } from "synthconv/fit";
import { type Source, stylesOf, type TrainAsk } from "../../protocol/index.js";
import { texts } from "../../texts/index.js";
import { matchedPair } from "../matched-pairs.js";

export interface Lesson {
  readonly training: readonly FitExample[];
  /** Colours that training never sees. */
  readonly tests: readonly FitExample[];
  /** Of the look; undefined where it has none. */
  readonly styles: readonly string[] | undefined;
  /** What the tests are: `held-out pixels`, `lattice`, `held-out colours`. */
  readonly testedOn: string;
  /** What the look's file says of where it came from. */
  readonly source: string;
}

/** There is nothing to learn from, or it does not fit together; the message says what to do. */
export class LessonError extends Error {
  override readonly name = "LessonError";
}

/** Pixels of a pair that are looked at: a quarter million say as much of an edit as all of them. */
const PAIR_SAMPLES = 2 ** 18;

/**
 * Beside what the sources say, the knob `amount` at its lowest leaves colours as they are: where there is such a knob, every
 * source gives that lesson too, unless a person gave one of their own. Edits that contradict each other are styles.
 *
 * Pairs that were shifted, cropped or resized are aligned, and what of them is a local edit is left out.
 *
 * @throws {LessonError | PhotoError | ShapeError} for sources that cannot be learned from.
 */
export async function lessonOf({ sources, knobs, settings: { seed } }: TrainAsk): Promise<Lesson> {
  if (sources.length === 0) throw new LessonError(texts.faults.noSource);
  const parts: Part[] = [];
  // One after the other: the pixels of many pairs at once are too many.
  for (const [index, source] of sources.entries()) parts.push(await partOf(source, index, seed));
  const styles = stylesOf(sources, knobs);
  const styled = (example: FitExample, at: number): FitExample =>
    styles === undefined ? example : { ...example, style: styles[at] as string };
  const lowest = knobs.find(({ name }) => name === AMOUNT)?.minimum;
  const training = parts.map((part, at) => styled(part.training, at));
  return {
    training: lowest === undefined ? training : [...training, ...unchanged(training, lowest)],
    tests: parts.map(({ test }, at) => styled(test, at)),
    styles: styles && [...new Set(styles)],
    testedOn: testedOn(sources),
    source: describe(sources),
  };
}

function testedOn(sources: readonly Source[]): string {
  const kinds = new Set(sources.map(({ kind }) => kind));
  if (kinds.size > 1) return "held-out colours";
  return kinds.has("lut") ? "lattice" : kinds.has("chart") ? "held-out colours" : "held-out pixels";
}

/** The knob that every look of the studio has unless a person takes it away. */
export const AMOUNT = "amount";

interface Part {
  readonly training: FitExample;
  readonly test: FitExample;
}

async function partOf(source: Source, index: number, seed: number): Promise<Part> {
  const { settings } = source;
  if (source.kind === "lut") {
    // The formats are fetched when there is a file of one of them.
    const { lutSamples } = await import("../luts.js");
    const { training, test } = await lutSamples(source.lut, seed);
    return { training: { samples: training, settings }, test: { samples: test, settings } };
  }
  if (source.kind === "chart") {
    // Fetched when there is one.
    const { chartOf } = await import("../charts.js");
    const { values } = await chartOf(source.photo);
    const { training, heldOut } = sampleChart(values, { seed });
    return { training: { samples: training, settings }, test: { samples: heldOut, settings } };
  }
  const { before, after } = await matchedPair(source);
  const { training, heldOut } = samplePair(before, after, { seed, index, limit: PAIR_SAMPLES });
  return {
    training: { samples: training, settings, balance: true },
    test: { samples: heldOut, settings },
  };
}

/** The colours of each style's examples, which the lowest amount leaves as they are, unless one of them says what it does. */
function unchanged(examples: readonly FitExample[], lowest: number): FitExample[] {
  return [...new Set(examples.map(({ style }) => style))].flatMap((style) => {
    const own = examples.filter((example) => example.style === style);
    if (own.some(({ settings }) => settings?.[AMOUNT] === lowest)) return [];
    const { input } = concatSamples(own.map(({ samples }) => samples));
    return {
      samples: { input, target: input },
      settings: { [AMOUNT]: lowest },
      ...(style !== undefined && { style }),
    };
  });
}

/** Counts, no names: a look's file goes to strangers. */
function describe(sources: readonly Source[]): string {
  const counted = (kind: Source["kind"], one: string): string[] => {
    const count = sources.filter((source) => source.kind === kind).length;
    return count === 0 ? [] : [`${count} ${one}${count === 1 ? "" : "s"}`];
  };
  return [...counted("pair", "photo pair"), ...counted("lut", "LUT"), ...counted("chart", "chart")].join(
    " and ",
  );
}
