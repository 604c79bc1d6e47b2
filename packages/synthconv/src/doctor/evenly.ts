/** At most `most` of the entries, evenly chosen, the first and the last among them. */
export function evenly<Entry>(entries: readonly Entry[], most: number): Entry[] {
  if (entries.length <= most) return [...entries];
  const distance = (entries.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => entries[Math.round(index * distance)] as Entry);
}
