import { describe, expect, it } from "vitest";
import { chartSentences, sentencesOf } from "../../src/features/check/wording.js";

describe("a pair in sentences", () => {
  it("that fits says so, and one that does not says how it lay and what is left out", () => {
    expect(sentencesOf([])).toEqual([
      "The two lie on each other.",
      "The edit is colour: equal colours became equal colours.",
    ]);
    const parts = [
      { kind: "scale", scale: 0.5 },
      { kind: "shift", x: -0.01, y: 4.26 },
      { kind: "turn", degrees: 0.5 },
      { kind: "lens", percent: 1.2 },
      { kind: "part", shown: 0.9 },
    ] as const;
    expect(sentencesOf([{ kind: "aligned", parts }])).toEqual([
      "The photo after lies on the photo before at 50.0 % of the size, shifted by 0.0, 4.3 pixels, turned by 0.50 degrees, bent by 1.2 % towards its corners, showing 90.0 % of it; the two were aligned.",
      "The edit is colour: equal colours became equal colours.",
    ]);
    expect(
      sentencesOf([
        { kind: "aligned", parts: [] },
        { kind: "local", share: 0.0312 },
      ]),
    ).toEqual([
      "The photo after lies on the photo before nearly as it is; the two were aligned.",
      expect.stringMatching(/^3\.1 % of the photo is left out, outlined on the map/),
    ]);
  });
});

describe("a chart in sentences", () => {
  const notColour = {
    ...{ vignette: 0, leftToRight: 0, topToBottom: 0 },
    ...{ sharpening: 0, localContrast: 0, grain: 0, scatter: 0 },
  };
  const record = {
    ...{ width: 900, height: 900, scale: 0.375, turned: 90, mirrored: true },
    ...{ colours: 4096, patches: 16_384, notColour },
  };

  it("says how it was found, that it was cropped, and what is not colour", () => {
    expect(chartSentences({ record, findings: [] })).toEqual([
      "The chart was found at 37.5 % of its size, turned by 90.0 degrees, mirrored, with 16,384 patches.",
      "The edit is of colours alone.",
    ]);
    const cropped = { ...record, colours: 4000, notColour: { ...notColour, vignette: null } };
    const findings = [
      { kind: "leftToRight", value: -12 },
      { kind: "grain", value: 3.14 },
    ] as const;
    expect(chartSentences({ record: cropped, findings }).slice(1)).toEqual([
      expect.stringMatching(/^96 of its 4,096 colours were cropped away/),
      "It is cropped: a vignette or gradient is taken out, and not measured.",
      "Not of colours, and not in the look: a gradient (-12 of 255 from left to right), grain (of 3.1 of 255).",
    ]);
  });
});
