import type { Tensor } from "../autograd/tensor.js";
import { Module, type Slot, slotsIn } from "./module.js";

/** A module that turns one tensor into one. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/** Layers one after the other, named by their positions: `0.weight`, `2.weight` (torch.nn.Sequential). */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  constructor(...layers: readonly Layer[]) {
    super();
    this.layers = layers;
  }

  forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  protected override slots(): Iterable<Slot> {
    return slotsIn(this.layers, "");
  }
}
