/** The known name that someone probably meant. */

/** What other libraries call the same thing. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  axes: ["dim", "dims"],
  betas: ["beta1", "beta2"],
  bias: ["usebias"],
  dilation: ["rate"],
  dtype: ["type"],
  every: ["interval", "stepsize"],
  factor: ["gamma"],
  inputs: ["inchannels", "infeatures"],
  leakyRelu: ["lrelu"],
  outputs: ["outchannels", "outfeatures", "filters", "units"],
  silu: ["swish"],
  steps: ["tmax", "epochs", "iterations"],
};

export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  const given = plain(unknown);
  const ranked = known
    .map((name) => ({ name, distance: distanceOf(given, name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, given.length / 3) ? best.name : undefined;
}

/** 0 for the same name written another way, and for short forms and synonyms. */
function distanceOf(given: string, known: string): number {
  const name = plain(known);
  const initials = plain(known.replace(/(?<=.)[a-z0-9]/g, ""));
  if (given === name || given === initials || SYNONYMS[known]?.includes(given)) return 0;
  if (given.length >= 3 && (name.startsWith(given) || given.startsWith(name))) return 0.5;
  return editDistance(given, name);
}

/** `keep_dims`, `keepdims` and `keepDims` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Letters to add, drop or change, or neighbours to exchange (Damerau, 1964, without edits of what was exchanged). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1] as number[];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchange = isExchange ? ((rows[i - 2] as number[])[j - 2] as number) + 1 : change;
      row.push(Math.min(change, exchange, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}
