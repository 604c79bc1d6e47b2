/**
 * Letters as strokes, for labels inside pictures: a machine without fonts draws the same picture as any other.
 *
 * Each glyph stands on a grid: capitals and figures reach from y = 0 to the baseline at y = 10, small letters
 * start at y = 3, descenders end at y = 13. The first number is the glyph's width; then comes an SVG path.
 */
const GLYPHS: Readonly<Record<string, readonly [width: number, path: string]>> = {
  " ": [3, ""],
  "0": [6, "M0 5a3 5 0 1 0 6 0a3 5 0 1 0-6 0"],
  "1": [3, "M0 2L3 0V10"],
  "2": [6, "M0 3a3 3 0 1 1 5.2 2L0 10H6"],
  "3": [6, "M0 0H6L2.6 4H3a3 3 0 1 1-3 3.6"],
  "4": [6, "M4.6 10V0L0 7H6"],
  "5": [6, "M5.6 0H.8L.4 4.6a3 3.1 0 1 1-.4 3.6"],
  "6": [6, "M4.8 0L.5 5.6M0 7a3 3 0 1 0 6 0a3 3 0 1 0-6 0"],
  "7": [5.6, "M0 0H5.6L1.8 10"],
  "8": [6, "M.5 2.5a2.5 2.4 0 1 0 5 0a2.5 2.4 0 1 0-5 0M0 7.4a3 2.6 0 1 0 6 0a3 2.6 0 1 0-6 0"],
  "9": [6, "M1.2 10L5.5 4.4M0 3a3 3 0 1 0 6 0a3 3 0 1 0-6 0"],
  a: [6, "M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0M6 3V10"],
  b: [6, "M0 0V10M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0"],
  c: [5.4, "M5.4 4.4a3 3.5 0 1 0 0 4.2"],
  d: [6, "M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0M6 0V10"],
  e: [6, "M0 6.5H6a3 3.5 0 1 0-.7 2.4"],
  f: [3.4, "M3.4 0H3a1.8 1.8 0 0 0-1.8 1.8V10M0 3H3.2"],
  g: [6, "M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0M6 3V10a3 3 0 0 1-5.4 1.8"],
  h: [5.6, "M0 0V10M0 6a2.8 3 0 0 1 5.6 0V10"],
  i: [0, "M0 3V10M0 .4V.5"],
  j: [1.4, "M1.4 3V11a2 2 0 0 1-1.4 2M1.4 .4V.5"],
  k: [5, "M0 0V10M4.8 3L0 7M1.6 5.7L5 10"],
  l: [0, "M0 0V10"],
  m: [9, "M0 3V10M0 5.6a2.25 2.6 0 0 1 4.5 0V10M4.5 5.6a2.25 2.6 0 0 1 4.5 0V10"],
  n: [5.6, "M0 3V10M0 6a2.8 3 0 0 1 5.6 0V10"],
  o: [6, "M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0"],
  p: [6, "M0 3V13M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0"],
  q: [6, "M6 3V13M0 6.5a3 3.5 0 1 0 6 0a3 3.5 0 1 0-6 0"],
  r: [3.2, "M0 3V10M0 6a2.8 3 0 0 1 3.2-2.9"],
  s: [4.6, "M4.4 4.2a2.2 1.8 0 1 0-2.1 2.3a2.2 1.8 0 1 1-2.2 2.3"],
  t: [3.4, "M1.2 .8V8.2a1.8 1.8 0 0 0 1.8 1.8H3.4M0 3H3.2"],
  u: [5.6, "M0 3V7a2.8 3 0 0 0 5.6 0M5.6 3V10"],
  v: [5.4, "M0 3L2.7 10L5.4 3"],
  w: [8, "M0 3L2 10L4 3.6L6 10L8 3"],
  x: [5, "M0 3L5 10M5 3L0 10"],
  y: [5.4, "M0 3L2.7 10M5.4 3L1.6 13"],
  z: [5, "M0 3H5L0 10H5"],
  E: [5, "M5 0H0V10H5M0 4.8H4.4"],
  ".": [0, "M0 9.9V10"],
  ",": [0.6, "M.6 9.7L0 11.6"],
  ":": [0, "M0 9.9V10M0 4.4V4.5"],
  "-": [3.6, "M0 6.4H3.6"],
  "+": [5, "M0 6.4H5M2.5 3.9V8.9"],
  "=": [5, "M0 5.2H5M0 7.8H5"],
  "/": [4, "M0 11L4-.6"],
  "(": [2, "M2-.6a8 8 0 0 0 0 12"],
  ")": [2, "M0-.6a8 8 0 0 1 0 12"],
};

const LETTER_GAP = 2.4;

export interface LabelStyle {
  /** Left edge, middle or right edge of the text, in pixels. */
  readonly x: number;
  /** The baseline, in pixels. */
  readonly y: number;
  /** Height of a figure, in pixels. */
  readonly size: number;
  readonly colour: string;
  readonly anchor?: "start" | "middle" | "end";
}

/** Width of a text whose figures are `size` pixels high; a character without a glyph counts as a space. */
export function labelWidth(text: string, size: number): number {
  const glyphs = [...text].map(glyphOf);
  const width = glyphs.reduce((sum, [own]) => sum + own, 0) + LETTER_GAP * (glyphs.length - 1);
  return (width * size) / 10;
}

/** The text as an element of an SVG document. */
export function labelSvg(text: string, { x, y, size, colour, anchor = "start" }: LabelStyle): string {
  const scale = size / 10;
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * labelWidth(text, size);
  let pen = 0;
  const paths = [...text].map((character) => {
    const [width, path] = glyphOf(character);
    const at = pen;
    pen += width + LETTER_GAP;
    return path === "" ? "" : `<path transform="translate(${at.toFixed(2)} 0)" d="${path}"/>`;
  });
  const place = `translate(${(x - shift).toFixed(2)} ${(y - size).toFixed(2)}) scale(${scale})`;
  const pencil = 'fill="none" stroke-width="1.15" stroke-linecap="round" stroke-linejoin="round"';
  return `<g transform="${place}" stroke="${colour}" ${pencil}>${paths.join("")}</g>`;
}

function glyphOf(character: string): readonly [number, string] {
  return GLYPHS[character] ?? [3, ""];
}
