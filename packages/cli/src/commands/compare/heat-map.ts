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

/**
 * The colours of N differences, interleaved 8-bit RGB `[N,3]` written to `target`; the ramp ends at `top`,
 * and everything above looks like `top`.
 */
export function paintHeat(differences: Float32Array, top: number, target: Uint8Array): void {
  const segments = RAMP.length - 1;
  differences.forEach((difference, pixel) => {
    const position = Math.min(difference / top, 1) * segments;
    const segment = Math.min(Math.floor(position), segments - 1);
    const share = position - segment;
    const from = (RAMP[segment] as (typeof RAMP)[number]).colour;
    const to = (RAMP[segment + 1] as (typeof RAMP)[number]).colour;
    for (const channel of [0, 1, 2] as const) {
      target[3 * pixel + channel] = Math.round(from[channel] + share * (to[channel] - from[channel]));
    }
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
