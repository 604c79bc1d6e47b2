/** The XML of a process list: elements without their namespaces' prefixes, and the lines that they stand on. */
import { parseXml, XmlElement, type XmlError, XmlText } from "@rgrove/parse-xml";
import { refuse } from "../refuse.js";

export interface Element {
  /** In lower case, without a prefix: readers of the format look at neither. */
  readonly tag: string;
  /** As it stands in the file, for messages. */
  readonly name: string;
  /** By their names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All text directly inside. */
  readonly text: string;
  /** The file and the line, as messages name them. */
  readonly where: string;
  /** The same for the word of this number in the text. */
  whereOfWord(index: number): string;
}

/**
 * The root element. Document types are passed over and declare nothing, so that no entity grows.
 *
 * @throws {FormatError} naming the line, for text that is no well-formed XML.
 */
export function parseElements(bytes: Uint8Array, name: string): Element {
  // The parser's own normalization of line ends takes quadratic time.
  refuseEncoding(bytes, name);
  const source = new TextDecoder().decode(bytes).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  try {
    const { root } = parseXml(source, { includeOffsets: true });
    if (root === null) refuse(name, "an XML document", "none");
    return toElement(root, new Places(source, name));
  } catch (error) {
    // The parser calls itself for each element inside another.
    if (error instanceof RangeError) refuse(name, "elements nested less deep", "too many in one another");
    const { line, message } = error as Partial<XmlError>;
    if (line === undefined) throw error;
    const [reason = ""] = (message ?? "").split(" (line ", 1);
    return refuse(`${name}, line ${line}`, "well-formed XML", JSON.stringify(reason));
  }
}

/** Files in an encoding that agrees with UTF-8 on what is no note. */
const ENCODINGS = ["utf-8", "us-ascii", "ascii", "iso-8859-1"];

function refuseEncoding(bytes: Uint8Array, name: string): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 200));
  const stated = /^\ufeff?<\?xml [^>]*encoding=["']([^"']*)["']/.exec(start)?.[1];
  if (stated === undefined || ENCODINGS.includes(stated.toLowerCase())) return;
  refuse(`${name}, line 1`, "the encoding UTF-8", JSON.stringify(stated), "Save it as UTF-8.");
}

/** Where offsets of the source stand, as messages name places. */
class Places {
  readonly source: string;
  readonly #name: string;
  /** Offsets of the line ends, once a place is asked for. */
  #ends: readonly number[] | undefined;

  constructor(source: string, name: string) {
    this.source = source;
    this.#name = name;
  }

  at(offset: number): string {
    this.#ends ??= lineEnds(this.source);
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return `${this.#name}, line ${low + 1}`;
  }
}

function lineEnds(source: string): number[] {
  const ends: number[] = [];
  for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", end + 1)) ends.push(end);
  return ends;
}

function toElement(element: XmlElement, places: Places): Element {
  const children = element.children.filter((child) => child instanceof XmlElement);
  return {
    tag: localName(element.name).toLowerCase(),
    name: element.name,
    attributes: new Map(Object.entries(element.attributes).map(([key, value]) => [key.toLowerCase(), value])),
    children: children.map((child) => toElement(child, places)),
    text: element.children.map((child) => (child instanceof XmlText ? child.text : " ")).join(""),
    get where() {
      return places.at(element.start);
    },
    whereOfWord: (index) => places.at(offsetOfWord(places.source, element, index)),
  };
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/** Words are counted in the source, where comments stand among them. */
function offsetOfWord(source: string, { start, end }: XmlElement, index: number): number {
  let at = source.indexOf(">", start) + 1;
  let words = 0;
  while (at < end) {
    if (source.startsWith("<!--", at)) at = source.indexOf("-->", at) + 3;
    else if (isSpace(source[at])) at++;
    else if (words++ === index) return at;
    else while (at < end && !isSpace(source[at]) && source[at] !== "<") at++;
  }
  return end;
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\t";
}
