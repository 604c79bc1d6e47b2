import { describe, expect, it } from "vitest";
import { FormatError, SynthconvError, VersionError } from "../../../src/core/errors.js";
import { RandomStream } from "../../../src/core/random.js";
import { type Look, lookFromLink, lookToLink } from "../../../src/look/index.js";
import { writeBody } from "../../../src/look/link/body.js";
import { isLink, seal } from "../../../src/look/link/envelope.js";
import { lookOf, schemaOf, WARMTH } from "../look-samples.js";

const LOOK = lookOf(schemaOf({ condition: [WARMTH] }));
const { text: LINK } = lookToLink(LOOK);

/** A link whose checksum is right, of a body that is not: made on purpose. */
function forged(change: (body: Uint8Array) => Uint8Array): string {
  return seal(change(writeBody(LOOK, 12)));
}

describe("a link is read", () => {
  it.each([
    ["behind an address", `https://example.org/studio/#${LINK}`],
    ["behind a #", `#${LINK}`],
    ["as mail wraps it", LINK.replace(/.{70}/g, "$&\r\n  ")],
  ])("%s", (_, text) => {
    expect(lookFromLink(text)).toEqual(lookFromLink(LINK));
    expect(isLink(text)).toBe(true);
  });

  it("and other texts are none", () => {
    for (const text of ["", "film.safetensors", "look.safetensors", "./look1.safetensors.d/x", "#about"]) {
      expect(isLink(text), text).toBe(false);
    }
  });
});

describe("a link that is not whole is named", () => {
  it("wherever it was cut off", () => {
    for (let length = "look1.".length; length < LINK.length; length++) {
      const cut = LINK.slice(0, length);
      expect(() => lookFromLink(cut), `${length} characters`).toThrow(FormatError);
      expect(() => lookFromLink(cut), `${length} characters`).toThrow(
        /^link: expected \d+ characters behind the dot, received \d+: it was cut off\. Copy it again/,
      );
    }
  });

  it("whichever character was changed", () => {
    const stream = new RandomStream({ seed: 5, purpose: "characters" });
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let at = "look1.".length; at < LINK.length - 1; at++) {
      const letter = letters[Math.floor(64 * stream.uniform())] as string;
      if (letter === LINK[at]) continue;
      expect(() => lookFromLink(LINK.slice(0, at) + letter + LINK.slice(at + 1)), `character ${at}`).toThrow(
        FormatError,
      );
    }
  });

  it.each([
    ["capitals alone", "LOOK1.ABCDEF", /^link: expected the link of a look, .* received "LOOK1\.ABCDEF"/],
    ["no link", "hello", /^link: expected the link of a look, .* received "hello"\. Looks are shared by/],
    ["nothing", "", /received nothing/],
    [
      "none of the letters",
      `${LINK}).`,
      /^link: expected letters, digits, - and _ behind the dot, received "\)" as character/,
    ],
    ["more at its end", `${LINK}AAAA`, /received one with more at its end/],
    ["too long", `look1.${"A".repeat(70_000)}`, /^link: expected at most 65536 characters, received 70000/],
  ])("when it is %s", (_, text, message) => {
    expect(() => lookFromLink(text)).toThrow(FormatError);
    expect(() => lookFromLink(text)).toThrow(message);
  });

  it("when a newer build made it", () => {
    const newer = LINK.replace("look1.", "look7.");
    expect(() => lookFromLink(newer)).toThrow(VersionError);
    expect(() => lookFromLink(newer)).toThrow(
      "link: expected version 1 or older, received version 7. Upgrade synthconv to read this file.",
    );
  });
});

describe("a link made to do harm is refused before anything is made of it", () => {
  const hugeSchema: Look["schema"] = schemaOf({
    condition: [WARMTH],
    network: { channels: [3, 256, 256, 256, 3], activation: "relu", residual: true },
    generator: { hidden: [4096, 4096], activation: "relu" },
  });

  it("with sizes of gigabytes", () => {
    const body = writeBody({ ...LOOK, parameters: LOOK.parameters }, 12);
    const text = JSON.stringify(hugeSchema);
    const ascii = new TextEncoder().encode(text);
    const huge = Uint8Array.from([
      12,
      (ascii.length & 127) | 128,
      ascii.length >> 7,
      ...ascii,
      0,
      ...body.slice(-9),
    ]);
    expect(() => lookFromLink(seal(huge))).toThrow(
      /^link: expected \d{9} bytes for \d{9} numbers of 12 bits, received 9$/,
    );
  });

  it.each([
    [
      "bits that there are not",
      (body: Uint8Array) => body.fill(31, 0, 1),
      /^link: expected numbers of 4 to 22 or of 32 bits, received 31/,
    ],
    [
      "an unknown word",
      (body: Uint8Array) => body.fill(255, 2, 3),
      /^link: expected a schema in words of this version, received word 127/,
    ],
    [
      "a number too few",
      (body: Uint8Array) => body.slice(0, -1),
      /^link: expected \d+ bytes for \d+ numbers of 12 bits, received/,
    ],
    ["a scale that is infinite", infiniteScale, /^link: expected finite numbers, received Infinity/],
  ])("with %s", (_, change, message) => {
    expect(() => lookFromLink(forged(change))).toThrow(message);
  });

  it("with bodies of any bytes", () => {
    const stream = new RandomStream({ seed: 9, purpose: "bytes" });
    const body = writeBody(LOOK, 12);
    for (let nth = 0; nth < 2000; nth++) {
      const bytes = Uint8Array.from(body);
      for (let change = 0; change < 3; change++) {
        bytes[Math.floor(stream.uniform() * Math.min(80, bytes.length))] = Math.floor(256 * stream.uniform());
      }
      try {
        lookFromLink(seal(bytes));
      } catch (error) {
        expect(error, `case ${nth}`).toBeInstanceOf(SynthconvError);
      }
    }
  });
});

/** The scale of the first parameter is four bytes after the flag of the coverage. */
function infiniteScale(body: Uint8Array): Uint8Array {
  const schemaBytes = body[1] as number;
  body.set([0x7f, 0x80, 0, 0], 2 + schemaBytes + 1);
  return body;
}
