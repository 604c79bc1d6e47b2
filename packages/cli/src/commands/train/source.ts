/** What a look is trained on: pairs of photos, a LUT, or what a recipe lists. */
import {
  type ColourSamples,
  greySourceOfLut,
  greySourceOfSamples,
  latticeSamples,
  sampleLut,
} from "synthconv/fit";
import { UsageError } from "../../frame/failure.js";
import { type PhotoPair, pairPhotos } from "../../image/pair-photos.js";
import { lutTitles, readLutFile } from "../../lut-file.js";
import { counted } from "../../report/quantities.js";
import { chartSource } from "./chart-source.js";
import { PairReport } from "./pair-report.js";
import { readPairs } from "./pair-source.js";
import { readRecipeSource } from "./recipe-source.js";
import { checkChartSpaces, checkLutSpaces, type NamedSpaces, trainedSpaces } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

export interface SourceOptions {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly recipe: string | undefined;
  readonly chart: string | undefined;
  /** Of a LUT picture: which format, where its content does not tell. */
  readonly layout: string | undefined;
  /** Of photos: the folder in which it is written what of them no look can learn, and whether over an earlier one. */
  readonly report: string | undefined;
  readonly force: boolean | undefined;
  readonly spaces: NamedSpaces;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** @throws {UsageError} when it is not clear what the source is, or a report is asked for of what is no photos. */
export async function readSource(
  operands: readonly string[],
  { report: folder, force, ...options }: SourceOptions,
): Promise<TrainingSource> {
  if (folder === undefined) return readAny(operands, { ...options, report: undefined });
  const [file] = operands;
  const without = file ?? options.chart;
  if (without !== undefined) {
    throw new UsageError(
      `--report: expected photos before and after, received none beside ${without}: it tells what of pairs no look can learn`,
    );
  }
  const report = await PairReport.open(folder, { force });
  const source = await readAny(operands, { ...options, report });
  await report.finish();
  return source;
}

interface AnyOptions extends Omit<SourceOptions, "report" | "force"> {
  readonly report: PairReport | undefined;
}

async function readAny(operands: readonly string[], options: AnyOptions): Promise<TrainingSource> {
  const { before, after } = options;
  const [file] = operands;
  const other = file ?? (before === undefined ? after && "--after" : "--before");
  if (options.recipe !== undefined) {
    const beside = other ?? (options.chart && "--chart");
    if (beside !== undefined)
      throw new UsageError(`expected a recipe alone, received ${beside} beside --recipe`);
    refuseSpaces(options.spaces);
    return readRecipeSource(options.recipe, options);
  }
  if (options.chart !== undefined) {
    if (other !== undefined) throw new UsageError(`expected a chart alone, received ${other} beside --chart`);
    const spaces = trainedSpaces(options.spaces);
    checkChartSpaces(spaces);
    return chartSource(options.chart, { seed: options.seed, spaces });
  }
  if (before !== undefined || after !== undefined) {
    if (before === undefined || after === undefined) {
      throw new UsageError(
        `expected --before and --after, received only ${before === undefined ? "--after" : "--before"}`,
      );
    }
    if (file !== undefined) {
      throw new UsageError(
        `expected a LUT or a pair of photos, received ${file} beside --before and --after`,
      );
    }
    return pairSource(await pairPhotos(before, after), options);
  }
  if (file === undefined || operands.length > 1) {
    throw new UsageError(
      `expected one LUT (${lutTitles()}), photos by --before and --after, --chart, or --recipe, received ${counted(operands.length, "file")}`,
    );
  }
  return readLut(file, options);
}

function refuseSpaces(spaces: NamedSpaces): void {
  const options = [
    ["workingSpace", "--working-space"],
    ["inputSpace", "--input-space"],
    ["outputSpace", "--output-space"],
  ] as const;
  for (const [field, option] of options) {
    if (spaces[field] === undefined) continue;
    throw new UsageError(`${option}: expected it in the recipe, as ${field}, received it beside --recipe`);
  }
}

/** Fewer colours tell nothing of another photo. */
const FEW_COLOURS = 1024;

function isLarge({ input }: ColourSamples): boolean {
  return input.length >= 3 * FEW_COLOURS;
}

async function pairSource(pairs: readonly PhotoPair[], options: AnyOptions): Promise<TrainingSource> {
  const spaces = trainedSpaces(options.spaces);
  const read = await readPairs(pairs, { ...options, spaces });
  const { training, heldOut, regions, photos, files, records, warnings } = read;
  const count = counted(pairs.length, "pair");
  return {
    kind: "pairs",
    files,
    summary: `${count} of photos`,
    record: pairs.length === 1 ? "pair" : count,
    spaces,
    knobs: [],
    styles: [],
    training: [{ samples: training, balance: true }],
    tests: [{ samples: heldOut }],
    testedOn: "held-out pixels",
    greys: [greySourceOfSamples(training)],
    wholes: [
      { on: "held-out regions", groups: regions },
      { on: "held-out photos", groups: photos },
    ].filter(({ groups }) => groups.length > 1 && groups.every(isLarge)),
    pairs: records,
    warnings,
  };
}

async function readLut(file: string, { seed, layout, ...options }: AnyOptions): Promise<TrainingSource> {
  const spaces = trainedSpaces(options.spaces);
  checkLutSpaces(spaces);
  const { format, lut } = await readLutFile(file, layout === undefined ? {} : { layout });
  const nodes = lut.stages.find((stage) => stage.kind === "lut3d")?.size;
  const test = latticeSamples(lut);
  return {
    kind: format.name,
    files: [file],
    summary: `a ${format.title} of ${nodes === undefined ? "curves alone" : `${nodes} nodes per axis`}`,
    record: format.name,
    spaces,
    knobs: [],
    styles: [],
    training: [{ samples: sampleLut(lut, { seed }) }],
    tests: [{ samples: test }],
    testedOn: "lattice",
    greys: [greySourceOfLut(lut, test)],
    wholes: [],
    warnings: [],
  };
}
