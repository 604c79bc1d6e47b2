/** Places of an axis that are read from places which follow each other. */
export interface Run {
  readonly first: number;
  readonly source: number;
  length: number;
}

/** The runs of an axis from the entry that each of its entries is read from; -1 for none. */
export function runsOf(sources: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  sources.forEach((source, at) => {
    if (source === -1) return;
    const last = runs.at(-1);
    const follows = last?.first === at - (last?.length ?? 0) && last.source + last.length === source;
    if (last !== undefined && follows) last.length++;
    else runs.push({ first: at, source, length: 1 });
  });
  return runs;
}

/** Planes whose rows and columns are read from others, or are a constant. */
export interface Places {
  readonly planes: number;
  /** [height, width] of the planes that are read. */
  readonly from: readonly [number, number];
  /** Of each row and column of the planes that are written the one that it is read from; -1 for the constant. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}
