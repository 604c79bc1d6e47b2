/** Which of several stay where only the largest are mixed. */

/** Added to the logits of what is left out: its share is exactly 0. */
export const OUT = -1e9;

/** 0 at the k largest of each row, the first ones where they are equal, and `OUT` at all others. */
export function outside(values: ArrayLike<number>, length: number, kept: number): Float64Array {
  const result = new Float64Array(values.length).fill(OUT);
  for (let row = 0; row < values.length; row += length) {
    const order = Array.from({ length }, (_, i) => row + i);
    order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
    for (const index of order.slice(0, kept)) result[index] = 0;
  }
  return result;
}
