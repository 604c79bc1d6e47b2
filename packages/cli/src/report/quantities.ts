/** Numbers in sentences. */

/** `393,216`. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 photo`, `3 photos`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** `912 bytes`, `4.2 KB`, `13 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  const units = ["KB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

/** Entries of all tensors together. */
export function entriesOf(tensors: ReadonlyMap<string, readonly number[]>): number {
  const sizes = Array.from(tensors.values(), (shape) => shape.reduce((product, axis) => product * axis, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}
