// PATTERN a sequence of [time, batch, feature] is reshaped where its axes were to change places
// SOURCE https://docs.pytorch.org/docs/stable/generated/torch.permute.html
// EXPECT fault=conditionMixed params=frame.*,out.*
// REPAIR
// - const perSample = reshape(sequence, [batchSize, time, 3]); // <- here
// + const perSample = transpose(sequence, [1, 0, 2]);
// - reshape,
// + transpose,
import {
  Linear,
  Module,
  mean,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
  tanh,
} from "synthconv";

class Reader extends Module {
  readonly frame = new Linear(3, 8);
  readonly out = new Linear(8, 2);

  forward(sequence: Tensor): Tensor {
    const [time = 0, batchSize = 0] = sequence.shape;
    void [time, batchSize];
    const perSample = reshape(sequence, [batchSize, time, 3]); // <- here
    return this.out.forward(mean(tanh(this.frame.forward(perSample)), { axes: 1 }));
  }
}

export const model: Reader = new Reader().initialize({ seed: 18 });
const random = new RandomStream({ seed: 18, purpose: "data" });
export const batch: Record<"sequence" | "y", Tensor> = {
  sequence: randomUniform([5, 4, 3], random),
  y: randomUniform([4, 2], random),
};
export const loss = (net: Reader, { sequence, y }: typeof batch): Tensor => mse(net.forward(sequence), y);
