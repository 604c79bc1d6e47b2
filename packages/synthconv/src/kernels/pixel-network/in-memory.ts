/** Pixel networks on planes that lie in kernel memory already, for kernels that make such planes themselves. */
import { noteChoice } from "../choices.js";
import { forwardStackPlanes, prepareStack } from "../layer-stack/binding.js";
import { forwardPlanes, NETWORK_MEMORY_END, prepare } from "./binding.js";
import type { PixelNetwork } from "./network.js";

/** A network whose weights are in kernel memory; it holds until another network's kernel runs. */
export interface InMemoryNetwork {
  /** The first byte of kernel memory after what the network uses. */
  readonly memoryEnd: number;
  /**
   * Pointers are byte offsets, multiples of 16, of planes that are `planeBytes` apart. The pixels up to the
   * next multiple of 8 are read and written, too. The output's planes are not the image's.
   */
  forward(image: number, output: number, planeBytes: number, pixels: number): void;
}

/** Undefined where no kernel covers the network, or there is none on this backend. */
export function inMemoryNetwork(network: PixelNetwork): InMemoryNetwork | undefined {
  const fused = prepare(network, []);
  if (fused !== undefined) {
    noteChoice("pixels", "fused");
    return {
      memoryEnd: NETWORK_MEMORY_END,
      forward: (image, output, planeBytes, pixels) => forwardPlanes(fused, image, output, planeBytes, pixels),
    };
  }
  const stack = prepareStack(network, [], "forward");
  if (stack === undefined) return undefined;
  noteChoice("pixels", "stack");
  return {
    memoryEnd: stack.stored.networkEnd,
    forward: (image, output, planeBytes, pixels) =>
      forwardStackPlanes(stack, image, output, planeBytes, pixels),
  };
}
