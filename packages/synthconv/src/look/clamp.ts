/** Cuts values to 0 to 1, in place. */
export function clampToUnit(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i] as number, 0), 1);
  return values;
}
