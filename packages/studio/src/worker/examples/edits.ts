/** Three edits as a person would make them: each gives what becomes of a colour. */
import { mix, type Rgb, scaled, smooth } from "./colour.js";

export type Edit = (colour: Rgb) => Rgb;

const luma = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const grey = (value: number): Rgb => [value, value, value];

/** Warm light, cool and lifted shadows, a gentle shoulder. */
export const film: Edit = (colour) => {
  const curved = colour.map((value) => 0.06 + 0.88 * smooth(-0.12, 1.12, value)) as unknown as Rgb;
  const light = luma(curved);
  const [r, g, b] = mix(grey(light), curved, 1.12);
  return [r + 0.07 * light - 0.02, g + 0.015 * light, b - 0.08 * light + 0.045];
};

/** A print that lay in the sun: little contrast, little colour, yellowed. */
export const faded: Edit = (colour) => {
  const light = luma(colour);
  const [r, g, b] = mix(grey(light), colour, 0.55);
  return [0.16 + 0.76 * r, 0.13 + 0.75 * g, 0.14 + 0.62 * b];
};

/** Lights towards orange, shadows towards teal, deep blacks. */
export const cinema: Edit = (colour) => {
  const light = luma(colour);
  const rich = mix(grey(light), colour, 1.2);
  const toned = mix([-0.05, 0.05, 0.09], [0.11, 0.02, -0.1], smooth(0.05, 0.75, light));
  const deep = scaled(rich, 0.75 + 0.35 * smooth(0, 0.6, light));
  return [deep[0] + toned[0], deep[1] + toned[1], deep[2] + toned[2]];
};
