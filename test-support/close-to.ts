import { expect } from "vitest";
import { relativeError } from "./numbers.js";

/** Fails unless every entry differs by at most `tolerance` times the largest expected entry. */
export function closeTo(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(received.length).toBe(expected.length);
  expect(relativeError(received, expected)).toBeLessThanOrEqual(tolerance);
}
