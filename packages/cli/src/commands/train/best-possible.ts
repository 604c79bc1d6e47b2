/** How well any look at all could do on pairs: a look gives equal colours before equal colours after. */
import type { ColourSamples } from "synthconv/fit";

// Cells so small that a look hardly changes within one, and so large that the photos fill many several times over.
const CELLS = 64;

/**
 * The PSNR of the best function of the colour before, from how far the colours after vary within cells of
 * near-equal colours before. What a look's own slope makes vary within a cell counts against it: the true bound is
 * a little higher.
 */
export function bestPossiblePsnr({ input, target }: ColourSamples): number {
  const total = input.length / 3;
  const cells = new Map<number, { count: number; sums: number[]; squares: number }>();
  for (let nth = 0; nth < total; nth++) {
    const key = [0, 1, 2].reduce((at, channel) => {
      const step = Math.floor((input[channel * total + nth] as number) * CELLS);
      return CELLS * at + Math.min(CELLS - 1, Math.max(0, step));
    }, 0);
    const cell = cells.get(key) ?? { count: 0, sums: [0, 0, 0], squares: 0 };
    cell.count++;
    for (let channel = 0; channel < 3; channel++) {
      const value = target[channel * total + nth] as number;
      cell.sums[channel] = (cell.sums[channel] as number) + value;
      cell.squares += value * value;
    }
    cells.set(key, cell);
  }
  let variance = 0;
  let freedom = 0;
  for (const { count, sums, squares } of cells.values()) {
    // A cell of one colour tells nothing: its mean is that colour.
    if (count < 2) continue;
    variance += squares - sums.reduce((sum, value) => sum + (value * value) / count, 0);
    freedom += 3 * (count - 1);
  }
  return freedom === 0 ? Number.POSITIVE_INFINITY : -10 * Math.log10(Math.max(variance, 0) / freedom);
}
