/** Ways in which a TIFF stores its samples that the image library does not read. */
import type { UnreadStorage } from "./file-facts.js";

/** By the number of the tag (TIFF 6.0, section 3, and the registries of libtiff and of DNG 1.7). */
const UNREAD_COMPRESSIONS: Readonly<Record<number, string>> = {
  6: "the old kind of JPEG",
  32909: "PixarLog",
  33003: "JPEG 2000",
  33005: "JPEG 2000",
  34661: "JBIG",
  34712: "JPEG 2000",
  34887: "LERC",
  34892: "the lossy JPEG of DNG",
  34925: "LZMA",
  34926: "Zstandard",
  34933: "PNG",
  34934: "JPEG XR",
  50000: "Zstandard",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

const UNSIGNED = 1;
/** Sample formats by number (TIFF 6.0, section 19); 4 is "undefined", which every reader takes as unsigned. */
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed",
  3: "floating-point",
  5: "complex",
  6: "complex",
};
const MOST_SHOWN = 8;
const BITS_OF_ONE = [1, 2, 4, 8, 16];
const BITS_OF_SEVERAL = [8, 16];

/** @param bits and formats of the samples of a pixel, as many as the file tells. */
export function unreadTiff(
  compression: number,
  bits: readonly number[],
  formats: readonly number[],
): UnreadStorage | undefined {
  const name = UNREAD_COMPRESSIONS[compression];
  if (name !== undefined) {
    return {
      expected: "a compression that is read (LZW, Deflate, PackBits, JPEG, WebP, CCITT or none)",
      received: name,
      repair: "Save it with LZW, Deflate or without compression.",
    };
  }
  const kind = SAMPLE_FORMATS[formats.find((format) => format !== UNSIGNED) ?? UNSIGNED];
  const readBits = bits.length > 1 ? BITS_OF_SEVERAL : BITS_OF_ONE;
  const depth = bits.find((count) => !readBits.includes(count));
  const isUneven = new Set(bits).size > 1;
  if (kind === undefined && depth === undefined && !isUneven) return undefined;
  const number = isUneven ? listOf(bits) : (depth ?? bits[0] ?? 1);
  return {
    expected: "unsigned samples of 8 or 16 bits (or 1, 2 or 4 where a pixel has one)",
    received: `${kind === undefined ? "samples" : `${kind} samples`} of ${number} bits`,
    repair: "Convert it to a 16-bit TIFF or PNG first.",
  };
}

/** A crafted file has half a million of them. */
function listOf(bits: readonly number[]): string {
  return bits.length <= MOST_SHOWN ? bits.join(", ") : `${bits.slice(0, MOST_SHOWN).join(", ")}, ...`;
}

const CIE_LAB = 8;

/** The image library takes four samples of 8 bits for one of its own packings, and three for a damaged one. */
export function unreadLab(photometric: number, bits: readonly number[]): UnreadStorage | undefined {
  if (photometric === CIE_LAB && bits.every((count) => count === 16)) return undefined;
  return {
    expected: "CIE L*a*b* of 16 bits",
    received:
      photometric === CIE_LAB ? `CIE L*a*b* of ${bits[0] ?? 1} bits` : "another kind of Lab (ICC or ITU)",
    repair: "Convert it to RGB first.",
  };
}
