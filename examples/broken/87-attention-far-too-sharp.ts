// PATTERN scores are multiplied by what they were to be divided by: attention is one-hot from the start
// SOURCE https://arxiv.org/abs/1706.03762
// EXPECT fault=alwaysZero params=queries.*,keys.*
// REPAIR
// - const SHARPNESS = 4000;
// + const SHARPNESS = 0.5;
import {
  Linear,
  Module,
  matmul,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  SGD,
  softmax,
  type Tensor,
  transpose,
} from "synthconv";

const SHARPNESS = 4000;

class Attention extends Module {
  readonly queries = new Linear(4, 4, { bias: false });
  readonly keys = new Linear(4, 4, { bias: false });
  readonly values = new Linear(4, 4);

  forward(x: Tensor): Tensor {
    const scores = matmul(this.queries.forward(x), transpose(this.keys.forward(x), [0, 2, 1]));
    const shares = softmax(multiply(scores, SHARPNESS)); // <- here
    return matmul(shares, this.values.forward(x));
  }
}

export const model: Attention = new Attention().initialize({ seed: 8 });
const random = new RandomStream({ seed: 8, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([3, 5, 4], random),
  y: randomUniform([3, 5, 4], random),
};
export const optimizer: SGD = new SGD(model.parameters(), { learningRate: 0.1 });
export const loss = (net: Attention, { x, y }: typeof batch): Tensor => mse(net.forward(x), y);
