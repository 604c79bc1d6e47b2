/**
 * Convolutions. With weights of each sample they are products of matrices, so that the batch stays free: a convolution
 * multiplies the patches of the image, which a convolution by kernels of one 1 lays out; a transposed one lays out what
 * it multiplied.
 */
import type { OnnxAttribute } from "../../format/index.js";
import type { Rows, Step } from "../step.js";

type Both = readonly [number, number];

/** B samples, G groups, O and I channels of a group, as the graph's attributes. */
interface Geometry {
  readonly groups: number;
  readonly kernel: Both;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** One pixel to one pixel. */
  readonly isPointwise: boolean;
}

function geometryOf(step: Step): Geometry {
  const [stride, dilation] = [step.setting<Both>("stride"), step.setting<Both>("dilation")];
  const [vertical, horizontal] = step.setting<Both>("padding");
  const kernel: Both = [step.fixed(1, -2), step.fixed(1, -1)];
  return {
    groups: step.setting<number>("groups"),
    kernel,
    attributes: {
      kernel_shape: { ints: kernel },
      strides: { ints: stride },
      dilations: { ints: dilation },
      pads: { ints: [vertical, horizontal, vertical, horizontal] },
    },
    isPointwise: [...kernel, ...stride].every((size) => size === 1) && vertical + horizontal === 0,
  };
}

function conv2d(step: Step): string {
  const { groups, attributes } = geometryOf(step);
  if (step.rank(1) === 5) return withBias(step, convPerSample(step));
  const shared = step.inputs.length === 3 && step.rank(2) === 1;
  const names = [step.name(0), step.name(1), ...(shared ? [step.name(2)] : [])];
  const output = step.add("Conv", names, { ...attributes, group: { int: groups } });
  return shared ? output : withBias(step, output);
}

/** [O] or [B,O] */
function withBias(step: Step, output: string): string {
  if (step.inputs.length < 3) return output;
  const axes = step.graph.whole(step.rank(2) === 1 ? [1, 2] : [2, 3]);
  return step.add("Add", [output, step.add("Unsqueeze", [step.name(2), axes])]);
}

function convPerSample(step: Step): string {
  const { graph } = step;
  const { groups, kernel, attributes, isPointwise } = geometryOf(step);
  const [channels, outputs] = [step.fixed(0, 1), step.fixed(1, -4)];
  const taps = kernel[0] * kernel[1];
  const patches = isPointwise
    ? step.name(0)
    : step.add("Conv", [step.name(0), oneTapEach(step, channels, kernel)], {
        ...attributes,
        group: { int: channels },
      });
  const inner = (channels / groups) * taps;
  // [B,G,I taps,P] and [B,G,O,I taps]
  const columns = graph.reshape(patches, [0, groups, inner, -1]);
  const rows = graph.reshape(step.name(1), [-1, groups, outputs / groups, inner]);
  const product = step.add("MatMul", [rows, columns]);
  return step.add("Reshape", [product, asImage(step, outputs, patches)]);
}

function convTranspose2d(step: Step): string {
  const { graph } = step;
  const { groups, kernel, attributes } = geometryOf(step);
  const more = outputPaddingOf(step, attributes);
  if (step.rank(1) === 4) {
    return step.add("ConvTranspose", [step.name(0), step.name(1)], {
      ...attributes,
      ...more,
      group: { int: groups },
    });
  }
  const [channels, groupOutputs] = [step.fixed(0, 1), step.fixed(1, -3)];
  const taps = kernel[0] * kernel[1];
  // [B,G,I,P] and [B,G,I,O taps], turned
  const columns = graph.reshape(step.name(0), [0, groups, channels / groups, -1]);
  const weight = graph.reshape(step.name(1), [-1, groups, channels / groups, groupOutputs * taps]);
  const rows = step.add("Transpose", [weight], { perm: { ints: [0, 1, 3, 2] } });
  const product = step.add("MatMul", [rows, columns]);
  const outputs = groupOutputs * groups;
  const layers = step.add("Reshape", [product, asImage(step, outputs * taps, step.name(0))]);
  return step.add("ConvTranspose", [layers, oneTapEach(step, outputs, kernel)], {
    ...attributes,
    ...more,
    group: { int: outputs },
  });
}

/** What the size of the result has beyond that of the window. */
function outputPaddingOf(
  step: Step,
  { strides, pads, dilations }: Geometry["attributes"],
): Record<string, OnnxAttribute> {
  const ints = (attribute: OnnxAttribute | undefined): readonly number[] =>
    (attribute as { readonly ints: readonly number[] }).ints;
  const more = ([0, 1] as const).map((side) => {
    const [size, input] = [
      step.sizes[side + 2]?.[0] as number,
      step.inputs[0]?.sizes[side + 2]?.[0] as number,
    ];
    const reach = (ints(dilations)[side] as number) * (step.fixed(1, side - 2) - 1) + 1;
    return size - (input - 1) * (ints(strides)[side] as number) + 2 * (ints(pads)[side] as number) - reach;
  });
  return { output_padding: { ints: more } };
}

/** [channels taps,1,kh,kw]: of each channel's kernels each has one tap. */
function oneTapEach(step: Step, channels: number, [height, width]: Both): string {
  const taps = height * width;
  return step.graph.shared(
    `one tap each ${channels} ${height} ${width}`,
    [channels * taps, 1, height, width],
    () => {
      const data = new Float32Array(channels * taps * taps);
      for (let kernel = 0; kernel < channels * taps; kernel++) data[kernel * taps + (kernel % taps)] = 1;
      return data;
    },
  );
}

/** The shape [B,C,H,W] with these channels, and everything else of an image. */
function asImage(step: Step, channels: number, image: string): string {
  const part = (start: number, end: number): string =>
    step.add("Shape", [image], { start: { int: start }, end: { int: end } });
  return step.add("Concat", [part(0, 1), step.graph.whole([channels]), part(2, 4)], { axis: { int: 0 } });
}

export const CONVOLUTIONS: Rows = { conv2d, convTranspose2d };
