/** The gradient of 3x3 weights with Winograd's minimal filtering, block by block. README.md derives it. */
import { noteChoice } from "../../../core/choices.js";
import { roundUp } from "../../base/memory.js";
import { weightCorrelator } from "../direct/weight-gradient.js";
import { addWeights } from "../geometry/add-weights.js";
import type { Correlation, Sampling } from "../geometry/correlation.js";
import type { Planes, WeightCorrelator, Weights } from "../geometry/correlator.js";
import {
  type Block,
  blocksOf,
  blocksTaken,
  groupsFor,
  joined,
  mostOf,
  panelsOf,
  partOf,
  readWindow,
  SIDE,
} from "./blocks.js";
import { WinogradMemory } from "./memory.js";

// README.md, constants.
const SUM_NUMBERS = 1 << 19;
const BLOCK_TILES = 128;
const FOLD_TILES = 1024;

/** It holds until another kernel is called on this thread. */
export function winogradWeightCorrelator(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  const [plane] = correlation.planes as [Sampling];
  const { target } = correlation;
  const someChannels = Math.min(roundUp(channels, 2), 128);
  const mostOutputs = 4 * Math.floor(SUM_NUMBERS / (64 * someChannels));
  const someOutputs = Math.min(roundUp(outputs, 4), mostOutputs);
  const blocks = blocksOf(correlation.size, Math.min(BLOCK_TILES / 4, groupsFor(someChannels + someOutputs)));
  const most = mostOf(blocks);
  const sumBlocks = Math.max(1, Math.floor(FOLD_TILES / Math.max(8, 8 * most.panels)));
  const lengths = {
    weights: someChannels * someOutputs,
    image: 8 * most.panels * someChannels,
    result: 8 * most.panels * someOutputs,
    stage: Math.max(
      most.plane * Math.max(someChannels, someOutputs),
      SIDE * SIDE * someChannels * someOutputs,
    ),
    bias: 0,
    line: most.line,
  };
  let memory = new WinogradMemory(lengths);
  const where = "winograd weight gradient";
  noteChoice(where, channels > someChannels ? "several chunks of channels" : "all channels at once");
  noteChoice(where, outputs > someOutputs ? "several chunks of outputs" : "all outputs at once");
  noteChoice(where, blocksTaken(blocks, correlation.size));
  noteChoice(where, blocks.length > sumBlocks ? "several sums" : "one sum");

  /** Whether it added the products of a block: not where a number lies too far from its neighbours. */
  const addBlock = (block: Block, source: Planes, count: number, upstream: Planes, ofOutputs: number) => {
    const [ofChannels, outputsInPanel] = [roundUp(count, 2), roundUp(ofOutputs, 4)];
    const pixels = readWindow(plane, block, 2, source, count, memory);
    if (memory.isWide(pixels, count, block.grid)) return false;
    memory.transformImage(pixels, count, block.grid, ofChannels);
    const results = readWindow(target, block, 0, upstream, ofOutputs, memory);
    if (memory.isWide(results, ofOutputs, block.grid)) return false;
    memory.transformUpstream(results, ofOutputs, block.grid, outputsInPanel);
    memory.addWeightProducts(ofChannels, outputsInPanel, panelsOf(block.grid));
    return true;
  };

  /** Adds the products of the blocks of one sum, from some channels to some outputs. */
  const addSum = (
    sum: number,
    source: Planes,
    count: number,
    upstream: Planes,
    ofOutputs: number,
    to: Weights,
  ) => {
    if (!memory.isCurrent) memory = new WinogradMemory(lengths);
    memory.clearSums();
    const unfit = blocks
      .slice(sum * sumBlocks, (sum + 1) * sumBlocks)
      .filter((block) => !addBlock(block, source, count, upstream, ofOutputs));
    const stride = roundUp(ofOutputs, 4);
    memory.transformWeightSums(roundUp(count, 2), stride);
    addWeights(memory.floats, memory.stage, stride, correlation, to, 0, ofOutputs, 0, count);
    for (const part of joined(unfit)) {
      noteChoice(where, "blocks done by the direct way");
      const direct = weightCorrelator(partOf(correlation, part), count, ofOutputs);
      direct.run(source, upstream, to, [0, direct.tiles]);
    }
  };

  const run: WeightCorrelator["run"] = (source, upstream, gradient, [from, to]) => {
    const { start, outputStep, channelStep } = gradient;
    for (let channel = 0; channel < channels; channel += someChannels) {
      const count = Math.min(someChannels, channels - channel);
      const image = planesFrom(source, channel, plane);
      for (let output = 0; output < outputs; output += someOutputs) {
        const ofOutputs = Math.min(someOutputs, outputs - output);
        const results = planesFrom(upstream, output, target);
        const part = { ...gradient, start: start + output * outputStep + channel * channelStep };
        for (let sum = from; sum < to; sum++) addSum(sum, image, count, results, ofOutputs, part);
      }
    }
  };
  return { tiles: Math.ceil(blocks.length / sumBlocks), run };
}

function planesFrom({ data, start }: Planes, first: number, { image: [height, width] }: Sampling): Planes {
  return { data, start: start + first * height * width };
}
