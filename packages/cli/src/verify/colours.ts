/** The colours with which an export is tried: `[N,3]`, encoded sRGB from 0 to 1, always the same ones. */

const COUNT = 10_000;

/** Skin from light to dark: patches 1 and 2 of the ColorChecker, and four between and beyond, as 8-bit codes. */
const SKIN = [
  [115, 82, 68],
  [194, 150, 130],
  [244, 208, 177],
  [224, 172, 105],
  [141, 85, 36],
  [75, 46, 32],
];

/** Steps of the sequence R3 (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018): powers of 1/g, g^4 = g + 1. */
const STEPS = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703];

/** 8 corners, 256 greys, skin tones, and the rest evenly over the cube; rounded to 16 bits, which every consumer takes. */
export function verifyingColours(): Float32Array {
  const corners = Array.from({ length: 8 }, (_, bits) => [bits & 1, (bits >> 1) & 1, bits >> 2]);
  const greys = Array.from({ length: 256 }, (_, code) => [code / 255, code / 255, code / 255]);
  const known = [...corners, ...greys, ...SKIN.map((codes) => codes.map((code) => code / 255))];
  const rest = Array.from({ length: COUNT - known.length }, (_, at) => STEPS.map((step) => (at * step) % 1));
  return Float32Array.from([...known, ...rest].flat(), (value) => Math.round(value * 65_535) / 65_535);
}
