import { expect } from "vitest";

/** Fails unless every entry differs by at most `tolerance` times the largest expected entry. */
export function closeTo(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(received.length).toBe(expected.length);
  // All expected entries may be 0; then nothing but 0 is close.
  let largest = Number.MIN_VALUE;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number));
    // Math.max keeps a NaN, which then fails the comparison below.
    difference = Math.max(difference, Math.abs((received[i] as number) - (expected[i] as number)));
  }
  expect(difference / largest).toBeLessThanOrEqual(tolerance);
}
