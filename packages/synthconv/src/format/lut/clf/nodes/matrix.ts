import type { MatrixStage, RgbTriple } from "../../../../colour/index.js";
import { finiteValues, readArray } from "../array.js";
import { FLOATS, type ProcessNode, triple } from "../node.js";

export const matrixNode: ProcessNode<MatrixStage> = {
  name: "Matrix",
  attributes: [],
  children: ["array"],
  read(element, { inScale, outScale }) {
    // A third size was written until version 2, and still is.
    const array = readArray(element, '"3 3" or "3 4"', ([rows, columns = 0, third = 3, ...more]) => {
      const isSound = rows === 3 && third === 3 && more.length === 0;
      return isSound && (columns === 3 || columns === 4) ? 3 * columns : undefined;
    });
    const values = finiteValues(array);
    const columns = array.sizes[1] as number;
    const rows = [0, 1, 2].map((row) => values.subarray(row * columns, (row + 1) * columns));
    const matrix = rows.flatMap((row) => Array.from(row.subarray(0, 3), (one) => (one * inScale) / outScale));
    const offset = rows.map((row) => (row[3] ?? 0) / outScale) as unknown as RgbTriple;
    return [{ kind: "matrix", matrix, offset }];
  },
  writes: ["matrix"],
  write({ matrix, offset }) {
    const rows = [0, 1, 2].map((row) =>
      triple([...matrix.slice(3 * row, 3 * row + 3), offset[row] as number]),
    );
    return [`<Matrix ${FLOATS}>`, '<Array dim="3 4">', ...rows, "</Array>", "</Matrix>"];
  },
};
