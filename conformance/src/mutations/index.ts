/** All faults that are planted, kernel by kernel. */
import { codedFrames } from "./coded-frames.js";
import { convolutions } from "./convolutions.js";
import { fused } from "./fused.js";
import { layerStack } from "./layer-stack.js";
import type { Mutation } from "./mutation.js";
import { operations } from "./operations.js";
import { pixelNetworks } from "./pixel-networks.js";
import { pixels } from "./pixels.js";
import { products } from "./products.js";
import { surroundings } from "./surroundings.js";
import { winograd } from "./winograd.js";

export type { Kind, Mutation } from "./mutation.js";

export const mutations: readonly Mutation[] = [
  ...fused,
  ...layerStack,
  ...pixelNetworks,
  ...convolutions,
  ...winograd,
  ...products,
  ...operations,
  ...pixels,
  ...codedFrames,
  ...surroundings,
];
