// PATTERN the critic has its turn in even steps, with samples made inside noGrad, and the generator in odd ones
// SOURCE https://arxiv.org/abs/1701.07875
// EXPECT healthy
import {
  Adam,
  add,
  Linear,
  Module,
  mean,
  negate,
  noGrad,
  RandomStream,
  randomUniform,
  Sequential,
  SiLU,
  softplus,
  type Tensor,
} from "synthconv";

class Game extends Module {
  readonly generator = new Sequential(new Linear(2, 6), new SiLU(), new Linear(6, 3));
  readonly critic = new Sequential(new Linear(3, 6), new SiLU(), new Linear(6, 1));
  step = 0;
}

export const model: Game = new Game().initialize({ seed: 5 });
export const optimizer: Adam[] = [model.generator, model.critic].map(
  (part) => new Adam(part.parameters(), { learningRate: 1e-3 }),
);
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"noise" | "real", Tensor> = {
  noise: randomUniform([6, 2], random),
  real: randomUniform([6, 3], random),
};
export function loss(game: Game, { noise, real }: typeof batch): Tensor {
  const { generator, critic } = game;
  if (game.step++ % 2 === 1) return mean(softplus(negate(critic.forward(generator.forward(noise)))));
  const fake = noGrad(() => generator.forward(noise));
  return add(mean(softplus(critic.forward(fake))), mean(softplus(negate(critic.forward(real)))));
}
