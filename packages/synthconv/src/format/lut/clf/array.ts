/** The Array of a process node: its sizes, then its numbers. */
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { parseDecimal } from "../text/numbers.js";
import { childNamed, isDecimal, words } from "./values.js";
import type { Element } from "./xml.js";

export interface ClfArray {
  readonly element: Element;
  readonly sizes: readonly number[];
  /** As many as the caller said that these sizes ask for. */
  readonly values: Float64Array;
}

/**
 * @param count numbers for these sizes; undefined for sizes that the node does not have.
 * @throws {FormatError} naming the line, for other sizes, and for numbers missing, left over or none.
 */
export function readArray(
  node: Element,
  expected: string,
  count: (sizes: readonly number[]) => number | undefined,
): ClfArray {
  const element = childNamed(node, "Array") ?? refuse(node.where, `an Array in ${node.name}`, "none");
  const stated = element.attributes.get("dim") ?? refuse(element.where, "Array with dim", "none");
  const all = words(stated);
  const sizes = all.map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : Number.NaN));
  const total = sizes.some(Number.isNaN) ? undefined : count(sizes);
  if (total === undefined) refuse(element.where, `dim of ${node.name} to be ${expected}`, quote(stated));
  const numbers = words(element.text);
  if (numbers.length !== total) {
    const repair =
      numbers.length < total ? "The file is truncated, or its dim is wrong." : "Its dim is wrong.";
    refuse(element.where, `${total} numbers for dim ${quote(stated)}`, `${numbers.length}`, repair);
  }
  const values = new Float64Array(total);
  for (const [index, word] of numbers.entries()) values[index] = numberOf(element, word, index);
  return { element, sizes, values };
}

const SPECIAL = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
]);

/** NaN and infinities are legal: a table of all halfs has them at its own. */
function numberOf(element: Element, word: string, index: number): number {
  if (isDecimal(word)) return Number(word);
  const special = SPECIAL.get(word.replace(/^[+-]/, "").toLowerCase());
  if (special !== undefined) return word.startsWith("-") ? -special : special;
  return parseDecimal(element.whereOfWord(index), word);
}

/** @throws {FormatError} for NaN and infinities, where a table alone may have them. */
export function finiteValues({ element, values }: ClfArray): Float64Array {
  const broken = values.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) refuse(element.whereOfWord(broken), "finite numbers", `${values[broken]}`);
  return values;
}

/** As OpenColorIO puts them in a table: NaN as 0, infinities as the largest float32. */
export function tableOf(values: Float64Array, scale: number): Float32Array {
  const largest = (2 - 2 ** -23) * 2 ** 127;
  return Float32Array.from(values, (value) => {
    return Number.isNaN(value) ? 0 : Math.min(Math.max(value / scale, -largest), largest);
  });
}
