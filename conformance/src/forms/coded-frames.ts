/** Pixel networks on frames of films as they are coded: planes of luma and colour, of 8 to 16 bits. */
import type { Case, Complaint, Form, Outputs, Place } from "../case.js";
import {
  applyPixelNetworkToYCbCr,
  type PixelNetwork,
  type SamplePlane,
  type YCbCrFrame,
  type YCbCrLayout,
} from "../library.js";
import { Random } from "../random.js";
import { codedByDefinition } from "./coded-frames-definition.js";
import {
  aims,
  CHROMA,
  type CodedFrames,
  drawFreely,
  isValid,
  MATRICES,
  simplest,
} from "./coded-frames-space.js";
import { tamed } from "./interleaved.js";
import { outputByDefinition } from "./network-definition.js";
import { callsMath, inFloat64Network, networkOf, termsNetwork, weightsOf } from "./networks.js";

export const codedFramesForm: Form<CodedFrames> = {
  name: "coded frames",
  share: 15,
  simplest,
  draw: drawFreely,
  aims,
  isValid,
  prepare,
};

// Of the whole range of codes, as many times as the network's terms are larger than it: a matrix, two splines and
// the layers are some thirty roundings of 6e-8 one after the other.
const OF_RANGE = 2e-6;

const PLANES = ["luma", "blueness", "redness"] as const;

function prepare(one: CodedFrames): Case {
  const { width, height, share } = one;
  const tame = tamed(networkOf(one, one.seed));
  const network = one.contrast === 1 ? tame : spread(tame, one.contrast);
  const source = frameOf(one);
  const target = layoutOf(one, "target");
  return {
    isEngineBound: callsMath(one),
    isHeavy: weightsOf(one) * width * height > 5e4,
    run: (place: Place) => {
      const placed = {
        layout: source.layout,
        planes: source.planes.map(place) as unknown as YCbCrFrame["planes"],
      };
      const planes = planesOf(target, width, height).map(place) as unknown as YCbCrFrame["planes"];
      const call = { network, share, width, height, source: placed, target: { layout: target, planes } };
      applyPixelNetworkToYCbCr(call);
      return Object.fromEntries(PLANES.map((name, nth) => [name, planes[nth] as SamplePlane]));
    },
    judge: (outputs) => {
      const exact = codedByDefinition({
        network: inFloat64Network(network),
        share,
        width,
        height,
        source,
        target,
      });
      const pixels = exact.image.length / 3;
      const terms = outputByDefinition(termsNetwork(network), { data: exact.image, pixels });
      const allowed = 0.5 + OF_RANGE * (2 ** target.bits - 1) * terms.reduce((a, b) => Math.max(a, b), 1);
      return PLANES.flatMap((name, nth) => {
        const expected = (exact.planes[nth] as { data: Float64Array }).data;
        return worst(name, outputs, expected, 2 ** target.bits - 1, allowed);
      });
    },
  };
}

/** Its outputs further apart, around 0. */
function spread({ layers, residual }: PixelNetwork, contrast: number): PixelNetwork {
  const last = layers.length - 1;
  return {
    residual,
    layers: layers.map((layer, index) => {
      if (index < last) return layer;
      const weight = layer.weight.map((value) => value * contrast);
      return { ...layer, weight, bias: layer.bias?.map((value) => (value - 0.3) * contrast) };
    }),
  };
}

function worst(
  output: string,
  outputs: Outputs,
  exact: Float64Array,
  top: number,
  allowed: number,
): readonly Complaint[] {
  const codes = outputs[output] as SamplePlane;
  let found: Complaint | undefined;
  exact.forEach((value, index) => {
    const [actual, expected] = [codes[index] as number, Math.min(Math.max(value, 0), top)];
    const excess = Math.abs(actual - expected) / allowed;
    if (!(excess <= (found?.excess ?? 1))) found = { output, index, actual, expected, excess };
  });
  return found === undefined ? [] : [found];
}

function layoutOf(one: CodedFrames, of: "source" | "target"): YCbCrLayout {
  return {
    bits: one[`${of}Bits`],
    range: one[`${of}Range`],
    matrix: MATRICES[one[`${of}Matrix`]],
    chroma: CHROMA[one[`${of}Chroma`]],
    siting: one[`${of}Siting`] as YCbCrLayout["siting"],
  };
}

function planesOf(
  { bits, chroma: [across, down] }: YCbCrLayout,
  width: number,
  height: number,
): SamplePlane[] {
  const colours = Math.ceil(width / 2 ** across) * Math.ceil(height / 2 ** down);
  const plane = (length: number) => (bits > 8 ? new Uint16Array(length) : new Uint8Array(length));
  return [plane(width * height), plane(colours), plane(colours)];
}

function frameOf(one: CodedFrames): YCbCrFrame {
  const layout = layoutOf(one, "source");
  const planes = planesOf(layout, one.width, one.height);
  const top = 2 ** layout.bits - 1;
  const shareAt = {
    any: (random: Random) => random.uniform(),
    smooth: (random: Random, at: number) => 0.2 + 0.5 * at + 0.1 * random.uniform(),
    ends: (random: Random) => random.integer(0, 1),
  }[one.codes];
  planes.forEach((plane, nth) => {
    const random = new Random(one.seed, `plane ${nth}`);
    for (let i = 0; i < plane.length; i++) {
      plane[i] = Math.min(top, Math.floor(shareAt(random, i / plane.length) * (top + 1)));
    }
  });
  return { layout, planes: planes as unknown as YCbCrFrame["planes"] };
}
