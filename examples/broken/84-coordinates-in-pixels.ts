// PATTERN coordinates from 0 to 4000 go straight into a layer with a tanh: nearly all of its units are saturated
// SOURCE https://arxiv.org/abs/2006.10739
// EXPECT fault=alwaysZero params=field.*
// REPAIR
// - coordinates: tensor(xy, { shape: [20, 2] }),
// + coordinates: tensor(xy.map((value) => value / 4000), { shape: [20, 2] }),
import {
  initializers,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";

class Field extends Module {
  readonly field = new Linear(2, 16, {
    initializers: { weight: initializers.uniform(1), bias: initializers.constant(0) },
  });
  readonly colour = new Linear(16, 3);
}

export const model: Field = new Field().initialize({ seed: 54 });
const random = new RandomStream({ seed: 1, purpose: "data" });
const xy = Float32Array.from({ length: 40 }, () => 2000 + 2000 * random.uniform());
export const batch: Record<"coordinates" | "y", Tensor> = {
  coordinates: tensor(xy, { shape: [20, 2] }),
  y: randomUniform([20, 3], random),
};
export const loss = ({ field, colour }: Field, { coordinates, y }: typeof batch): Tensor =>
  mse(colour.forward(tanh(field.forward(coordinates))), y); // <- here
