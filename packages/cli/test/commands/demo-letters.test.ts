import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { labelSvg, labelWidth } from "../../src/commands/demo/stroke-letters.js";

describe("the letters of the contact sheet", () => {
  it("draw every character of its labels, in any size", () => {
    const text = "it learns from this half and never sees this one, trained 0.25, mix 0.9 deltaE 1.34678";
    const drawn = labelSvg(text, { x: 0, y: 20, size: 20, colour: "black" });
    expect(drawn.match(/<path/g)).toHaveLength(text.replaceAll(" ", "").length);
    expect(labelWidth(text, 20)).toBeCloseTo(2 * labelWidth(text, 10), 6);
  });

  it("stand where they are anchored", async () => {
    const inkAt = async (anchor: "start" | "middle" | "end") => {
      const label = labelSvg("mix", { x: 100, y: 40, size: 20, colour: "black", anchor });
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">${label}</svg>`;
      const { info } = await sharp(Buffer.from(svg)).trim().toBuffer({ resolveWithObject: true });
      return { left: -(info.trimOffsetLeft ?? 0), width: info.width };
    };
    expect((await inkAt("start")).left).toBeGreaterThanOrEqual(98);
    const { left, width } = await inkAt("middle");
    expect(Math.abs(left + width / 2 - 100)).toBeLessThanOrEqual(2);
    const end = await inkAt("end");
    expect(end.left + end.width).toBeLessThanOrEqual(102);
  });
});
