// PATTERN a state that is carried over the steps, detached with its reason
// SOURCE https://github.com/oxwhirl/pymarl/issues/161
// EXPECT healthy
import { add, Linear, Module, mse, RandomStream, randomUniform, type Tensor, tanh, zeros } from "synthconv";

class Cell extends Module {
  readonly wx = new Linear(3, 5);
  readonly wh = new Linear(5, 5, { bias: false });
  readonly out = new Linear(5, 1);
}

let state = zeros([4, 5]);
export const model: Cell = new Cell().initialize({ seed: 1 });
const random = new RandomStream({ seed: 1, purpose: "data" });
export const batch: Record<"x" | "y", Tensor> = {
  x: randomUniform([4, 3], random),
  y: randomUniform([4, 1], random),
};
export function loss({ wx, wh, out }: Cell, { x, y }: typeof batch): Tensor {
  let h = state.detach({ reason: "back-propagation is truncated at a step" });
  for (let i = 0; i < 3; i++) h = tanh(add(wx.forward(x), wh.forward(h)));
  state = h;
  return mse(out.forward(h), y);
}
