import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { BELOW_ONE } from "../core/kinds.js";
import { dropout } from "../ops/index.js";
import { isTraining, streamOf, willDraw } from "./modes.js";
import { Module } from "./module.js";

/**
 * `dropout` in training, nothing in evaluation (torch.nn.Dropout). What is dropped depends on (seed, step, the layer's
 * path), which `model.keyRandom({ seed, step })` says, and `trainLoop` before each step: a layer that runs twice in one step
 * drops the same places.
 */
export class Dropout extends Module {
  readonly rate: number;

  /** @throws {ValueError} when the rate is not from 0 to below 1. */
  constructor(rate = 0.5) {
    super();
    check("Dropout", "rate", rate, BELOW_ONE);
    this.rate = rate;
    willDraw();
  }

  /** @throws {ValueError} when it is in training and the step was not said. */
  forward(x: Tensor): Tensor {
    return isTraining(this) && this.rate > 0 ? dropout(x, this.rate, streamOf(this)) : x;
  }
}
