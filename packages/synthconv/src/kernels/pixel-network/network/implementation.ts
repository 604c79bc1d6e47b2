/** What an implementation of pixel networks is; pixel-network/implementations.ts lists them. */
import type { Implementation } from "../../../core/choices.js";
import type { FloatArray } from "../../../core/index.js";
import type { PixelRange } from "../../threads/parallel.js";
import type { PixelLossName } from "./losses.js";
import type { PixelNetwork, PixelNetworkBackward, PixelNetworkForward, PixelNetworkLoss } from "./types.js";

/** What calls do: forward alone, backward from an upstream gradient, or both with the loss of this name. */
export type Pass = "forward" | "backward" | PixelLossName;

/** Ready on this thread for calls with one network, whatever their range; it holds until another kernel is called. */
export interface PreparedNetwork {
  forward(call: PixelNetworkForward, range: PixelRange): void;
  /** Adds to the gradients of the layers. */
  backward(call: PixelNetworkBackward, range: PixelRange): void;
  /** @returns the sum of the losses of all entries of the range; adds to the gradients of the layers. */
  loss(call: PixelNetworkLoss, range: PixelRange): number;
  /** For kernels that make planes in kernel memory themselves; undefined where this one does not work there. */
  readonly inMemory?: InMemoryNetwork;
}

/** A network whose weights are in kernel memory. */
export interface InMemoryNetwork {
  /** The first byte of kernel memory after what the network uses. */
  readonly memoryEnd: number;
  /**
   * Pointers are byte offsets, multiples of 16, of planes that are `planeBytes` apart. The pixels up to the
   * next multiple of 8 are read and written, too. The output's planes are not the image's.
   */
  forward(image: number, output: number, planeBytes: number, pixels: number): void;
}

/**
 * `arrays` are those of the calls to come, all of an image's size. It covers them or not by what they are and hold
 * alone, so that every thread chooses alike.
 */
export type PixelNetworkImplementation = Implementation<
  [network: PixelNetwork, arrays: readonly (FloatArray | undefined)[], pass: Pass],
  PreparedNetwork
>;
