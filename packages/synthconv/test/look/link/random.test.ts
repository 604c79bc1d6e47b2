import { describe, expect, it } from "vitest";
import { type Look, lookFromLink, lookToLink, synthesize } from "../../../src/look/index.js";
import { readBody, writeBody } from "../../../src/look/link/body.js";
import { MAX_BITS, MIN_BITS } from "../../../src/look/link/numbers.js";
import { randomLook } from "./random-looks.js";

/** Of the day, so that more looks are seen than one run has. */
const SEED = Number(process.env.SYNTHCONV_LINK_SEED ?? Math.floor(Date.now() / 86_400_000));

/** Measuring takes the time; `SYNTHCONV_LINKS=1000` goes through all. */
const THROUGH_LINKS = Number(process.env.SYNTHCONV_LINKS ?? 25);

/** The largest difference of a number, as a share of the largest of its parameter. */
function worstRounding(one: Look, other: Look): number {
  let worst = 0;
  for (const [name, values] of one.parameters) {
    const back = other.parameters.get(name) as Float32Array;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    values.forEach((value, at) => {
      if (scale > 0) worst = Math.max(worst, Math.abs(value - (back[at] as number)) / scale);
    });
  }
  return worst;
}

describe(`a thousand random looks (SYNTHCONV_LINK_SEED=${SEED})`, () => {
  it("come back with their schema, and their numbers to half a step, from any number of bits", () => {
    for (let at = 0; at < 1000; at++) {
      const look = randomLook(1000 * SEED + at);
      const bits = MIN_BITS + (at % (MAX_BITS - MIN_BITS + 1));
      const part = (at % 101) / 100;
      const { look: back, strength } = readBody(writeBody(look, bits, part));
      expect(strength, `look ${at}`).toBe(part);
      expect(back.schema, `look ${at}`).toEqual(look.schema);
      // Half a step, and float32.
      expect(worstRounding(look, back), `look ${at}`).toBeLessThan(0.5 / (2 ** (bits - 1) - 1) + 1.2e-7);
    }
  });

  it(`come back from links by a mean deltaE 2000 of at most 0.02 (${THROUGH_LINKS} of them)`, () => {
    for (let at = 0; at < THROUGH_LINKS; at++) {
      const look = randomLook(1000 * SEED + at);
      const { text, deltaE2000 } = lookToLink(look);
      const back = lookFromLink(text);
      expect(back.schema, `look ${at}`).toEqual(look.schema);
      expect(deltaE2000.mean, `look ${at}`).toBeLessThanOrEqual(0.02);
      expect(() => synthesize(back), `look ${at}`).not.toThrow();
    }
  });
});
