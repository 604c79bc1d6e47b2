/** What a hypernetwork reads: modules that make one row of numbers per sample out of what a caller has. */
import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { NonFiniteError, ShapeError, ValueError } from "../core/errors.js";
import { instanceOf, type Kind, kind, listOf, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { Embedding, Module } from "../nn/index.js";
import { concat, cos, multiply, sin } from "../ops/index.js";

/** Makes conditions `[B,length]` out of values of some kind. */
export abstract class Condition<Value> extends Module {
  /** D, the numbers of a condition. */
  abstract readonly length: number;
  /** @returns [B,length] */
  abstract forward(value: Value): Tensor;
}

/** A module whose forward makes a row per sample: of images, say. */
export type Encoder = Module & { forward(value: Tensor): Tensor };

/** Values for the conditions of a list, in their order. */
type JoinedValues<Conditions> = {
  readonly [Index in keyof Conditions]: Conditions[Index] extends Condition<infer Value> ? Value : never;
};

const ENCODER: Kind<Encoder> = kind(
  "a Module with a forward",
  (value) => value instanceof Module && typeof (value as unknown as Partial<Encoder>).forward === "function",
);
const CONDITIONS = listOf(instanceOf(Condition, "a condition"), "a list of conditions");

/** Numbers `[B,length]` as they are. Of mean square 1, they are what initialization counts on. */
class VectorCondition extends Condition<Tensor> {
  readonly length: number;

  constructor(length: number) {
    super();
    check("conditions.vector", "length", length, whole(0));
    this.length = length;
  }

  override forward(value: Tensor): Tensor {
    return checkedRows("condition", value, this.length);
  }
}

class TaskCondition extends Condition<readonly number[] | Int32Array> {
  readonly length: number;
  readonly embedding: Embedding;

  constructor(count: number, length: number) {
    super();
    check("conditions.task", "count", count, whole(1));
    check("conditions.task", "length", length, whole(1));
    this.length = length;
    this.embedding = new Embedding(count, length);
  }

  override forward(value: readonly number[] | Int32Array): Tensor {
    return this.embedding.forward(value);
  }
}

class EncodedCondition extends Condition<Tensor> {
  readonly encoder: Encoder;
  readonly length: number;

  constructor(encoder: Encoder, length: number) {
    super();
    check("conditions.encoded", "encoder", encoder, ENCODER);
    check("conditions.encoded", "length", length, whole(1));
    this.encoder = encoder;
    this.length = length;
  }

  override forward(value: Tensor): Tensor {
    return checkedRows("what the encoder makes", this.encoder.forward(value), this.length);
  }
}

class MagnitudeInvariantCondition extends Condition<Tensor> {
  readonly length: number;

  constructor(count: number) {
    super();
    check("conditions.magnitudeInvariant", "count", count, whole(1));
    this.length = 2 * count;
  }

  override forward(value: Tensor): Tensor {
    const angles = multiply(inUnitRange(checkedRows("condition", value, this.length / 2)), Math.PI / 2);
    return concat([cos(angles), sin(angles)], 1);
  }
}

class JoinedCondition<Parts extends readonly Condition<never>[]> extends Condition<JoinedValues<Parts>> {
  readonly parts: Parts;
  readonly length: number;

  constructor(parts: Parts) {
    super();
    check("conditions.joined", "parts", parts, CONDITIONS);
    this.parts = parts;
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  override forward(values: JoinedValues<Parts>): Tensor {
    if (!Array.isArray(values) || values.length !== this.parts.length) {
      throw new ValueError({
        where: "condition",
        expected: `a list of ${this.parts.length} values, one for each condition that was joined`,
        received: Array.isArray(values) ? `${values.length}` : "no list",
      });
    }
    return concat(
      this.parts.map((part, index) => part.forward(values[index] as never)),
      1,
    );
  }
}

export interface Conditions {
  /** Rows of numbers, `[B,length]`, as they are. */
  vector(length: number): Condition<Tensor>;
  /** A trained row of `length` numbers for each of `count` tasks or styles, by their numbers from 0. */
  task(count: number, length: number): Condition<readonly number[] | Int32Array>;
  /** What a network makes of the value, `[B,length]`: of an image, say. It is trained with the rest. */
  encoded(encoder: Encoder, length: number): Condition<Tensor>;
  /**
   * `count` numbers g from 0 to 1 as cos(pi g / 2) and sin(pi g / 2), `[B,count]` to `[B,2 count]`: the mean square of a
   * condition is 1/2 whatever the numbers are, so what is written does not grow with them (Ortiz, Guttag, Dalca,
   * "Magnitude invariant parametrizations improve hypernetwork learning", ICLR 2024, sec. 4; the other half of it is
   * `write: "change"`).
   */
  magnitudeInvariant(count: number): Condition<Tensor>;
  /** Several side by side; their values come as a list. */
  joined<const Parts extends readonly Condition<never>[]>(...parts: Parts): Condition<JoinedValues<Parts>>;
}

/** The conditions that a hypernetwork may read, by name. */
export const conditions: Conditions = {
  vector: (length) => new VectorCondition(length),
  task: (count, length) => new TaskCondition(count, length),
  encoded: (encoder, length) => new EncodedCondition(encoder, length),
  magnitudeInvariant: (count) => new MagnitudeInvariantCondition(count),
  joined: (...parts) => new JoinedCondition(parts),
};

/** @throws {ValueError} naming the first number that is not from 0 to 1. */
function inUnitRange(value: Tensor): Tensor {
  const position = value.data.findIndex((entry) => entry < 0 || entry > 1);
  if (position < 0) return value;
  const length = value.shape[1] as number;
  throw new ValueError({
    where: "hypernetwork condition",
    expected: "numbers from 0 to 1",
    received: `${value.data[position]} at [${Math.floor(position / length)},${position % length}]`,
    repair: "Scale them: (x - least) / (most - least).",
  });
}

/**
 * @throws {ShapeError} when it is not [B,length].
 * @throws {NonFiniteError} naming the first entry that is not finite.
 */
function checkedRows(what: string, value: Tensor, length: number): Tensor {
  check("hypernetwork", what, value, TENSOR);
  if (value.rank !== 2 || value.shape[1] !== length) {
    throw new ShapeError({
      where: `hypernetwork ${what}`,
      expected: `[B,${length}], one row per sample`,
      received: formatShape(value.shape),
    });
  }
  const position = value.data.findIndex((entry) => !Number.isFinite(entry));
  if (position < 0) return value;
  throw new NonFiniteError({
    where: `hypernetwork ${what}`,
    expected: "finite numbers",
    received: `${value.data[position]} at [${Math.floor(position / length)},${position % length}]`,
  });
}
