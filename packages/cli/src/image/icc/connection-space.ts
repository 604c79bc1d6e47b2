/**
 * How tables encode the colours between a device and the rest of the world (ICC.1:2022, section 6.3.4), as light relative
 * to the white D50, so that (1, 1, 1) is white in all of them.
 */

import { encode, rootTable } from "../curve-tables.js";

/** Both directions work in place on planes `[3, N]`. */
export interface ConnectionSpace {
  /** Encoded 0..1 to X, Y, Z, each divided by white's. */
  toLight(colours: Float32Array): void;
  fromLight(colours: Float32Array): void;
}

const D50 = [0.9642, 1, 0.8249] as const;

/** u1Fixed15Number: 65,535 is just below 2. */
const MOST_XYZ = 65_535 / 32_768;

export const XYZ: ConnectionSpace = {
  toLight: (colours) => scalePlanes(colours, (channel) => MOST_XYZ / (D50[channel] as number)),
  fromLight: (colours) => scalePlanes(colours, (channel) => (D50[channel] as number) / MOST_XYZ),
};

/** L* 100 is 1, a* 0 is 128 / 255. */
export const LAB: ConnectionSpace = lab(100, 255);

/** As version 2 has it in 16 bits: L* 100 is 0xff00, a* 0 is 0x8000. */
export const OLD_LAB: ConnectionSpace = lab((100 * 65_535) / 65_280, 65_535 / 256);

function lab(lightness: number, chroma: number): ConnectionSpace {
  return {
    toLight(colours) {
      const count = colours.length / 3;
      for (let i = 0; i < count; i++) {
        const y = ((colours[i] as number) * lightness + 16) / 116;
        const x = y + ((colours[count + i] as number) * chroma - 128) / 500;
        const z = y - ((colours[2 * count + i] as number) * chroma - 128) / 200;
        colours[i] = cubed(x);
        colours[count + i] = cubed(y);
        colours[2 * count + i] = cubed(z);
      }
    },
    fromLight(colours) {
      const count = colours.length / 3;
      const roots = rootsOfLight();
      for (let i = 0; i < count; i++) {
        const x = encode(colours[i] as number, roots, root);
        const y = encode(colours[count + i] as number, roots, root);
        const z = encode(colours[2 * count + i] as number, roots, root);
        colours[i] = (116 * y - 16) / lightness;
        colours[count + i] = (500 * (x - y) + 128) / chroma;
        colours[2 * count + i] = (200 * (y - z) + 128) / chroma;
      }
    },
  };
}

/** X, Y, Z, each relative to white's. */
export type Light = readonly [x: number, y: number, z: number];

/** The distance of two colours in L*a*b* (CIE 1976). */
export function labDistance(one: Light, other: Light): number {
  const [x, y, z] = [0, 1, 2].map((i) => root(one[i] as number) - root(other[i] as number)) as [
    number,
    number,
    number,
  ];
  return Math.hypot(116 * y, 500 * (x - y), 200 * (y - z));
}

/** The colour with an L* of at most `lightness`, the same a* and b*. */
export function noLighter(light: Light, lightness: number): Light {
  const [x, y, z] = [root(light[0]), root(light[1]), root(light[2])];
  const most = Math.min(y, (lightness + 16) / 116);
  return [cubed(x - y + most), cubed(most), cubed(z - y + most)];
}

/** Y relative to white of L*. */
export function lightOfLightness(lightness: number): number {
  return cubed((lightness + 16) / 116);
}

/** The function of L*a*b* and its inverse (CIE 15:2004, section 8.2.1). */
const FOOT = 6 / 29;
const FOOT_LIGHT = FOOT ** 3;
const SLOPE = 3 * FOOT ** 2;

function cubed(value: number): number {
  // By products: a power takes ten times as long.
  return value > FOOT ? value * value * value : SLOPE * (value - 4 / 29);
}

function root(value: number): number {
  return value > FOOT_LIGHT ? Math.cbrt(value) : value / SLOPE + 4 / 29;
}

let roots: Float32Array | undefined;

/** For all profiles, to 1e-8: made when the first comes. */
function rootsOfLight(): Float32Array {
  roots ??= rootTable(root);
  return roots;
}

function scalePlanes(colours: Float32Array, factor: (channel: number) => number): void {
  const count = colours.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const by = factor(channel);
    for (let i = channel * count; i < (channel + 1) * count; i++) colours[i] = (colours[i] as number) * by;
  }
}
