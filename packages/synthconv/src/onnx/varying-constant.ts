/** Numbers that a network makes for the sizes of its inputs: a first state of zeros, one over the number of pixels. */
import type { Tensor } from "../autograd/tensor.js";
import type { OnnxGraph } from "../format/index.js";
import type { GraphSizes } from "./graph-sizes.js";
import { SizeNeeded } from "./step.js";

/** @param reader who reads it, for the message. */
export function sizeDependentConstant(
  graph: OnnxGraph,
  sizes: GraphSizes,
  constants: readonly Tensor[],
  reader: () => string,
): string {
  const first = constants[0] as Tensor;
  const value = first.data[0] as number;
  const isFilled = constants.every(({ data }) => data.every((one) => Object.is(one, value)));
  const what = `numbers that the network makes for ${reader()}`;
  if (!isFilled)
    throw new SizeNeeded(
      constants.map((one) => textOf(one)),
      what,
    );
  const shape = first.shape.map((_, axis) => constants.map((one) => one.shape[axis] as number));
  return graph.add("Expand", [graph.scalar(value), sizes.row(shape, what)]);
}

function textOf({ shape, data }: Tensor): string {
  return `${shape}:${data}`;
}
