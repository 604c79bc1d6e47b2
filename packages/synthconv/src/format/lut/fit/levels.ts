import type { LutStage } from "../../../colour/index.js";

export interface Span {
  readonly low: number;
  readonly high: number;
}

/** The smallest and the largest value of the last table. */
export function spanOf(stages: readonly LutStage[]): Span {
  const last = stages.at(-1);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of last !== undefined && "table" in last ? last.table : [0, 1]) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** The values of all tables clamped to 0 to 1. */
export function clampTables(stages: readonly LutStage[]): readonly LutStage[] {
  return stages.map((stage) => {
    if (!("table" in stage)) return stage;
    return { ...stage, table: stage.table.map((value) => Math.min(Math.max(value, 0), 1)) };
  });
}
