/** The chart as a picture. */
import { CHART_GREY, CHART_SIDE, chartPatches, LEVELS, levelsOf, MARKERS, MODULE, PATCH } from "./layout.js";

/** Interleaved RGB of 8 bits, `[CHART_SIDE, CHART_SIDE, 3]`. */
export function drawChart(): Uint8Array {
  const data = new Uint8Array(3 * CHART_SIDE * CHART_SIDE).fill(CHART_GREY);
  const fill = (x: number, y: number, side: number, colour: readonly number[]): void => {
    const [left, top] = [x + CHART_SIDE / 2, y + CHART_SIDE / 2];
    for (let row = top; row < top + side; row++) {
      for (let column = left; column < left + side; column++)
        data.set(colour, 3 * (row * CHART_SIDE + column));
    }
  };
  for (const { x, y, colour } of chartPatches()) {
    const codes = levelsOf(colour).map((level) => (255 * level) / (LEVELS - 1));
    fill(x - PATCH / 2, y - PATCH / 2, PATCH, codes);
  }
  for (const { x, y } of MARKERS) {
    // From the outside in: white, black, white, black.
    for (const [modules, code] of [
      [9, 255],
      [7, 0],
      [5, 255],
      [3, 0],
    ] as const) {
      const side = modules * MODULE;
      fill(x - side / 2, y - side / 2, side, [code, code, code]);
    }
  }
  return data;
}
