/** Moves of numbers that lie apart: matrices whose axes change places. */
export { type MatrixPlace, transposeMatrix } from "./transpose.js";
