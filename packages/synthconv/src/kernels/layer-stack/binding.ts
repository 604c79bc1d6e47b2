/** The WebAssembly side of a layer stack: chunk by chunk the image is copied in, worked on and copied out. */
import type { FloatArray } from "../../core/index.js";
import { noteChoice } from "../choices.js";
import { kernelLoader } from "../instantiate.js";
import {
  channelsOf,
  DEFAULT_EPSILON,
  type PixelNetwork,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
  pixelLossNames,
} from "../pixel-network/network.js";
import { bytesOfGroups, copyPlanesIn, copyPlanesOut } from "../planes.js";
import type { PixelRange } from "../threads/slices.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  addGradients,
  clearSums,
  type Pass,
  type StoredNetwork,
  storeNetwork,
  sumOfLosses,
} from "./network.js";

/** The exports of kernel.ts; pointers are byte offsets, `bytes` and `plane` are bytes of one plane. */
interface Kernel {
  forward(
    ...args: [...StoredNetwork["arguments"], image: number, output: number, plane: number, bytes: number]
  ): void;
  train(
    ...args: [
      ...StoredNetwork["arguments"],
      ...[image: number, target: number, plane: number, pixels: number, pixelWeight: number],
      ...[kind: number, epsilonSquared: number, gradients: number, output: number, losses: number],
    ]
  ): void;
  backward(
    ...args: [
      ...StoredNetwork["arguments"],
      ...[image: number, upstream: number, plane: number, bytes: number],
      ...[gradients: number, imageGradient: number, scratch: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

/** A network that the kernel covers, its weights in kernel memory; it holds until the next kernel call. */
export interface PreparedStack {
  readonly kernel: Kernel;
  readonly stored: StoredNetwork;
}

/** Undefined where the kernel does not cover a network and the arrays of a call, or there is none on this backend. */
export function prepareStack(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
  pass: Pass,
): PreparedStack | undefined {
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const stored = storeNetwork(network, arrays, pass);
  return stored && { kernel, stored };
}

export function forwardStack(
  { kernel, stored }: PreparedStack,
  { network, image, pixels, output }: PixelNetworkForward,
  range: PixelRange,
): void {
  const { memory, start, planeBytes } = stored;
  const { inputs, outputs } = channelsOf(network);
  forChunks(stored, range, (first, count) => {
    copyPlanesIn(memory, start.image, planeBytes, image, inputs, pixels, first, count);
    kernel.forward(...stored.arguments, start.image, start.second, planeBytes, bytesOfGroups(count));
    copyPlanesOut(memory, start.second, planeBytes, output, outputs, pixels, first, count);
  });
}

/** Forward on planes in kernel memory, up to the next multiple of 8 pixels; pointers are byte offsets. */
export function forwardStackPlanes(
  { kernel, stored }: PreparedStack,
  image: number,
  output: number,
  planeBytes: number,
  pixels: number,
): void {
  kernel.forward(...stored.arguments, image, output, planeBytes, bytesOfGroups(pixels));
}

export function backwardStack(
  { kernel, stored }: PreparedStack,
  call: PixelNetworkBackward,
  range: PixelRange,
): void {
  const { network, image, pixels, upstream, imageGradient, layerGradients } = call;
  const { memory, start, planeBytes } = stored;
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
export function lossStack(
  { kernel, stored }: PreparedStack,
  call: PixelNetworkLoss,
  range: PixelRange,
): number {
  const { network, image, pixels, target, pixelWeight, layerGradients } = call;
  const { memory, start, planeBytes } = stored;
  const { inputs, outputs } = channelsOf(network);
  const epsilon = call.epsilon ?? DEFAULT_EPSILON;
  const third = pixelWeight === undefined ? 0 : start.third;
  clearSums(stored);
  forChunks(stored, range, (first, count) => {
    copyPlanesIn(memory, start.image, planeBytes, image, inputs, pixels, first, count);
    copyPlanesIn(memory, start.second, planeBytes, target, outputs, pixels, first, count);
    if (pixelWeight !== undefined)
      copyPlanesIn(memory, third, planeBytes, pixelWeight, 1, pixels, first, count);
    kernel.train(
      ...stored.arguments,
      ...([start.image, start.second, planeBytes, count, third] as const),
      ...([pixelLossNames.indexOf(call.loss), epsilon * epsilon] as const),
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
