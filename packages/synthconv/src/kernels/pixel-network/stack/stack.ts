/** The network layer by layer over a tile in cache: chunk by chunk the image is copied in, worked on and copied out. */
import { noteChoice } from "../../../core/choices.js";
import { codesOf } from "../../base/backend.js";
import { bytesOfGroups, copyPlanesIn, copyPlanesOut } from "../../base/memory.js";
import type { PixelRange } from "../../threads/parallel.js";
import type { PixelNetworkImplementation } from "../network/implementation.js";
import { DEFAULT_EPSILON } from "../network/losses.js";
import {
  channelsOf,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
} from "../network/types.js";
import * as constants from "./generated/constants.js";
import { type StoredNetwork, storeNetwork } from "./store.js";
import { addGradients, clearSums, sumOfLosses } from "./sums.js";

const lossCodes = codesOf(constants, "loss_");
const passes: ReadonlySet<string> = new Set(["forward", "backward", ...Object.keys(lossCodes)]);

/**
 * Covers up to 8 layers of up to 256 channels, with the activations that the kernel has (leakyRelu with slopes of 0 to
 * 1), in float32 arrays. `storeNetwork` has the rest.
 */
export const stack: PixelNetworkImplementation = {
  name: "stack",
  prepare: (network, arrays, pass) => {
    const stored = passes.has(pass) ? storeNetwork(network, arrays, pass) : undefined;
    return (
      stored && {
        forward: (call, range) => forward(stored, call, range),
        backward: (call, range) => backward(stored, call, range),
        loss: (call, range) => loss(stored, call, range),
        inMemory: {
          memoryEnd: stored.networkEnd,
          forward: (image, output, planeBytes, pixels) =>
            forwardPlanes(stored, image, output, planeBytes, pixels),
        },
      }
    );
  },
};

function forward(
  stored: StoredNetwork,
  { network, image, pixels, output }: PixelNetworkForward,
  range: PixelRange,
): void {
  const { kernel, memory, start, planeBytes } = stored;
  const { inputs, outputs } = channelsOf(network);
  forChunks(stored, range, (first, count) => {
    copyPlanesIn(memory, start.image, planeBytes, image, inputs, pixels, first, count);
    kernel.forward(...stored.arguments, start.image, start.second, planeBytes, bytesOfGroups(count));
    copyPlanesOut(memory, start.second, planeBytes, output, outputs, pixels, first, count);
  });
}

/** Forward on planes in kernel memory, up to the next multiple of 8 pixels; pointers are byte offsets. */
function forwardPlanes(
  stored: StoredNetwork,
  image: number,
  output: number,
  planeBytes: number,
  pixels: number,
): void {
  stored.kernel.forward(...stored.arguments, image, output, planeBytes, bytesOfGroups(pixels));
}

function backward(stored: StoredNetwork, call: PixelNetworkBackward, range: PixelRange): void {
  const { network, image, pixels, upstream, imageGradient, layerGradients } = call;
  const { kernel, memory, start, planeBytes } = stored;
  const { inputs, outputs } = channelsOf(network);
  const third = imageGradient === undefined ? 0 : start.third;
  clearSums(stored);
  forChunks(stored, range, (first, count) => {
    copyPlanesIn(memory, start.image, planeBytes, image, inputs, pixels, first, count);
    copyPlanesIn(memory, start.second, planeBytes, upstream, outputs, pixels, first, count);
    kernel.backward(
      ...stored.arguments,
      ...([start.image, start.second, planeBytes, bytesOfGroups(count)] as const),
      ...([layerGradients === undefined ? 0 : 1, third, start.output] as const),
    );
    if (imageGradient !== undefined)
      copyPlanesOut(memory, third, planeBytes, imageGradient, inputs, pixels, first, count);
  });
  if (layerGradients !== undefined) addGradients(stored, layerGradients);
}

/** @returns the sum of the losses of all entries of the range. */
function loss(stored: StoredNetwork, call: PixelNetworkLoss, range: PixelRange): number {
  const { network, image, pixels, target, pixelWeight, layerGradients } = call;
  const { kernel, memory, start, planeBytes } = stored;
  const { inputs, outputs } = channelsOf(network);
  const epsilon = call.epsilon ?? DEFAULT_EPSILON;
  const third = pixelWeight === undefined ? 0 : start.third;
  clearSums(stored);
  forChunks(stored, range, (first, count) => {
    copyPlanesIn(memory, start.image, planeBytes, image, inputs, pixels, first, count);
    copyPlanesIn(memory, start.second, planeBytes, target, outputs, pixels, first, count);
    if (pixelWeight !== undefined)
      copyPlanesIn(memory, third, planeBytes, pixelWeight, 1, pixels, first, count);
    kernel.loss(
      ...stored.arguments,
      ...([start.image, start.second, planeBytes, count, third] as const),
      ...([lossCodes[call.loss] as number, epsilon * epsilon] as const),
      ...([layerGradients === undefined ? 0 : 1, start.output, start.losses] as const),
    );
  });
  if (layerGradients !== undefined) addGradients(stored, layerGradients);
  return sumOfLosses(stored);
}

function forChunks(
  { chunk, tile }: StoredNetwork,
  range: PixelRange,
  work: (first: number, count: number) => void,
): void {
  const pixels = range.end - range.first;
  noteChoice("layer stack", pixels > chunk ? "several chunks" : "one chunk");
  noteChoice("layer stack", pixels > tile ? "several tiles" : "one tile");
  for (let first = range.first; first < range.end; first += chunk) {
    work(first, Math.min(chunk, range.end - first));
  }
}
