import {
  asShown,
  COLOUR_SPACE_NAME,
  type ColourDifference,
  compareColours,
  identityCube,
  type Lut,
  lutOfTables,
} from "../colour/index.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { optional, SHARE, STRING, whole } from "../core/kinds.js";
import { applyLut, checkNetwork, type PixelNetwork } from "../kernels/index.js";
import { applyNetwork } from "./apply.js";
import { clampToUnit } from "./clamp.js";

/** Colours per axis on which a bake is checked: no multiple of the common sizes, so it falls between nodes. */
const CHECK_SIZE = 48;

export interface BakeOptions {
  /** Nodes per axis, 2 to 256; tools read 33 and 65 best. Default 33. */
  readonly size?: number;
  /** As in `applyNetwork`. */
  readonly strength?: number;
  readonly title?: string;
  /** What the look writes, a name of `COLOUR_SPACES`: the error is of what a display of sRGB shows. Default `srgb`. */
  readonly outputSpace?: string;
}

const BAKE_OPTIONS: Fields<BakeOptions> = {
  size: optional(whole(2, 256)),
  strength: optional(SHARE),
  title: optional(STRING),
  outputSpace: optional(COLOUR_SPACE_NAME),
};

export interface Bake {
  readonly lut: Lut;
  /** The LUT, sampled tetrahedrally, against the network itself, both clamped to 0 to 1, as sRGB. */
  readonly error: ColourDifference;
}

/**
 * The look as a 3D LUT over the cube 0 to 1, and what the baking lost.
 *
 * Nodes are clamped to 0 to 1, as photographs are and as most readers demand.
 *
 * @throws {ValueError} when the size is not a whole number from 2 to 256.
 */
export function bakeNetwork(network: PixelNetwork, options: BakeOptions = {}): Bake {
  checkNetwork("bakeNetwork", network);
  checkOptions("bakeNetwork", options, BAKE_OPTIONS);
  const { size = 33, strength = 1, title, outputSpace = "srgb" } = options;
  const cube = identityCube(size);
  applyNetwork(network, cube.table, { channels: 3, strength });
  clampToUnit(cube.table);
  const lut = lutOfTables({ cube }, title);
  return { lut, error: bakeError(network, lut, strength, outputSpace) };
}

function bakeError(network: PixelNetwork, lut: Lut, strength: number, space: string): ColourDifference {
  const exact = identityCube(CHECK_SIZE).table;
  const sampled = applyLut(lut, exact);
  applyNetwork(network, exact, { channels: 3, strength });
  clampToUnit(exact);
  return compareColours(asShown(exact, space), asShown(sampled, space));
}
