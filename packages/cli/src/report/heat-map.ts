/** Colour differences as a picture: black where two photos agree, through indigo, magenta and orange to white. */
import { deltaE2000, rgbToLab } from "synthconv/look";

// Lightness rises steadily along the ramp, so that it also reads in grey and by colour-blind eyes.
const RAMP: readonly { readonly name: string; readonly colour: readonly [number, number, number] }[] = [
  { name: "black", colour: [0, 0, 0] },
  { name: "indigo", colour: [60, 20, 120] },
  { name: "magenta", colour: [180, 40, 110] },
  { name: "orange", colour: [250, 130, 40] },
  { name: "pale yellow", colour: [255, 250, 200] },
];

/** CIEDE2000 of N pairs of colours, planar encoded sRGB `[3,N]`: `[N]`. */
export function differences2000(a: Float32Array, b: Float32Array): Float32Array {
  const labA = rgbToLab(a, "planar");
  const labB = rgbToLab(b, "planar");
  const differences = new Float32Array(a.length / 3);
  for (let pixel = 0, i = 0; pixel < differences.length; pixel++, i += 3) {
    differences[pixel] = deltaE2000(
      labA[i] as number,
      labA[i + 1] as number,
      labA[i + 2] as number,
      labB[i] as number,
      labB[i + 1] as number,
      labB[i + 2] as number,
    );
  }
  return differences;
}

/** The colour of a difference, 8-bit sRGB; the ramp ends at `top`, and everything above looks like `top`. */
export function heatColour(difference: number, top: number): [red: number, green: number, blue: number] {
  const position = Math.min(difference / top, 1) * (RAMP.length - 1);
  const segment = Math.min(Math.floor(position), RAMP.length - 2);
  const share = position - segment;
  const from = (RAMP[segment] as (typeof RAMP)[number]).colour;
  const to = (RAMP[segment + 1] as (typeof RAMP)[number]).colour;
  const between = (channel: 0 | 1 | 2): number =>
    Math.round(from[channel] + share * (to[channel] - from[channel]));
  return [between(0), between(1), between(2)];
}

/** The colours of N differences, interleaved 8-bit RGB `[N,3]`, written to `target`. */
export function paintHeat(differences: Float32Array, top: number, target: Uint8Array): void {
  differences.forEach((difference, pixel) => {
    target.set(heatColour(difference, top), 3 * pixel);
  });
}

/** The scale in words: `0 black, 2.5 indigo, 5 magenta, 7.5 orange, 10 and above pale yellow`. */
export function heatScale(top: number): string {
  const steps = RAMP.map(({ name }, i) => {
    const value = Number(((top * i) / (RAMP.length - 1)).toPrecision(3));
    return `${value}${i === RAMP.length - 1 ? " and above" : ""} ${name}`;
  });
  return steps.join(", ");
}
