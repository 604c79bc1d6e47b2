/** What attributes and text of a process list hold. */
import type { RgbTriple } from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { parseDecimal } from "../text/numbers.js";
import type { Element } from "./xml.js";

/** The numbers that stand for 1: whole codes of so many bits, or floats. */
export const BIT_DEPTHS: ReadonlyMap<string, number> = new Map([
  ["8i", 255],
  ["10i", 1023],
  ["12i", 4095],
  ["16i", 65_535],
  ["16f", 1],
  ["32f", 1],
]);

export function words(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

/** @returns the number under an attribute; undefined where it has none. */
export function numberUnder(element: Element, name: string): number | undefined {
  const text = element.attributes.get(name.toLowerCase());
  return text === undefined ? undefined : parseDecimal(element.where, text.trim());
}

/** @throws {FormatError} for a word that is not in the list; case does not matter. */
export function wordUnder<Word extends string>(
  element: Element,
  name: string,
  known: readonly Word[],
  usual?: Word,
): Word {
  const text = element.attributes.get(name.toLowerCase());
  if (text === undefined && usual !== undefined) return usual;
  const word = known.find((one) => one.toLowerCase() === text?.trim().toLowerCase());
  if (word !== undefined) return word;
  return refuse(
    element.where,
    `${element.name} with ${name} ${known.join(", ")}`,
    text === undefined ? "none" : quote(text),
  );
}

/** The numbers of an element's text, `count` of them. */
export function numbersIn(element: Element, count: number): number[] {
  const all = words(element.text);
  if (all.length !== count) {
    refuse(element.where, `${count} numbers in ${element.name}`, `${all.length}`);
  }
  return all.map((word, index) => {
    // Places are looked up in the source, so only where they are needed.
    return isDecimal(word) ? Number(word) : parseDecimal(element.whereOfWord(index), word);
  });
}

export function isDecimal(word: string): boolean {
  return /^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(word) && Number.isFinite(Math.fround(Number(word)));
}

export function tripleIn(element: Element): RgbTriple {
  return numbersIn(element, 3) as unknown as RgbTriple;
}

/** @throws {FormatError} where there are several. */
export function childNamed(element: Element, name: string): Element | undefined {
  const [child, second] = element.children.filter(({ tag }) => tag === name.toLowerCase());
  if (second !== undefined) refuse(second.where, `one ${name} in ${element.name}`, "another");
  return child;
}

/** The parameters of each channel: `of` reads one element of them, `usual` holds where a channel has none. */
export function perChannel<Values>(
  element: Element,
  name: string,
  of: (parameters: Element) => Values,
  usual: Values,
): readonly [Values, Values, Values] {
  const channels: [Values, Values, Values] = [usual, usual, usual];
  for (const parameters of element.children.filter(({ tag }) => tag === name.toLowerCase())) {
    const values = of(parameters);
    if (!parameters.attributes.has("channel")) channels.fill(values);
    else channels[["R", "G", "B"].indexOf(wordUnder(parameters, "channel", ["R", "G", "B"]))] = values;
  }
  return channels;
}
