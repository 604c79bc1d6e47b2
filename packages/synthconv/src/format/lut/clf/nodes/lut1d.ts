import { HALF_CODES, type HalfLut1D, halfOfCode, type Lut1D, UNIT_DOMAIN } from "../../../../colour/index.js";
import { ValueError } from "../../../../core/index.js";
import { refuse } from "../../refuse.js";
import { shortestDecimal } from "../../text/numbers.js";
import { type ClfArray, readArray, tableOf } from "../array.js";
import { FLOATS, type ProcessNode } from "../node.js";
import { wordUnder } from "../values.js";
import type { Element } from "../xml.js";
import { readIndexMap } from "./index-map.js";

/** As OpenColorIO. */
const MAX_SIZE = 2 ** 20;

export const lut1dNode: ProcessNode<Lut1D | HalfLut1D> = {
  name: "LUT1D",
  attributes: ["interpolation", "halfdomain", "rawhalfs"],
  children: ["array", "indexmap"],
  read(element, context) {
    if (element.attributes.has("interpolation")) wordUnder(element, "interpolation", ["linear"]);
    const array = readArray(
      element,
      `"N 1" or "N 3", N from 2 to ${MAX_SIZE}`,
      ([size = 0, columns, ...more]) => {
        const isSound =
          size >= 2 && size <= MAX_SIZE && (columns === 1 || columns === 3) && more.length === 0;
        return isSound ? size * columns : undefined;
      },
    );
    const table = tableOf(
      threeColumns(isSet(element, "rawHalfs") ? fromHalfs(array) : array),
      context.outScale,
    );
    const size = array.sizes[0] as number;
    if (!isSet(element, "halfDomain")) {
      return [...readIndexMap(element, size, context), { kind: "lut1d", size, table, ...UNIT_DOMAIN }];
    }
    if (size === HALF_CODES) return [{ kind: "halfLut1d", table }];
    return refuse(array.element.where, `${HALF_CODES} rows for halfDomain`, `${size}`);
  },
  writes: ["lut1d", "halfLut1d"],
  write(stage) {
    if (stage.kind === "lut1d" && stage.domainMin.concat(stage.domainMax).join() !== "0,0,0,1,1,1") {
      throw new ValueError({ where: "a .clf", expected: "curves over 0 to 1", received: "another domain" });
    }
    const rows = stage.table.length / 3;
    const half = stage.kind === "halfLut1d" ? ' halfDomain="true"' : "";
    const lines = [`<LUT1D ${FLOATS} interpolation="linear"${half}>`, `<Array dim="${rows} 3">`];
    for (let row = 0; row < rows; row++) {
      lines.push(Array.from(stage.table.subarray(3 * row, 3 * row + 3), shortestDecimal).join(" "));
    }
    return [...lines, "</Array>", "</LUT1D>"];
  },
};

function isSet(element: Element, name: string): boolean {
  return element.attributes.has(name.toLowerCase()) && wordUnder(element, name, ["true"]) === "true";
}

/** One column serves all channels. */
function threeColumns({ sizes: [size = 0, columns], values }: ClfArray): Float64Array {
  return columns === 3
    ? values
    : Float64Array.from({ length: 3 * size }, (_, at) => values[Math.floor(at / 3)] as number);
}

function fromHalfs(array: ClfArray): ClfArray {
  const wrong = array.values.findIndex((bits) => !(Number.isInteger(bits) && bits >= 0 && bits < HALF_CODES));
  if (wrong >= 0) {
    refuse(array.element.whereOfWord(wrong), "the bits of a half, 0 to 65535", `${array.values[wrong]}`);
  }
  return { ...array, values: array.values.map(halfOfCode) };
}
