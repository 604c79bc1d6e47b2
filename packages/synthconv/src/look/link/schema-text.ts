/**
 * The schema of a look in few bytes: its JSON, in ASCII, in which words that are frequent there are one byte of 128 and more.
 * What a later schema adds stands there letter by letter and needs no other version.
 */
import { FormatError } from "../../core/errors.js";
import type { LookSchema } from "../schema.js";

/** Part of the format: words are added at the end, and never moved. At most 128; longer ones that hold shorter ones first. */
const WORDS: readonly string[] = [
  '{"condition":[],"network":{"channels":[3,64,3],"activation":"relu","residual":true},"generator":{"kind":"free"},"colourSpace":"srgb"',
  '"network":{"channels":[3,',
  ',3],"activation":"relu","residual":true}',
  ',3],"activation":"',
  '","residual":',
  '"generator":{"kind":"free"}',
  '"generator":{"hidden":[32,32],"activation":"relu"}',
  '"generator":{"hidden":[',
  '"generator":{"kind":"',
  '"colourSpace":"srgb"',
  '"colourSpace":"',
  '{"condition":[],',
  '{"condition":[',
  '{"name":"',
  '","minimum":',
  ',"maximum":',
  ',"default":',
  ',"description":"',
  '"styles":[',
  ',"training":{"source":"pair","steps":',
  ',"training":{"source":"',
  '","steps":',
  ',"batch":2048',
  ',"batch":',
  ',"learningRate":0.01',
  ',"learningRate":',
  ',"loss":"mse"',
  ',"loss":"',
  ',"seed":0',
  ',"seed":',
  ',"samples":',
  ',"refinements":',
  ',"error":{"on":"held-out pixels","colours":',
  ',"error":{"on":"lattice","colours":',
  ',"error":{"on":"',
  ',"colours":',
  ',"psnr":',
  ',"deltaE76":{"mean":',
  '},"deltaE2000":{"mean":',
  ',"p95":',
  ',"max":',
  '],"activation":"relu"}',
  '],"activation":"',
  '"lowRank"',
  '"modulation"',
  '"mixture"',
  '"chunked"',
  "true",
  "false",
  '"},{',
  "},{",
  '"},',
  '"}',
  "}}",
  '"],',
  "],",
];

const FIRST_WORD = 128;
/** Of a measured error: more digits than it is true to. */
const DIGITS = 4;

/**
 * Without the coverage, which is packed by itself, and without the errors by distance, which would make a link of 1,500 characters
 * a fifth longer; measured errors have four digits.
 */
export function writeSchema({ coverage: _, errorByDistance: __, ...schema }: LookSchema): Uint8Array {
  const text = JSON.stringify(
    schema.error === undefined ? schema : { ...schema, error: short(schema.error) },
  );
  // Escaped, a text has no character above 126, and words begin at 128.
  let ascii = text.replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  for (const [at, word] of WORDS.entries()) {
    ascii = ascii.replaceAll(word, String.fromCharCode(FIRST_WORD + at));
  }
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}

/**
 * @returns JSON of a schema, not checked yet.
 * @throws {FormatError} for a word that this build does not know.
 */
export function readSchema(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte < FIRST_WORD) return String.fromCharCode(byte);
    const word = WORDS[byte - FIRST_WORD];
    if (word !== undefined) return word;
    throw new FormatError({
      where: "link",
      expected: "a schema in words of this version",
      received: `word ${byte - FIRST_WORD}`,
    });
  }).join("");
}

function short(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(DIGITS));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, short(one)]));
}
