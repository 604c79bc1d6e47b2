import type { Lut, RgbTriple } from "../../colour/index.js";
import { quote } from "../quote.js";
import { bodyMatches } from "./beginning.js";
import type { LutFileFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";
import { type Line, linesOf, wordsOf } from "./text/lines.js";
import { parseDecimal, parseWholeNumber } from "./text/numbers.js";

/** As for .cube files. */
const MAX_SIZE = 65536;

export const spi1dFormat: LutFileFormat = {
  source: "bytes",
  name: "spi1d",
  title: ".spi1d",
  extensions: ["spi1d"],
  summary: "Sony Imageworks', for OpenColorIO: curves, one for all channels or one per channel",
  recognize: bodyMatches(/^Version\s+\d+\s+(From|Length|Components)\b/),
  read: readSpi1d,
};

interface Header {
  readonly size: number;
  readonly components: 1 | 3;
  readonly range: readonly [number, number];
}

/**
 * Reads a .spi1d: the lines `Version 1`, `From <least> <largest>`, `Length` and `Components` in any order, then rows
 * of 1 or 3 numbers between braces.
 *
 * @throws {FormatError} naming the line, for a header that is not whole, and for rows missing or left over.
 */
function readSpi1d(bytes: Uint8Array, name: string): Lut {
  const lines = linesOf(bytes, name);
  const { size, components, range } = readHeader(lines, name);
  const values: number[] = [];
  let last = name;
  for (const { where, text } of lines) {
    last = where;
    if (text === "}") break;
    const row = wordsOf(text);
    if (row.length !== components) refuse(where, `a row of ${components} numbers`, quote(text));
    if (values.length === components * size) refuse(where, "} after the last row", quote(text));
    for (const word of row) values.push(parseDecimal(where, word));
  }
  const rows = values.length / components;
  if (rows < size) refuse(last, `${size} rows, as Length says`, `${rows}`, "The file is truncated.");
  const table = Float32Array.from(
    { length: 3 * size },
    (_, entry) => values[components === 3 ? entry : Math.floor(entry / 3)] as number,
  );
  const same = (value: number): RgbTriple => [value, value, value];
  return {
    stages: [{ kind: "lut1d", size, table, domainMin: same(range[0]), domainMax: same(range[1]) }],
  };
}

function readHeader(lines: Generator<Line>, name: string): Header {
  const header = new Map<string, readonly number[]>();
  for (let { value: line, done } = lines.next(); done !== true; { value: line, done } = lines.next()) {
    const { where, text } = line as Line;
    if (text === "{") return checkHeader(header, name);
    const [keyword = "", ...words] = wordsOf(text);
    if (header.has(keyword)) refuse(where, "each keyword once", `${quote(keyword)} again`);
    header.set(keyword, readValues(where, keyword, words));
  }
  refuse(name, "a header that ends in {", "none", "The file is truncated.");
}

function readValues(where: string, keyword: string, words: readonly string[]): readonly number[] {
  const word = words[0] ?? "";
  switch (keyword) {
    case "Version":
      return [parseWholeNumber(where, keyword, word, 1, 1)];
    case "Length":
      return [parseWholeNumber(where, keyword, word, 2, MAX_SIZE)];
    case "Components": {
      if (word !== "1" && word !== "3") refuse(where, "1 or 3 components", quote(word));
      return [Number(word)];
    }
    case "From": {
      const [least = 0, largest = 0] = words.map((one) => parseDecimal(where, one));
      if (words.length !== 2 || !(least < largest)) {
        refuse(where, "From and two numbers, the least input and the largest", quote(words.join(" ")));
      }
      return [least, largest];
    }
    default:
      return refuse(where, "Version, From, Length, Components or {", quote(keyword));
  }
}

function checkHeader(header: ReadonlyMap<string, readonly number[]>, name: string): Header {
  for (const keyword of ["Version", "Length", "Components"]) {
    if (!header.has(keyword)) refuse(name, `a header with ${keyword}`, [...header.keys()].join(", "));
  }
  const [least = 0, largest = 1] = header.get("From") ?? [];
  return {
    size: header.get("Length")?.[0] as number,
    components: header.get("Components")?.[0] as 1 | 3,
    range: [least, largest],
  };
}
