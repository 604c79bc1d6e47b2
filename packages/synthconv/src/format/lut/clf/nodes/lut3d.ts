import { type Lut3D, UNIT_DOMAIN } from "../../../../colour/index.js";
import { ValueError } from "../../../../core/index.js";
import { shortestDecimal } from "../../text/numbers.js";
import { readArray, tableOf } from "../array.js";
import { FLOATS, type ProcessNode } from "../node.js";
import { wordUnder } from "../values.js";
import { readIndexMap } from "./index-map.js";

const MAX_SIZE = 256;

export const lut3dNode: ProcessNode<Lut3D> = {
  name: "LUT3D",
  attributes: ["interpolation"],
  children: ["array", "indexmap"],
  read(element, context) {
    const array = readArray(element, `"N N N 3", N from 2 to ${MAX_SIZE}`, ([size = 0, ...rest]) => {
      const isSound = size >= 2 && size <= MAX_SIZE && rest.join() === `${size},${size},3`;
      return isSound ? 3 * size ** 3 : undefined;
    });
    const size = array.sizes[0] as number;
    const stage: Lut3D = {
      kind: "lut3d",
      size,
      table: redFastest(tableOf(array.values, context.outScale), size),
      ...UNIT_DOMAIN,
    };
    const map = readIndexMap(element, size, context);
    if (!element.attributes.has("interpolation")) return [...map, stage];
    return [
      ...map,
      { ...stage, interpolation: wordUnder(element, "interpolation", ["trilinear", "tetrahedral"]) },
    ];
  },
  writes: ["lut3d"],
  write({ size, table, domainMin, domainMax, interpolation = "tetrahedral" }) {
    if (domainMin.concat(domainMax).join() !== "0,0,0,1,1,1") {
      throw new ValueError({
        where: "a .clf",
        expected: "a lattice over 0 to 1",
        received: "another domain",
      });
    }
    const lines = [
      `<LUT3D ${FLOATS} interpolation="${interpolation}">`,
      `<Array dim="${size} ${size} ${size} 3">`,
    ];
    const ordered = redFastest(table, size);
    for (let row = 0; row < ordered.length; row += 3) {
      lines.push(Array.from(ordered.subarray(row, row + 3), shortestDecimal).join(" "));
    }
    return [...lines, "</Array>", "</LUT3D>"];
  },
};

/** Blue varies fastest in these files; the other way round it is the same exchange. */
function redFastest(table: Float32Array, size: number): Float32Array {
  const sorted = new Float32Array(table.length);
  for (let row = 0; row < size ** 3; row++) {
    const [red, green, blue] = [Math.floor(row / size ** 2), Math.floor(row / size) % size, row % size];
    sorted.set(table.subarray(3 * row, 3 * row + 3), 3 * (red + size * (green + size * blue)));
  }
  return sorted;
}
