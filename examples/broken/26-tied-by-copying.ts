// PATTERN "tied" weights: the decoder's numbers are copied from the encoder's in every step, with data.set
// SOURCE https://github.com/google/qhbm-library/issues/93
// EXPECT fault=assignedIntoParameter|plainNumbers|overwrittenFromElsewhere params=decode.weight
// REPAIR
// - import {
// + import { linear, Parameter, zeros,
// - readonly decode = new Linear(3, 8);
// + readonly bias = new Parameter(zeros([8]));
// - this.decode.weight.data.set(transpose(this.encode.weight).data); // <- here
// + const tied = transpose(this.encode.weight);
// - return this.decode.forward(code);
// + return linear(code, tied, this.bias);
import { Linear, Module, mse, RandomStream, randomUniform, sigmoid, type Tensor, transpose } from "synthconv";

class Tied extends Module {
  readonly encode = new Linear(8, 3);
  readonly decode = new Linear(3, 8);

  forward(x: Tensor): Tensor {
    this.decode.weight.data.set(transpose(this.encode.weight).data); // <- here
    const code = sigmoid(this.encode.forward(x));
    return this.decode.forward(code);
  }
}

export const model: Tied = new Tied().initialize({ seed: 1 });
export const batch: { x: Tensor } = {
  x: randomUniform([10, 8], new RandomStream({ seed: 2, purpose: "data" })),
};
export const loss = (net: Tied, { x }: typeof batch): Tensor => mse(net.forward(x), x);
