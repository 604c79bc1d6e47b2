/** All faults that are planted, kernel by kernel. */
import { convolutions } from "./convolutions.js";
import type { Mutation } from "./mutation.js";
import { pixelNetworks } from "./pixel-networks.js";
import { pixels } from "./pixels.js";
import { products } from "./products.js";
import { surroundings } from "./surroundings.js";

export type { Kind, Mutation } from "./mutation.js";

export const mutations: readonly Mutation[] = [
  ...pixelNetworks,
  ...convolutions,
  ...products,
  ...pixels,
  ...surroundings,
];
