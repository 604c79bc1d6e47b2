// PATTERN the reconstruction is compared with itself: a variable name was reused
// SOURCE https://github.com/salesforce/CoST/issues/6
// EXPECT fault=constantLoss|alwaysZero params=*
// REPAIR
// - return mse(image, image); // <- here
// + return mse(image, photo);
import { Conv2d, Module, mse, RandomStream, randomUniform, relu, type Tensor } from "synthconv";

class Coder extends Module {
  readonly down = new Conv2d(3, 4, 3, { padding: 1 });
  readonly up = new Conv2d(4, 3, 3, { padding: 1 });
}

export const model: Coder = new Coder().initialize({ seed: 1 });
export const batch: { photo: Tensor } = {
  photo: randomUniform([2, 3, 5, 5], new RandomStream({ seed: 1, purpose: "data" })),
};
export function loss(net: Coder, { photo }: typeof batch): Tensor {
  let image = photo;
  image = relu(net.down.forward(image));
  image = net.up.forward(image);
  return mse(image, image); // <- here
}
