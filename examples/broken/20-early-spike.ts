// PATTERN Adam with a rate of 30: the first step throws the weights far away, the loss stays at billions
// SOURCE https://github.com/OpenNMT/OpenNMT-tf/issues/744
// EXPECT fault=exploding|nonFinite params=*
// REPAIR
// - export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 30 }); // <- here
// + export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 0.003 });
import {
  Adam,
  GELU,
  gelu,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  Sequential,
  type Tensor,
} from "synthconv";

class Deep extends Module {
  readonly layers = new Sequential(new Linear(4, 16), new GELU(), new Linear(16, 16), new GELU());
  readonly out = new Linear(16, 1);
  forward(x: Tensor): Tensor {
    return this.out.forward(gelu(this.layers.forward(x)));
  }
}

export const model: Deep = new Deep().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.parameters(), { learningRate: 30 }); // <- here
const random = new RandomStream({ seed: 9, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([10, 4], random),
  y: randomUniform([10, 1], random),
};
export const loss = (net: Deep, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
