// PATTERN a GAN whose critic has an optimizer of its own, that steps inside the loss
// SOURCE https://github.com/yunjey/pytorch-tutorial/issues/56
// EXPECT healthy
import {
  Adam,
  Linear,
  leakyRelu,
  Module,
  mse,
  ones,
  RandomStream,
  randomUniform,
  type Tensor,
  zeros,
} from "synthconv";

class Gan extends Module {
  readonly generator = new Linear(2, 6);
  readonly critic = new Linear(6, 1);
}

export const model: Gan = new Gan().initialize({ seed: 1 });
export const optimizer: Adam = new Adam(model.generator.parameters(), { learningRate: 0.001 });
const critics = new Adam(model.critic.parameters(), { learningRate: 0.001 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([6, 2], random),
  real: randomUniform([6, 6], random),
};

function trainCritic({ generator, critic }: Gan, { noise, real }: typeof batch): void {
  critics.zeroGrad();
  const fake = leakyRelu(generator.forward(noise)).detach({ reason: "the critic's turn" });
  mse(critic.forward(real), ones([6, 1]))
    .add(mse(critic.forward(fake), zeros([6, 1])))
    .backward();
  critics.step();
}

export function loss(net: Gan, data: typeof batch): Tensor {
  trainCritic(net, data);
  return mse(net.critic.forward(leakyRelu(net.generator.forward(data.noise))), ones([6, 1]));
}
