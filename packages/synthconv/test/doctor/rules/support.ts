/** A small network of two layers and its batch, for the rules that look at one program over its steps. */
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";
import type { Diagnosis, Finding } from "synthconv/doctor";
import { expect } from "vitest";

export class TwoLayers extends Module {
  readonly body = new Linear(3, 6);
  readonly head = new Linear(6, 2);

  forward(x: Tensor): Tensor {
    return this.head.forward(tanh(this.body.forward(x)));
  }
}

export const twoLayers = (): TwoLayers => new TwoLayers().initialize({ seed: 1 });

const random = new RandomStream({ seed: 1, purpose: "rules" });
export const batch: { readonly x: Tensor; readonly y: Tensor } = {
  x: randomUniform([5, 3], random),
  y: randomUniform([5, 2], random),
};

export const usual = (model: TwoLayers, { x, y }: typeof batch): Tensor => mse(model.forward(x), y);

export function onlyFinding({ findings }: Diagnosis): Finding {
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
}
