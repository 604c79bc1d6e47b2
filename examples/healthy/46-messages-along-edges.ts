// PATTERN the rows of the batch are nodes of a graph, and each follows its neighbours; no word declares it
// SOURCE https://arxiv.org/abs/1704.01212
// EXPECT healthy
import {
  concat,
  gather,
  Linear,
  Module,
  matmul,
  mse,
  RandomStream,
  randomUniform,
  relu,
  type Tensor,
  tensor,
} from "synthconv";

const FROM = [0, 1, 2, 3, 0, 2];
const TO = [1, 2, 3, 0, 2, 0];
const arrivals = tensor([0, 1, 2, 3].map((node) => TO.map((to) => Number(to === node))));

class Graph extends Module {
  readonly message = new Linear(6, 4);
  readonly update = new Linear(7, 2);

  forward(nodes: Tensor): Tensor {
    const pairs = concat([gather(nodes, FROM), gather(nodes, TO)], 1);
    const sent = relu(this.message.forward(pairs));
    return this.update.forward(concat([nodes, matmul(arrivals, sent)], 1));
  }
}

export const model: Graph = new Graph().initialize({ seed: 16 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"nodes" | "y", Tensor> = {
  nodes: randomUniform([4, 3], random),
  y: randomUniform([4, 2], random),
};
export const loss = (net: Graph, { nodes, y }: typeof batch): Tensor => mse(net.forward(nodes), y);
