import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** A tensor as the fixtures store it; numbers that JSON cannot write are strings. */
export interface StoredTensor {
  readonly shape: number[];
  readonly data: number[];
}

export type Entries = Readonly<Record<string, StoredTensor>>;

/** The cases of test/fixtures/pytorch/NAME.json, which real PyTorch computed. */
export function pytorchCases<Case>(name: string): Case[] {
  const url = new URL(`fixtures/pytorch/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: Case[] }).cases;
}

/** Fails unless every entry differs by at most `tolerance` times the largest entry (at least 1e-30). */
export function closeTo(received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(received.length).toBe(expected.length);
  let largest = 1e-30;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number));
    const apart = Math.abs((received[i] as number) - (expected[i] as number));
    // Written so that a NaN counts as the worst difference.
    if (!(apart <= difference)) difference = apart;
  }
  expect(difference / largest).toBeLessThanOrEqual(tolerance);
}
