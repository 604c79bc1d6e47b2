/**
 * How a generator's flat output becomes tensors: they lie end to end in the order of their declaration, each
 * row-major.
 */
import { ValueError } from "../core/errors.js";
import { checkShape, type Shape, sizeOf } from "../core/shape.js";

/** A tensor to generate: its shape for one condition, or that and what follows it. */
export type GeneratedTensor =
  | Shape
  | {
      readonly shape: Shape;
      /** 2 (default) where a ReLU follows the layer that uses the tensor, 1 where none does. */
      readonly gain?: number;
    };

/** One tensor's place in the head's output, and what its first numbers depend on. */
export interface GeneratedPlace {
  readonly name: string;
  readonly shape: Shape;
  /** First number, and how many. */
  readonly offset: number;
  readonly size: number;
  readonly gain: number;
  /** Numbers that one output of its layer is a sum over; a bias has that of its weight, or 1 without one. */
  readonly fanIn: number;
  /** True for a bias (a tensor of one axis at most). */
  readonly isBias: boolean;
  /** A weight and the bias of the same layer are both generated. */
  readonly hasPartner: boolean;
}

/**
 * The places of the declared tensors. `x.weight` and `x.bias` are taken as one layer's, as PyTorch names them.
 *
 * @throws {ValueError} when there are none, or one has no entries.
 */
export function layOutTensors(tensors: Readonly<Record<string, GeneratedTensor>>): GeneratedPlace[] {
  const shapes = new Map(Object.entries(tensors).map(([name, one]) => [name, shapeOf(one)]));
  if (shapes.size === 0) {
    throw new ValueError({ where: "WeightGenerator tensors", expected: "at least one", received: "none" });
  }
  let offset = 0;
  return Array.from(shapes, ([name, shape]) => {
    const where = `WeightGenerator tensor ${name}`;
    checkShape(where, shape);
    const size = sizeOf(shape);
    if (size === 0) throw new ValueError({ where, expected: "at least one entry", received: "none" });
    const isBias = shape.length <= 1;
    const partnerName = isBias ? name.replace(/bias$/, "weight") : name.replace(/weight$/, "bias");
    const partner = partnerName === name ? undefined : shapes.get(partnerName);
    const weight = isBias ? (partner ?? [1]) : shape;
    const fanIn = sizeOf(weight.slice(1));
    const hasPartner = partner !== undefined;
    const place = {
      name,
      shape,
      offset,
      size,
      gain: gainOf(where, tensors[name]),
      fanIn,
      isBias,
      hasPartner,
    };
    offset += size;
    return place;
  });
}

function shapeOf(tensor: GeneratedTensor): Shape {
  return "shape" in tensor ? tensor.shape : tensor;
}

function gainOf(where: string, tensor: GeneratedTensor | undefined): number {
  const gain = tensor !== undefined && "shape" in tensor ? (tensor.gain ?? 2) : 2;
  if (gain > 0 && Number.isFinite(gain)) return gain;
  throw new ValueError({ where: `${where} gain`, expected: "a number above 0", received: String(gain) });
}
