import { type Ceiling, FLOPS } from "../ceilings/jobs.js";
import { CeilingThreads, ceilingName } from "../ceilings/threads.js";
import { type Measurement, measurement, type SectionResult } from "../harness/report.js";
import { type Series, seriesOf } from "../harness/rounds.js";
import { columns, spread, threeDigits } from "../harness/table.js";
import { currentBackend } from "../library.js";
import { type BenchContext, measure } from "./context.js";

/** Bytes of three float32 planes: of a 128 x 128 image, which stays in the cache, and of 12 megapixels. */
export const CACHE_BYTES: number = 3 * 128 * 128 * 4;
export const STREAM_BYTES: number = 3 * 4000 * 3000 * 4;

interface Row {
  readonly label: string;
  readonly unit: string;
  readonly ceiling: Ceiling;
  readonly bytes: number;
}

const ROWS: readonly Row[] = [
  { label: "multiply, then add (plain build)", unit: "GFLOP/s", ceiling: "multiply-add plain", bytes: 0 },
  { label: "multiply-add (relaxed build)", unit: "GFLOP/s", ceiling: "multiply-add relaxed", bytes: 0 },
  ...[CACHE_BYTES, STREAM_BYTES].flatMap((bytes) => {
    const size = bytes === CACHE_BYTES ? "in cache" : "144 MB";
    return [
      { label: `copy, vector loads and stores, ${size}`, ceiling: "vectors" as const },
      { label: `copy, memory.copy, ${size}`, ceiling: "memory.copy" as const },
      { label: `copy, TypedArray.set, ${size}`, ceiling: "set" as const },
    ].map((row) => ({ ...row, unit: "GB/s", bytes }));
  }),
];

/** The ceiling that the library's current build is held against. */
export function arithmeticCeiling(): Ceiling {
  return currentBackend() === "relaxed" ? "multiply-add relaxed" : "multiply-add plain";
}

/** Measures what this machine can do at most; copies count what is read and what is written. */
export async function ceilingsSection(
  context: BenchContext,
  threadCounts: readonly number[],
): Promise<SectionResult> {
  const rows = ROWS.filter(
    ({ ceiling }) => ceiling !== "multiply-add relaxed" || context.ceilings.relaxed !== undefined,
  );
  const measurements: Measurement[] = [];
  for (const count of threadCounts) {
    const threads = await CeilingThreads.start(count, context.ceilings, STREAM_BYTES);
    const contenders = rows.map(({ ceiling, bytes }) => threads.contender(ceiling, bytes));
    const all = await measure(context, `ceilings, ${threadsLabel(count)}`, contenders, 9);
    await threads.stop();
    measurements.push(...rows.map((row) => ceilingMeasurement(row, count, all)));
  }
  const table = {
    title: "Ceilings of this machine, measured in 128-bit WebAssembly",
    columns: columns("", "unit", ...threadCounts.map((count) => `${threadsLabel(count)} (quartiles)`)),
    rows: rows.map(({ label, unit, ceiling, bytes }) => [
      label,
      unit,
      ...threadCounts.map((count) => {
        const found = measurements.find(({ name }) => name === ceilingName(ceiling, count, bytes));
        return found === undefined ? threeDigits(Number.NaN) : spread(found);
      }),
    ]),
    notes: [],
  };
  return { id: "ceilings", tables: [table], measurements };
}

function ceilingMeasurement(
  { unit, ceiling, bytes }: Row,
  threads: number,
  all: ReadonlyMap<string, Series>,
): Measurement {
  const name = ceilingName(ceiling, threads, bytes);
  return measurement(
    name,
    unit,
    seriesOf(all, name).map((ms) => ceilingRate(ms, threads, bytes)),
  );
}

/** GFLOP/s, or GB/s of a copy, from the milliseconds of one piece of the ceiling's work. */
export function ceilingRate(milliseconds: number, threads: number, bytes = 0): number {
  return (bytes === 0 ? threads * FLOPS : 2 * bytes) / milliseconds / 1e6;
}

export function threadsLabel(count: number): string {
  return count === 1 ? "one thread" : `${count} threads`;
}
