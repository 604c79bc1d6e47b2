/** How commands tell how far the error of a look grows with the distance from the colours that it saw. */
import { type LookSchema, SeenColours } from "synthconv/look";
import { columns } from "./columns.js";

/** A row of the table. */
export interface DistanceRow {
  /** Of cells: `0`, `4 to 5`, `6 and more`. */
  readonly cells: string;
  /** Of the cube of all colours, 0 to 1. */
  readonly share: number;
  /** Null where nothing was held out as far away. */
  readonly error: { readonly mean: number; readonly p95: number } | null;
}

/** Every distance at which there are colours; none for a look that was not measured so. */
export function distanceRows({ coverage, errorByDistance = [] }: LookSchema): DistanceRow[] {
  if (coverage === undefined) return [];
  const distances = new SeenColours(coverage).distancesOf(CELLS);
  const shareOf = (from: number, to: number | null): number =>
    distances.filter((one) => one >= from && one <= (to ?? one)).length / distances.length;
  const rows = errorByDistance.map(
    ({ from, to, mean, p95 }): DistanceRow => ({
      cells: nameOf(from, to),
      share: shareOf(from, to),
      error: { mean, p95 },
    }),
  );
  const last = errorByDistance.at(-1);
  if (last !== undefined && last.to !== null) {
    const from = last.to + 1;
    rows.push({ cells: nameOf(from, null), share: shareOf(from, null), error: null });
  }
  return rows.filter(({ share }) => share > 0);
}

/** The middle of each cell of the coverage, planar. */
const SIDE = 16;
const CELLS = Float32Array.from({ length: 3 * SIDE ** 3 }, (_, at) => {
  const [channel, cell] = [Math.floor(at / SIDE ** 3), at % SIDE ** 3];
  return ((Math.floor(cell / SIDE ** channel) % SIDE) + 0.5) / SIDE;
});

function nameOf(from: number, to: number | null): string {
  if (to === null) return `${from} and more`;
  return from === to ? `${from}` : `${from} to ${to}`;
}

/** A heading and a table; none where there are no rows. */
export function distanceLines(schema: LookSchema): string[] {
  const rows = distanceRows(schema);
  if (rows.length === 0) return [];
  const cells = rows.map(({ cells: name, share, error }) => [
    `  ${name}`,
    `${(100 * share).toFixed(0)} %`,
    ...(error === null ? ["not known"] : [error.mean.toFixed(2), error.p95.toFixed(2)]),
  ]);
  return [
    "deltaE 2000 by the distance from the colours that it saw, in 16ths of a channel's range:",
    ...columns([["", "of all colours", "mean", "p95"], ...cells], ["left", "right", "right", "right"]),
  ];
}
