/**
 * The losses of a pixel network. A new one is an entry of this table, its code in assembly/losses.ts under the same name,
 * and its sentence in docs/api.md.
 */

/** The loss and its derivative for r = output - target of one entry. */
type EntryLoss = readonly [loss: number, derivative: number];

const losses = {
  /** r^2 */
  mse: (r: number, _epsilon: number): EntryLoss => [r * r, 2 * r],
  /** |r|; its derivative at 0 is 0. */
  l1: (r: number, _epsilon: number): EntryLoss => [Math.abs(r), Math.sign(r)],
  /** sqrt(r^2 + epsilon^2) (Charbonnier et al., ICIP 1994). */
  charbonnier: (r: number, epsilon: number): EntryLoss => {
    const root = Math.sqrt(r * r + epsilon * epsilon);
    return [root, r / root];
  },
};

/** Of r = output - target: r^2, |r|, or sqrt(r^2 + epsilon^2). */
export type PixelLossName = keyof typeof losses;

export const pixelLossNames: readonly PixelLossName[] = Object.keys(losses) as PixelLossName[];

export const DEFAULT_EPSILON = 1e-3;

export function lossOfEntry(loss: PixelLossName, residual: number, epsilon: number): EntryLoss {
  return losses[loss](residual, epsilon);
}
