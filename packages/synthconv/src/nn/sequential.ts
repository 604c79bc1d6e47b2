import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { type Kind, kind } from "../core/kinds.js";
import { Module, type Slot, slotsIn } from "./module.js";

/** A module that turns one tensor into one. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

const LAYER: Kind<Layer> = kind(
  "a Module with a method forward(x)",
  (value) => value instanceof Module && typeof (value as unknown as Layer).forward === "function",
  (value) => (Array.isArray(value) ? "Write new Sequential(...layers)." : undefined),
);

/** Layers one after the other, named by their positions: `0.weight`, `2.weight` (torch.nn.Sequential). */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  /** @throws {ValueError} when one is no module with a `forward`. */
  constructor(...layers: readonly Layer[]) {
    super();
    layers.forEach((layer, index) => {
      check("Sequential", `layers[${index}]`, layer, LAYER);
    });
    this.layers = layers;
  }

  forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  protected override slots(): Iterable<Slot> {
    return slotsIn(this.layers, "");
  }
}
