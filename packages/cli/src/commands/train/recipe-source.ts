/** The examples of a recipe: photos and LUTs, each under its condition. */
import { resolve } from "node:path";
import {
  type FitExample,
  type GreySource,
  greySourceOfLut,
  greySourceOfSamples,
  latticeSamples,
  sampleLut,
} from "synthconv/fit";
import { folderOf } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { pairPhotos } from "../../image/pair-photos.js";
import { readLutFile } from "../../lut-file.js";
import { type ReadRecipe, readRecipe } from "../../recipe/read-recipe.js";
import type { RecipeExample } from "../../recipe/recipe-schema.js";
import { counted } from "../../report/quantities.js";
import { oneForEachCondition } from "./greys.js";
import type { PairDocument } from "./pair-record.js";
import type { PairReport } from "./pair-report.js";
import { readPairs } from "./pair-source.js";
import { checkLutSpaces, trainedSpaces } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

/** Colours taken of all LUTs together, 24 bytes each and as much again while they are shuffled; of one at most 2^19. */
const MAX_LUT_COLOURS = 2 ** 22;
const MAX_COLOURS_PER_LUT = 2 ** 19;

interface RecipeOptions {
  readonly seed: number;
  readonly report: PairReport | undefined;
  readonly signal: AbortSignal;
}

/**
 * @throws {FormatError} naming line and field of a mistake in the recipe; {FileError}, {ShapeError} for its files.
 */
export async function readRecipeSource(path: string, options: RecipeOptions): Promise<TrainingSource> {
  const recipe = await readRecipe(path);
  const { knobs, styles, examples } = recipe;
  const spaces = trainedSpaces(recipe);
  const folder = folderOf(path).toString();
  if (examples.some(({ lut }) => lut !== undefined)) checkLutSpaces(spaces);
  const luts = examples.filter(({ lut }) => lut !== undefined).length;
  const warnings = rangeWarnings(recipe);
  const files: FilePath[] = [path];
  const training: FitExample[] = [];
  const tests: FitExample[] = [];
  const greys: GreySource[] = [];
  const records: PairDocument[] = [];
  // Pairs of one photo before take the same pixels of it: what lies between their settings is then known per colour.
  const firstPair = new Map<string, number>();
  for (const [index, example] of examples.entries()) {
    options.signal.throwIfAborted();
    const condition = conditionOf(example);
    if (example.lut !== undefined) {
      const file = resolve(folder, example.lut);
      const { layout } = example;
      const { lut } = await readLutFile(file, layout === undefined ? {} : { layout });
      const count = Math.min(MAX_COLOURS_PER_LUT, Math.floor(MAX_LUT_COLOURS / luts));
      training.push({ ...condition, samples: sampleLut(lut, { seed: options.seed, count }) });
      const samples = latticeSamples(lut);
      tests.push({ ...condition, samples });
      greys.push(greySourceOfLut(lut, samples));
      files.push(file);
      continue;
    }
    const before = resolve(folder, example.before ?? "");
    const pairs = await pairPhotos(before, resolve(folder, example.after ?? ""));
    const first = firstPair.get(before) ?? index;
    firstPair.set(before, first);
    const read = await readPairs(pairs, {
      ...options,
      spaces,
      firstIndex: first * pairs.length,
      among: examples.length,
    });
    training.push({ ...condition, samples: read.training, balance: true });
    tests.push({ ...condition, samples: read.heldOut });
    greys.push(greySourceOfSamples(read.training));
    for (const record of read.records) records.push(record);
    for (const file of read.files) files.push(file);
    for (const warning of read.warnings) warnings.push(warning);
  }
  return {
    kind: "recipe",
    files,
    summary: summaryOf(recipe),
    record: `recipe of ${counted(examples.length, "example")}`,
    spaces,
    knobs,
    styles,
    training,
    tests,
    testedOn: testedOn(luts, examples.length),
    greys: oneForEachCondition(training, greys),
    wholes: [],
    pairs: records,
    warnings,
  };
}

function conditionOf({ set, style }: RecipeExample): Pick<FitExample, "settings" | "style"> {
  return { ...(set !== undefined && { settings: set }), ...(style !== undefined && { style }) };
}

function testedOn(luts: number, all: number): string {
  if (luts === all) return "lattice";
  return luts === 0 ? "held-out pixels" : "lattices and held-out pixels";
}

/** Beyond what the examples set a knob to, the look is a guess. */
function rangeWarnings({ knobs, examples }: ReadRecipe): string[] {
  return knobs.flatMap(({ name, minimum, maximum, default: usual }) => {
    const settings = examples.map(({ set }) => set?.[name] ?? usual);
    const ascending = settings.sort((a, b) => a - b);
    const [low, high] = [ascending[0], ascending.at(-1)];
    if (low === minimum && high === maximum) return [];
    return [
      `knob ${name}: its examples go from ${low} to ${high}, its range from ${minimum} to ${maximum}: what lies beyond ` +
        "them is a guess. Give it examples at its ends, or narrow its range",
    ];
  });
}

function summaryOf({ knobs, styles, examples }: ReadRecipe): string {
  const parts = [counted(examples.length, "example")];
  if (styles.length > 0) parts.push(`of ${counted(styles.length, "style")}`);
  if (knobs.length > 0) parts.push(`at settings of ${counted(knobs.length, "knob")}`);
  return parts.join(" ");
}
