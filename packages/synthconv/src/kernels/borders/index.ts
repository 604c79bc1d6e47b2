/** Borders of planes: numbers that are put around them, or taken away. */
export { movePlanes } from "./borders.js";
export type { Places } from "./places.js";
