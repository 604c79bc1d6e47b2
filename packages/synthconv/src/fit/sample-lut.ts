/** Colours before and after of a lookup table. */
import { checkLut, identityCube, type Lut, UNIT_DOMAIN } from "../colour/index.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { numberAs, optional, whole } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { applyLut } from "../kernels/index.js";
import type { ColourSamples } from "./samples.js";

/** Colours that a LUT is learned from: enough that 451 weights cannot learn them by heart. */
const LUT_SAMPLES = 2 ** 19;

export interface LutSamplingOptions {
  readonly seed: number;
  readonly count?: number;
}

const LUT_OPTIONS: Fields<LutSamplingOptions> = { seed: whole(0), count: optional(whole(1, 2 ** 28)) };

/**
 * Random colours, even over the LUT's domain, and what the LUT makes of them (tetrahedral).
 *
 * Random colours beat the lattice's own nodes: the network then also learns what lies between them.
 *
 * @param options.count colours; default 2^19.
 * @throws {ValueError | ShapeError | NonFiniteError} for options of another kind, and a table that is not sound.
 */
export function sampleLut(lut: Lut, options: LutSamplingOptions): ColourSamples {
  checkLut("sampleLut", lut);
  checkOptions("sampleLut", options, LUT_OPTIONS, { repair: numberAs("seed") });
  const { seed, count = LUT_SAMPLES } = options;
  const [first] = lut.stages;
  const { domainMin, domainMax } = first !== undefined && "domainMin" in first ? first : UNIT_DOMAIN;
  const stream = new RandomStream({ seed, purpose: "sample-lut" });
  const input = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    for (const channel of [0, 1, 2] as const) {
      const low = Math.max(0, domainMin[channel]);
      const high = Math.min(1, domainMax[channel]);
      input[channel * count + nth] = low + (high - low) * stream.uniform();
    }
  }
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}

/**
 * Every node of a 3D LUT's lattice inside 0 to 1, or of a 17-node one for a LUT without a lattice.
 *
 * @throws {ValueError | ShapeError | NonFiniteError} when a table is not sound.
 */
export function latticeSamples(lut: Lut): ColourSamples {
  checkLut("latticeSamples", lut);
  const lattice = lut.stages.find((stage) => stage.kind === "lut3d");
  const nodes = identityCube(lattice?.size ?? 17).table;
  const count = nodes.length / 3;
  const input = new Float32Array(nodes.length);
  for (let nth = 0; nth < count; nth++) {
    for (let channel = 0; channel < 3; channel++)
      input[channel * count + nth] = nodes[3 * nth + channel] as number;
  }
  return { input, target: applyLut(lut, input, { layout: "planar" }) };
}
