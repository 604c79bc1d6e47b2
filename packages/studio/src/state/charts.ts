/** What a training told over its steps, thinned out so that any length of it fits a chart and a session. */
import type { TrainStep, WatchedRow } from "../protocol/index.js";

export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
}

export interface MeasuredPoint {
  readonly step: number;
  /** Decibels of held-out colours; null where nothing differs. */
  readonly psnr: number | null;
  /** Mean deltaE 2000 of them. */
  readonly deltaE: number;
}

/** One part of the network over the steps. */
export interface Ridge {
  readonly name: string;
  readonly role: WatchedRow["role"];
  readonly shape: readonly number[];
  readonly slices: readonly RidgeSlice[];
}

export interface RidgeSlice {
  readonly step: number;
  readonly histogram: WatchedRow["histogram"];
  readonly gradientNorm: number | null;
}

export interface Charts {
  readonly losses: readonly LossPoint[];
  readonly measured: readonly MeasuredPoint[];
  readonly ridges: readonly Ridge[];
}

export const NO_CHARTS: Charts = { losses: [], measured: [], ridges: [] };

/** As many as the pixels of a chart tell apart. */
const POINTS = 400;
/** As many ridges as can be told apart. */
const SLICES = 20;

export function withLoss(charts: Charts, { step, loss, gradientNorm }: TrainStep): Charts {
  return { ...charts, losses: appended(charts.losses, { step, loss, gradientNorm }, POINTS) };
}

export function withMeasured(charts: Charts, point: MeasuredPoint): Charts {
  return { ...charts, measured: appended(charts.measured, point, POINTS) };
}

export function withRows(charts: Charts, step: number, rows: readonly WatchedRow[]): Charts {
  const earlier = new Map(charts.ridges.map((ridge) => [ridge.name, ridge.slices]));
  const ridges = rows.map(({ name, role, shape, histogram, gradientNorm }): Ridge => {
    const slice = { step, histogram, gradientNorm };
    return { name, role, shape, slices: appended(earlier.get(name) ?? [], slice, SLICES) };
  });
  return { ...charts, ridges };
}

/**
 * One more at the end. Where there are too many, every other one goes, the first and the newest stay, and the newest is
 * from then on replaced until it is as far from the one before as the others are.
 */
export function appended<Point extends { readonly step: number }>(
  points: readonly Point[],
  point: Point,
  most: number,
): readonly Point[] {
  const [first, second] = points;
  const spacing = first === undefined || second === undefined ? 0 : second.step - first.step;
  const last = points.at(-1);
  const before = points.at(-2);
  const isTooClose = last !== undefined && before !== undefined && last.step - before.step < spacing;
  const all = isTooClose ? [...points.slice(0, -1), point] : [...points, point];
  if (all.length <= most) return all;
  const kept = all.filter((_, nth) => nth % 2 === 0);
  return kept.at(-1) === point ? kept : [...kept, point];
}
