import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../../src/doctor/diagnosis.js";
import { hypernetworkSentences } from "../../../src/doctor/report/words.js";

const sentencesOf = (deviations: readonly number[]): string[] =>
  hypernetworkSentences({
    hypernetwork: {
      crossTalk: null,
      spread: null,
      scales: deviations.map((deviation) => ({
        name: "weight of linear at a.mjs:8",
        shape: [8, 4],
        deviation,
        wanted: 0.5,
      })),
    },
  } as unknown as Diagnosis);

describe("the scale of generated weights", () => {
  it("is named where it is off by a factor of four, once for all of a name and shape", () => {
    expect(sentencesOf([0.1, 0.05, 0.3])).toEqual([
      "weight of linear at a.mjs:8 [8,4] has a standard deviation of 0.05 to 0.1; its layer wants 0.5.",
    ]);
    expect(sentencesOf([4])).toEqual([
      "weight of linear at a.mjs:8 [8,4] has a standard deviation of 4; its layer wants 0.5.",
    ]);
  });

  it("is not named where it is near", () => {
    expect(sentencesOf([0.2, 0.5, 1.5])).toEqual([]);
  });
});
