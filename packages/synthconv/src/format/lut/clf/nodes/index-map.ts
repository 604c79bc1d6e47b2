/** The IndexMap of version 2: which inputs stand for which rows of a table. */
import type { RangeStage } from "../../../../colour/index.js";
import { quote } from "../../../quote.js";
import { refuse } from "../../refuse.js";
import { parseDecimal } from "../../text/numbers.js";
import type { NodeContext } from "../node.js";
import { childNamed, words } from "../values.js";
import type { Element } from "../xml.js";

/** @param size rows of the table along an axis. */
export function readIndexMap(node: Element, size: number, { inScale, version }: NodeContext): RangeStage[] {
  const map = childNamed(node, "IndexMap");
  if (map === undefined) return [];
  if (version >= 3)
    refuse(map.where, "no IndexMap since version 3", "one", "A Range before the table says the same.");
  // `64.5@4`, `940 @ 33` and `1@ 2` are all written.
  const numbers = words(map.text.replaceAll("@", " "));
  const ats = map.text.split("@").length - 1;
  if (map.attributes.get("dim")?.trim() !== "2" || numbers.length !== 4 || ats !== 2) {
    refuse(
      map.where,
      "an IndexMap of two pairs, input@row",
      quote(map.text.trim()),
      "Longer ones are read by no one.",
    );
  }
  const [low = 0, first = 0, high = 0, last = 0] = numbers.map((word) => parseDecimal(map.where, word));
  if (!(low < high && first < last)) refuse(map.where, "an IndexMap that rises", quote(map.text.trim()));
  const end = (input: number, row: number): { input: number; output: number } => ({
    input: input / inScale,
    output: row / (size - 1),
  });
  return [{ kind: "range", min: end(low, first), max: end(high, last) }];
}
