import { type Lut, type RgbTriple, requireTables } from "../../colour/index.js";
import { ValueError } from "../../core/index.js";
import { quote } from "../quote.js";
import { bodyMatches } from "./beginning.js";
import { sizesUpTo } from "./lattice-sizes.js";
import type { LutFileFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";
import { type Line, linesOf, wordsOf } from "./text/lines.js";
import { parseDecimal, parseWholeNumber, shortestDecimal } from "./text/numbers.js";

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
  write: { curves: sizesUpTo(MAX_SIZE, 4096), domain: "even", encode: writeSpi1d },
};

interface Header {
  readonly size: number;
  readonly components: 1 | 2 | 3;
  readonly range: readonly [number, number];
}

/**
 * Reads a .spi1d: the lines `Version 1`, `From <least> <largest>`, `Length` and `Components` in any order, then rows
 * of 1 to 3 numbers between braces; of 2, blue becomes 0, as OpenColorIO has it.
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
  const table = Float32Array.from({ length: 3 * size }, (_, entry) => {
    const row = components * Math.floor(entry / 3);
    if (components === 1) return values[row] as number;
    return entry % 3 < components ? (values[row + (entry % 3)] as number) : 0;
  });
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
      if (!/^[123]$/.test(word)) refuse(where, "1 to 3 components", quote(word));
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
    components: header.get("Components")?.[0] as 1 | 2 | 3,
    range: [least, largest],
  };
}

/** @throws {ValueError} for anything but curves over one domain for all channels. */
function writeSpi1d(lut: Lut): Uint8Array<ArrayBuffer> {
  const { shaper, cube } = requireTables("a .spi1d", lut);
  const { size = 0, table = [], domainMin = [], domainMax = [] } = shaper ?? {};
  const isEven = new Set(domainMin).size === 1 && new Set(domainMax).size === 1;
  if (cube !== undefined || !isEven) {
    throw new ValueError({
      where: "a .spi1d",
      expected: "curves alone, over one domain for all channels",
      received: cube === undefined ? "another domain for each" : "a lattice",
    });
  }
  const rows = Array.from({ length: size }, (_, row) => {
    return Array.from([0, 1, 2], (channel) => shortestDecimal(table[3 * row + channel] as number)).join(" ");
  });
  const head = ["Version 1", `From ${domainMin[0]} ${domainMax[0]}`, `Length ${size}`, "Components 3", "{"];
  return new TextEncoder().encode(`${[...head, ...rows, "}"].join("\n")}\n`);
}
