/**
 * How a generator's flat output becomes tensors: they lie end to end in the order of their declaration, each
 * row-major.
 */
import {
  ABOVE_ZERO,
  formatShape,
  isPlainObject,
  type Kind,
  listOf,
  optional,
  record,
  SHAPE,
  type Shape,
  STRING,
  sizeOf,
  ValueError,
  whole,
} from "../core/index.js";
import type { GeneratorArithmetic, Shaped } from "./arithmetic.js";

/** A tensor to generate. */
export interface GeneratedTensor<Name extends string = string> {
  readonly name: Name;
  /** For one condition. */
  readonly shape: Shape;
  /** 2 (default) where a ReLU follows the layer that uses the tensor, 1 where none does. */
  readonly gain?: number;
  /** The standard deviation that its numbers start with, in place of what the initialization says. */
  readonly deviation?: number;
  /** Of the weight [I,O/groups,...] of a transposed convolution: its groups. Else a weight is [O,I/groups,...]. */
  readonly transposedGroups?: number;
}

export const GENERATED_TENSORS: Kind<readonly GeneratedTensor[]> = listOf(
  record<GeneratedTensor>({
    name: STRING,
    shape: SHAPE,
    gain: optional(ABOVE_ZERO),
    deviation: optional(ABOVE_ZERO),
    transposedGroups: optional(whole(1)),
  }),
  "a list of tensors { name, shape, gain, deviation, transposedGroups }",
  (value) => (isPlainObject(value) ? "Write a list: [{ name, shape }]." : undefined),
);

/** One tensor's place in the head's output, and what its first numbers depend on. */
export interface GeneratedPlace {
  readonly name: string;
  readonly shape: Shape;
  /** First number, and how many. */
  readonly offset: number;
  readonly size: number;
  readonly gain: number;
  /** What its tensor says of it. */
  readonly deviation: number | undefined;
  /** Numbers that one output of its layer is a sum over; a bias has that of its weight, or 1 without one. */
  readonly fanIn: number;
  /** Numbers of the output that one number of the input goes to; a bias has that of its weight, or 1 without one. */
  readonly fanOut: number;
  /** True for a bias (a tensor of one axis at most). */
  readonly isBias: boolean;
  /** A weight and the bias of the same layer are both generated. */
  readonly hasPartner: boolean;
  /** Channels that go into its layer (of one group, unless it is transposed) and out of it; a bias has those that go out. */
  readonly inputs: number;
  readonly outputs: number;
  /** Of a transposed convolution's weight. */
  readonly transposedGroups: number | undefined;
}

/**
 * The places of the declared tensors. `x.weight` and `x.bias` are taken as one layer's, as PyTorch names them.
 *
 * @throws {ValueError} when there are none, two have one name, or one has no entries.
 */
export function placeTensors(tensors: readonly GeneratedTensor[]): GeneratedPlace[] {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  if (shapes.size === 0 || shapes.size < tensors.length) {
    throw new ValueError({
      where: "generator tensors",
      expected: "at least one, of different names",
      received: `[${tensors.map(({ name }) => name)}]`,
    });
  }
  let offset = 0;
  return tensors.map(({ name, shape, gain = 2, deviation, transposedGroups }) => {
    checkEntries(`generator tensor ${name}`, shape);
    checkGroups(`generator tensor ${name} transposedGroups`, shape, transposedGroups);
    const isBias = shape.length <= 1;
    const partnerName = isBias ? name.replace(/bias$/, "weight") : name.replace(/weight$/, "bias");
    const partner = partnerName === name ? undefined : shapes.get(partnerName);
    const weight = isBias ? (partner ?? [1]) : shape;
    const fanIn = sizeOf(weight.slice(1));
    const fanOut = sizeOf(weight) / (weight[1] ?? 1);
    const size = sizeOf(shape);
    const hasPartner = partner !== undefined;
    const [first = 1, second = 1] = shape;
    const [inputs, outputs] =
      transposedGroups === undefined ? [second, first] : [first, second * transposedGroups];
    const start = { offset, size, gain, deviation, fanIn, fanOut };
    offset += size;
    return { name, shape, ...start, isBias, hasPartner, inputs, outputs, transposedGroups };
  });
}

function checkGroups(where: string, shape: Shape, groups: number | undefined): void {
  const [inputs = 0] = shape;
  if (groups === undefined || (shape.length > 1 && inputs % groups === 0)) return;
  throw new ValueError({
    where,
    expected: "a divisor of the first axis of a weight, the channels that go in",
    received: `${groups} for ${formatShape(shape)}`,
  });
}

function checkEntries(where: string, shape: Shape): void {
  if (sizeOf(shape) > 0) return;
  throw new ValueError({ where, expected: "at least one entry", received: formatShape(shape) });
}

/** N, the numbers of all places. */
export function generatedSize(places: readonly GeneratedPlace[]): number {
  return places.reduce((sum, { size }) => sum + size, 0);
}

/**
 * @param flat `[B,N]`
 * @returns every tensor as `[B,...shape]`, by name.
 */
export function cutIntoPlaces<Value extends Shaped>(
  arithmetic: GeneratorArithmetic<Value>,
  flat: Value,
  places: readonly GeneratedPlace[],
): Map<string, Value> {
  const batch = flat.shape[0] as number;
  return new Map(
    places.map(({ name, shape, offset, size }) => {
      const part = arithmetic.slice(flat, [undefined, [offset, offset + size]]);
      return [name, arithmetic.reshape(part, [batch, ...shape])];
    }),
  );
}
