// PATTERN the members of an ensemble are copies of the first, and the loss takes them together
// SOURCE https://github.com/IBM/probabilistic-federated-neural-matching/issues/2
// EXPECT fault=alwaysZero params=one.*,two.*
// REPAIR
// - model.two.loadStateDict(model.one.stateDict()); // <- here
// + // each keeps the numbers that were drawn for it
import { Adam, add, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

class Ensemble extends Module {
  readonly one = new Linear(4, 6);
  readonly two = new Linear(4, 6); // <- here
  readonly head = new Linear(6, 2);

  forward(x: Tensor): Tensor {
    return this.head.forward(add(tanh(this.one.forward(x)), tanh(this.two.forward(x))));
  }
}

export const model: Ensemble = new Ensemble().initialize({ seed: 4 });
model.two.loadStateDict(model.one.stateDict()); // <- here
const random = new RandomStream({ seed: 4, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([8, 4], random),
  y: randomUniform([8, 2], random),
};
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.01 });
export function loss(net: Ensemble, { x, y }: typeof batch): Tensor {
  return mse(net.forward(x), y);
}
