/** Numbers that a network makes for the sizes of its inputs: a first state of zeros, one over the number of pixels. */
import type { Tensor } from "../autograd/tensor.js";
import type { OnnxGraph } from "../format/index.js";
import type { GraphSizes } from "./graph-sizes.js";
import { SizeNeeded } from "./step.js";

interface Places {
  readonly graph: OnnxGraph;
  readonly sizes: GraphSizes;
}

/**
 * @param constants the same one in every run.
 * @param reader who reads it, for the message.
 */
export function sizeDependentConstant(
  { graph, sizes }: Places,
  constants: readonly Tensor[],
  reader: string,
): string {
  const [first] = constants as readonly [Tensor];
  const value = first.data[0] as number;
  const what = `numbers that the network makes for ${reader}`;
  const row = first.shape.map((_, axis) => constants.map(({ shape }) => shape[axis] as number));
  const isFilled = constants.every(({ data }) => data.every((one) => Object.is(one, data[0])));
  if (!isFilled) throw new SizeNeeded(constants.map(textOf), what);
  const values = constants.map(({ data }) => data[0] as number);
  const isSame = values.every((one) => Object.is(one, value));
  const number = isSame ? graph.scalar(value) : sizes.power(values, what);
  return row.length === 0 ? number : graph.add("Expand", [number, sizes.row(row, what)]);
}

function textOf({ shape, data }: Tensor): string {
  return `${shape}:${data}`;
}
