/** Brings a transform into what a format can say, and says what that changes. */
import { checkLut, type Lut, type Lut1D, type Lut3D, type LutStage, tablesOf } from "../../colour/index.js";
import { check, checkOptions, type Fields, kind, optional, ValueError, whole } from "../../core/index.js";
import { isDomain, keepsDomain, showDomain } from "./fit/domains.js";
import { clampTables, type Span, spanOf } from "./fit/levels.js";
import { bakeCurves, bakeLattice, isPerChannel, resampled } from "./fit/sample.js";
import type { LutCarries, TableSizes, WritableLutFormat } from "./lut-format.js";

export interface FitLutOptions {
  /** Nodes per axis of a lattice, rows of curves alone; by default as many as there are, or the format's usual ones. */
  readonly size?: number;
}

export interface FittedLut {
  readonly lut: Lut;
  /** What the format could not say, a sentence each: nothing where the transform is what it was. */
  readonly changes: readonly string[];
}

const OPTIONS: Fields<FitLutOptions> = { size: optional(whole(2)) };
const FORMAT = kind<WritableLutFormat>(
  "a format that is written, out of writableLutFormats()",
  (value) => typeof (value as Partial<WritableLutFormat> | null | undefined)?.write?.encode === "function",
);

/**
 * A transform that the format can hold: the same one where it can, else sampled into its lattice or its curves, and its
 * values clamped where it has whole numbers.
 *
 * @throws {ValueError} for a size that the format does not hold, and for a transform that mixes channels where it
 *   holds curves alone; and as `checkLut`.
 */
export function fitLut(lut: Lut, format: WritableLutFormat, options: FitLutOptions = {}): FittedLut {
  check("fitLut", "format", format, FORMAT);
  checkLut("fitLut", lut);
  checkOptions("fitLut", options, OPTIONS);
  const { write } = format;
  const changes: string[] = [];
  const stages = isCarried(lut, write, options.size)
    ? lut.stages
    : sample(lut, format, options.size, (change) => changes.push(change));
  // What names none is read tetrahedrally here.
  const named = write.list === true ? undefined : namedInterpolation(stages);
  if (named === "trilinear") changes.push(`it does not say how its lattice is interpolated: ${named}`);
  const span = write.levels === undefined ? undefined : spanOf(stages);
  if (span !== undefined) changes.push(...levelChanges(span, write.levels as number));
  const fitted = span === undefined ? stages : clampTables(stages);
  return { lut: { ...(lut.title !== undefined && { title: lut.title }), stages: fitted }, changes };
}

function isCarried(lut: Lut, carries: LutCarries, size: number | undefined): boolean {
  const sized = lut.stages.filter((stage) => stage.kind === "lut1d" || stage.kind === "lut3d");
  const fits = sized.every((stage) => {
    const sizes = stage.kind === "lut3d" ? carries.lattice : carries.curves;
    const asked = size === undefined || size === stage.size || (stage.kind === "lut1d" && sized.length > 1);
    return asked && (sizes?.holds(stage.size) ?? false);
  });
  if (carries.list === true) return fits && (size === undefined || sized.length > 0);
  const { shaper, cube } = tablesOf(lut) ?? {};
  if (!fits || (shaper === undefined && cube === undefined)) return false;
  if (shaper !== undefined && cube !== undefined) {
    const { shaper: domain } = carries;
    return domain !== undefined && isDomain(shaper, domain) && isDomain(cube, domain);
  }
  return isDomain((shaper ?? cube) as Lut1D | Lut3D, carries.domain);
}

function sample(
  lut: Lut,
  { title, write }: WritableLutFormat,
  size: number | undefined,
  change: (sentence: string) => void,
): readonly LutStage[] {
  const domain = keepsDomain(lut.stages, write.domain);
  const isCurves = isPerChannel(lut.stages);
  const [sizes, current] =
    write.curves !== undefined && (isCurves || write.lattice === undefined)
      ? [write.curves, sizeOf(lut.stages, "lut1d")]
      : [write.lattice, sizeOf(lut.stages, "lut3d")];
  if (sizes === undefined || (sizes === write.curves && !isCurves)) {
    throw new ValueError({
      where: `a ${title}`,
      expected: "a transform of each channel by itself",
      received: "one that mixes channels",
      repair: "It holds curves alone: choose a format with a lattice.",
    });
  }
  const nodes = size ?? usualNodes(lut, current, sizes);
  if (!sizes.holds(nodes)) {
    throw new ValueError({ where: `a ${title}`, expected: `a size of ${sizes.sizes}`, received: `${nodes}` });
  }
  if (!domain.isWhole)
    change(`colours outside of 0 to 1 are lost: the source takes ${showDomain(lut.stages)}`);
  const { shaper, cube } = tablesOf(lut) ?? {};
  const both = shaper !== undefined && cube !== undefined && write.shaper !== undefined;
  if (both && isDomain(shaper, write.shaper as "any") && isDomain(cube, write.shaper as "any")) {
    change(`the lattice of ${cube.size} is sampled anew with ${nodes} nodes per axis`);
    return [shaper, resampled(cube, nodes)];
  }
  const names = lut.stages.map((stage) => STAGE_TITLES[stage.kind]).join(", ") || "no stages";
  if (sizes === write.curves) {
    change(`${names}: sampled as curves of ${nodes} points`);
    return [bakeCurves(lut, nodes, domain)];
  }
  change(`${names}: sampled as one lattice of ${nodes} nodes per axis`);
  return [bakeLattice(lut, nodes, domain)];
}

const STAGE_TITLES: Readonly<Record<LutStage["kind"], string>> = {
  lut1d: "curves",
  halfLut1d: "curves over all halfs",
  lut3d: "a lattice",
  matrix: "a matrix",
  range: "a range",
  exponent: "powers",
  log: "logarithms",
  cdl: "a CDL",
};

/** As many as a lone table has, or fewer where so many are not held; what else is sampled needs the usual number at least. */
function usualNodes({ stages }: Lut, current: number | undefined, { usualSize, holds }: TableSizes): number {
  let nodes = current ?? usualSize;
  while (nodes > usualSize && !holds(nodes)) nodes--;
  return stages.length === 1 && holds(nodes) ? nodes : Math.max(nodes, usualSize);
}

function sizeOf(stages: readonly LutStage[], tables: "lut1d" | "lut3d"): number | undefined {
  const sizes = stages.flatMap((stage) => (stage.kind === tables ? [stage.size] : []));
  return sizes.length === 0 ? undefined : sizes.reduce((most, one) => Math.max(most, one));
}

function namedInterpolation(stages: readonly LutStage[]): string | undefined {
  return stages.flatMap((stage) => (stage.kind === "lut3d" ? [stage.interpolation] : []))[0];
}

function levelChanges({ low, high }: Span, levels: number): string[] {
  const bits = Math.log2(levels + 1);
  const rounding = `values are rounded to ${bits} bits`;
  if (low >= 0 && high <= 1) return [rounding];
  return [`values from ${round(low)} to ${round(high)} are clamped to 0 to 1`, rounding];
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}
