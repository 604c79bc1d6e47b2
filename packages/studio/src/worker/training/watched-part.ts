/** The parts of a network in a watched step: trained numbers, and those that they write. */
import { measureHistogram, type WatchRecorder } from "synthconv/doctor";
import type { PixelNetwork } from "synthconv/look";
import type { WatchedRow } from "../../protocol/index.js";

/** What the library tells its watch. */
export type WatchedStep = Parameters<WatchRecorder["record"]>[0];
export type WatchedPart = WatchedStep["parameters"][number];

export function trainedRow({ name, parameter, value, gradient }: WatchedPart): WatchedRow {
  return {
    ...{ name, role: "trained", shape: [...parameter.shape] },
    histogram: histogramOf(value),
    gradientNorm: gradient === undefined ? null : normOf(gradient, 0, gradient.length),
  };
}

/** The bias of the generator's last layer: its gradient is that of what it writes, summed over the samples of the step. */
const WRITING_BIAS = "generator.head.bias";

/**
 * The tensors that the generator writes, layer by layer. The gradient that reaches them is that of the bias which is added to
 * them last.
 */
export function writtenRows(network: PixelNetwork, parts: readonly WatchedPart[]): WatchedRow[] {
  const writing = parts.find(({ name }) => name === WRITING_BIAS)?.gradient;
  let offset = 0;
  return network.layers.flatMap(({ weight, bias, inputs, outputs }, layer) => {
    const tensors = [
      { name: `layers.${layer}.weight`, values: weight, shape: [outputs, inputs] },
      ...(bias === undefined ? [] : [{ name: `layers.${layer}.bias`, values: bias, shape: [outputs] }]),
    ];
    return tensors.map(({ name, values, shape }): WatchedRow => {
      const from = offset;
      offset += values.length;
      const gradientNorm = writing === undefined ? null : normOf(writing, from, offset);
      return { name, role: "written", shape, histogram: histogramOf(values), gradientNorm };
    });
  });
}

function histogramOf(values: ArrayLike<number>): WatchedRow["histogram"] {
  const { edges, counts, nonFinite } = measureHistogram(values);
  return { edges, counts, nonFinite };
}

function normOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (values[at] as number) ** 2;
  return Math.sqrt(sum);
}
