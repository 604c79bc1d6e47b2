// PATTERN a graph convolution over the neighbours alone: no node follows itself
// SOURCE https://arxiv.org/abs/1609.02907
// EXPECT healthy
import {
  Linear,
  Module,
  matmul,
  mse,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

const NODES = 5;
const ring = tensor(
  Array.from({ length: NODES }, (_, node) =>
    Array.from({ length: NODES }, (_, other) =>
      (node + 1) % NODES === other || (other + 1) % NODES === node ? 0.5 : 0,
    ),
  ),
);

class Graph extends Module {
  readonly first = new Linear(3, 5);
  readonly second = new Linear(5, 2);
}

export const model: Graph = new Graph().initialize({ seed: 17 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"nodes" | "y", Tensor> = {
  nodes: randomUniform([NODES, 3], random),
  y: randomUniform([NODES, 2], random),
};
export const loss = ({ first, second }: Graph, { nodes, y }: typeof batch): Tensor =>
  mse(second.forward(matmul(ring, tanh(first.forward(nodes)))), y);
