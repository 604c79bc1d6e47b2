// PATTERN an encoder is meant to be frozen for a while, and the comparison is the wrong way round: it is detached from the fourth step on
// SOURCE https://github.com/Mxbonn/ltmp/issues/2
// EXPECT fault=detached params=encoder.*
// REPAIR
// - return this.steps++ < WARM_UP ? code : code.detach(); // <- here
// + return code;
import { Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh } from "synthconv";

const WARM_UP = 3;

class Autoencoder extends Module {
  readonly encoder = new Linear(6, 5);
  readonly decoder = new Linear(5, 6);
  steps = 0;

  encode(x: Tensor): Tensor {
    const code = tanh(this.encoder.forward(x));
    return this.steps++ < WARM_UP ? code : code.detach(); // <- here
  }
}

export const model: Autoencoder = new Autoencoder().initialize({ seed: 3 });
export const batch: { x: Tensor } = {
  x: randomUniform([9, 6], new RandomStream({ seed: 3, purpose: "data" })),
};
export const loss = (net: Autoencoder, { x }: typeof batch): Tensor =>
  mse(net.decoder.forward(net.encode(x)), x);
