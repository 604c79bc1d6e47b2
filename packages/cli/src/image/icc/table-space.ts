/**
 * RGB by the tables of a profile: relative colorimetric, or perceptual where there is nothing else; black is taken to black
 * (black point compensation). It is what Little CMS makes of them by these intents.
 */
import {
  type ConnectionSpace,
  LAB,
  type Light,
  lightOfLightness,
  noLighter,
  OLD_LAB,
  XYZ,
} from "./connection-space.js";
import { readByCorners, readByTetrahedra } from "./lattice.js";
import { takeSteps } from "./lut-steps.js";
import { readLut, UnreadLut } from "./read-lut.js";

/** Both directions work in place on planar colours, `[3, N]`. */
export interface TableSpace {
  /** Encoded RGB, 0..1, to X, Y, Z relative to the white D50, black at 0. */
  toLight(colours: Float32Array): void;
  /** The other way, into 0..1, where the profile leads back: what it does not hold becomes the nearest that its maker chose. */
  readonly fromLight: ((colours: Float32Array) => void) | undefined;
}

interface Direction {
  readonly take: (colours: Float32Array) => void;
  readonly space: ConnectionSpace;
}

/**
 * @param tags of a profile of RGB by signature.
 * @param pcs its connection space, `XYZ ` or `Lab `.
 * @param referenceBlack whether perceptual tables lead black to that of the reference medium.
 * @returns undefined for a profile without a table from RGB.
 * @throws {UnreadLut} for one whose tables cannot be read.
 */
export function readTableSpace(
  tags: ReadonlyMap<string, Buffer>,
  pcs: string,
  referenceBlack: boolean,
): TableSpace | undefined {
  const name = tags.has("A2B1") ? "A2B1" : "A2B0";
  const table = tags.get(name);
  if (table === undefined) return undefined;
  const back = tags.has("B2A1") ? "B2A1" : "B2A0";
  const backTable = tags.get(back);
  const out = direction(name, table, pcs, readByTetrahedra);
  // As Little CMS does.
  const into =
    backTable && direction(back, backTable, pcs, pcs === "Lab " ? readByCorners : readByTetrahedra);
  const toLight = (colours: Float32Array): void => {
    out.take(colours);
    out.space.toLight(colours);
  };
  const black = name === "A2B0" && referenceBlack ? REFERENCE_BLACK : blackOf(toLight);
  return {
    toLight(colours) {
      toLight(colours);
      darkened(colours, black);
    },
    fromLight:
      into &&
      ((colours) => {
        lightened(colours, black);
        into.space.fromLight(colours);
        into.take(colours);
        for (let i = 0; i < colours.length; i++) colours[i] = Math.min(1, Math.max(0, colours[i] as number));
      }),
  };
}

function direction(name: string, tag: Buffer, pcs: string, readLattice: typeof readByTetrahedra): Direction {
  if (pcs !== "XYZ " && pcs !== "Lab ") throw new UnreadLut(`its connection space is ${JSON.stringify(pcs)}`);
  try {
    const { steps, isOldLab } = readLut(tag);
    return {
      take: (colours) => takeSteps(steps, colours, readLattice),
      space: pcs === "XYZ " ? XYZ : isOldLab ? OLD_LAB : LAB,
    };
  } catch (error) {
    throw error instanceof UnreadLut ? new UnreadLut(`its table ${name}: ${error.message}`) : error;
  }
}

/** Of the perceptual intent since version 4 (ICC.1:2022, section 6.3.3). */
const REFERENCE_BLACK: Light = [0.0034731, 0.0034731, 0.0034731];

/** L*: of what is lighter, only so much is black; and nothing of what is nearly white, as in profiles of negatives (limits of Little CMS). */
const LIGHTEST_BLACK = 50;
const NEGATIVE = 95;

/** The light of the device's black. */
function blackOf(toLight: (colours: Float32Array) => void): Light {
  const colour = new Float32Array(3);
  toLight(colour);
  const black = colour as unknown as Light;
  return noLighter(black, black[1] > lightOfLightness(NEGATIVE) ? 0 : LIGHTEST_BLACK);
}

function darkened(colours: Float32Array, black: Light): void {
  const count = colours.length / 3;
  black.forEach((light, channel) => {
    const plane = colours.subarray(channel * count, (channel + 1) * count);
    for (let i = 0; i < count; i++) plane[i] = ((plane[i] as number) - light) / (1 - light);
  });
}

function lightened(colours: Float32Array, black: Light): void {
  const count = colours.length / 3;
  black.forEach((light, channel) => {
    const plane = colours.subarray(channel * count, (channel + 1) * count);
    for (let i = 0; i < count; i++) plane[i] = (plane[i] as number) * (1 - light) + light;
  });
}
