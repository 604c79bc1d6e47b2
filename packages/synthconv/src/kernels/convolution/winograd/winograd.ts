/**
 * Correlation by 3x3 weights with Winograd's minimal filtering, block by block. README.md derives it.
 */
import { noteChoice } from "../../../core/choices.js";
import { copyEntries } from "../../../core/copy.js";
import { roundUp } from "../../base/memory.js";
import { correlator } from "../direct/direct.js";
import type { Correlation, Sampling } from "../geometry/correlation.js";
import type { Bias, CorrelationImplementation, Correlator, Planes, Weights } from "../geometry/correlator.js";
import {
  type Block,
  blocksOf,
  blocksTaken,
  groupsFor,
  joined,
  mostOf,
  panelsOf,
  partOf,
  placeOfResults,
  readWindow,
  SIDE,
  writeResults,
} from "./blocks.js";
import { winogradWeightCorrelator } from "./gradient.js";
import { WinogradMemory } from "./memory.js";
import { winogradPays } from "./pays.js";

// README.md, constants.
const WEIGHT_NUMBERS = 1 << 19;
const TAPS = SIDE * SIDE;

/** Covers 3x3 weights where it is faster than the direct way. */
export const winograd: CorrelationImplementation = {
  name: "winograd",
  prepare: ({ correlation, channels, outputs, onKernel }) =>
    onKernel && winogradPays(correlation, channels)
      ? {
          correlator: () => winogradCorrelator(correlation, channels, outputs),
          weightCorrelator: () => winogradWeightCorrelator(correlation, channels, outputs),
        }
      : undefined,
};

/** It holds until another kernel is called on this thread. */
export function winogradCorrelator(correlation: Correlation, channels: number, outputs: number): Correlator {
  const [plane] = correlation.planes as [Sampling];
  const { target } = correlation;
  const mostOutputs = Math.min(
    roundUp(outputs, 4),
    Math.max(4, 4 * Math.floor(WEIGHT_NUMBERS / (64 * channels))),
  );
  const blocks = blocksOf(correlation.size, groupsFor(channels + mostOutputs));
  const most = mostOf(blocks);
  // A transposed correlation has its taps the other way round.
  const isFlipped = correlation.taps[0]?.y !== 0;
  noteChoice("winograd", outputs > mostOutputs ? "several chunks of outputs" : "all outputs at once");
  noteChoice("winograd", blocksTaken(blocks, correlation.size));
  const lengths = {
    weights: channels * mostOutputs,
    image: 8 * most.panels * channels,
    result: 8 * most.panels * mostOutputs,
    stage: Math.max(most.plane * Math.max(channels, mostOutputs), TAPS * channels * mostOutputs),
    bias: mostOutputs,
    line: most.line,
  };
  let memory = new WinogradMemory(lengths);
  let transformed: { readonly weights: number; readonly output: number } | undefined;

  const prepare = (weights: Weights, output: number, count: number): void => {
    if (transformed?.weights === weights.start && transformed.output === output) {
      noteChoice("winograd", "weights kept");
      return;
    }
    transformed = { weights: weights.start, output };
    readWeights(memory, weights, isFlipped, output, count, channels);
  };

  /** Whether it wrote the results: not where a number lies too far from its neighbours, or a result is not finite. */
  const convolve = (
    block: Block,
    source: Planes,
    weights: Weights,
    bias: Bias,
    out: Planes,
    first: number,
  ) => {
    const { floats } = memory;
    const count = Math.min(mostOutputs, outputs - first);
    const window = readWindow(plane, block, 2, source, channels, memory);
    if (first === 0 && memory.isWide(window, channels, block.grid)) {
      noteChoice("winograd", "block of a wide range");
      return false;
    }
    memory.transformImage(window, channels, block.grid, channels);
    prepare(weights, first, count);
    memory.multiply(channels, roundUp(count, 4), panelsOf(block.grid));
    for (let o = 0; o < count; o++) floats[memory.bias + o] = bias?.(first + o) ?? 0;
    const results = { data: out.data, start: out.start + first * target.image[0] * target.image[1] };
    const place = placeOfResults(target, block, results, memory);
    const allFinite = memory.transformResult(count, block.grid, [block.height, block.width], place);
    writeResults(target, block, memory, place, results, count);
    if (!allFinite) noteChoice("winograd", "block with a result that is not finite");
    return allFinite;
  };

  const run: Correlator["run"] = (source, weights, bias, out, range) => {
    const unfit = new Set<Block>();
    const work = blocks.slice(...range);
    if (!memory.isCurrent) noteChoice("winograd", "lays memory out again");
    if (!memory.isCurrent) [memory, transformed] = [new WinogradMemory(lengths), undefined];
    for (let output = 0; output < outputs; output += mostOutputs) {
      for (const block of work) {
        if (unfit.has(block) || convolve(block, source, weights, bias, out, output)) continue;
        unfit.add(block);
      }
    }
    if (unfit.size === 0) return;
    noteChoice("winograd", "blocks done by the direct way");
    transformed = undefined;
    for (const part of joined([...unfit])) {
      const direct = correlator(partOf(correlation, part), channels, outputs);
      direct.run(source, weights, bias, out, [0, direct.tiles]);
    }
  };
  return { tiles: blocks.length, run };
}

/** Transforms the weights of some outputs; those of a set follow each other without gaps. */
function readWeights(
  memory: WinogradMemory,
  { data, start, outputStep, channelStep }: Weights,
  isFlipped: boolean,
  output: number,
  count: number,
  channels: number,
): void {
  const { floats, stage } = memory;
  noteChoice("winograd", outputStep > channelStep ? "weights by outputs" : "weights by channels");
  if (outputStep > channelStep) {
    const from = start + output * outputStep;
    copyEntries(data, from, from + count * outputStep, floats, stage);
    memory.transformWeights(outputStep, channelStep, isFlipped, count, channels);
    return;
  }
  for (let i = 0; i < channels; i++) {
    const from = start + i * channelStep + output * TAPS;
    copyEntries(data, from, from + count * TAPS, floats, stage + i * count * TAPS);
  }
  memory.transformWeights(TAPS, count * TAPS, isFlipped, count, channels);
}
