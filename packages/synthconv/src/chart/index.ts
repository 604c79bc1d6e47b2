/** The chart of colours: drawn, and read when it comes back from an app. Knows no trainer. */
export { CHART_VALUES, chartLut } from "./chart-lut.js";
export { drawChart } from "./draw-chart.js";
export { CHART_SIDE, COLOURS as CHART_COLOURS, chartColours } from "./layout.js";
export { type ChartReading, readChart } from "./read-chart.js";
export type { ColourPicture } from "./read-patches.js";
export type { NotColour } from "./separate.js";
