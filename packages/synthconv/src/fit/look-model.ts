import { tensor } from "../autograd/creation.js";
import type { Parameter } from "../autograd/parameter.js";
import { noGrad } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { type Kind, kind, listOf } from "../core/kinds.js";
import type { WeightGenerator } from "../hyper/index.js";
import type { PixelNetwork } from "../kernels/index.js";
import {
  conditionLength,
  type Look,
  type LookSchema,
  type StyleBlend,
  styleShares,
  type WrittenLayer,
  writtenLayers,
} from "../look/index.js";
import { nameInFile } from "../look/layout.js";
import { Module } from "../nn/index.js";
import { type PixelLossName, pixelNetworkLoss } from "../ops/index.js";
import { encodeExample, type FitCondition } from "./examples.js";

const CONDITIONS: Kind<readonly FitCondition[]> = listOf(
  kind<FitCondition>("a condition { settings, style }", isPlainObject),
  "a list of conditions { settings, style }, one a sample",
  (value) => (isPlainObject(value) ? "Write a list: [condition]." : undefined),
);

/** A look while it is trained: the generator, and the pixel network that it writes. */
export class LookModel extends Module {
  readonly schema: LookSchema;
  /** Called so that paths here are the names in a look's file. */
  readonly generator: WeightGenerator;

  /** @param generator what the schema describes. */
  constructor(schema: LookSchema, generator: WeightGenerator) {
    super();
    this.schema = schema;
    this.generator = generator;
  }

  /**
   * Mean loss of a step.
   *
   * @param conditions one a sample (B of them).
   * @param image `[B,3,1,n]`.
   * @param target `[B,3,1,n]`.
   */
  loss(conditions: readonly FitCondition[], image: Tensor, target: Tensor, loss: PixelLossName): Tensor {
    const { residual } = this.schema.network;
    return pixelNetworkLoss(image, target, this.layers(conditions), { residual, loss });
  }

  /** The layers that the generator writes, one set per sample: weights `[B,O,I,1,1]`, biases `[B,O]`. */
  layers(conditions: readonly FitCondition[]): WrittenLayer<Tensor>[] {
    check("LookModel", "conditions", conditions, CONDITIONS);
    const encoded = Float32Array.from(
      conditions.flatMap((condition) => [...encodeExample(this.schema, condition)]),
    );
    const shape = [conditions.length, conditionLength(this.schema)];
    const written = this.generator.forward(tensor(encoded, { shape }));
    return writtenLayers(this.schema.network, new Map(Object.entries(written)));
  }

  /** The network as it is written by now, off the tape. */
  networkAt(condition: FitCondition): PixelNetwork {
    const { channels, residual } = this.schema.network;
    const layers = noGrad(() => this.layers([condition])).map(({ weight, bias, activation }, layer) => ({
      inputs: channels[layer] as number,
      outputs: channels[layer + 1] as number,
      weight: weight.data,
      bias: bias.data,
      activation,
    }));
    return { layers, residual };
  }

  /** The weights of a style's network, end to end. Only where the generator holds them as they are, `free` or without a condition. */
  weightsOf(style: StyleBlend | undefined): Float32Array {
    const { layers } = this.networkAt(style === undefined ? {} : { style });
    return Float32Array.from(layers.flatMap(({ weight, bias }) => [...weight, ...(bias ?? [])]));
  }

  /** Puts others in their place. */
  assignWeights(style: StyleBlend | undefined, weights: Float32Array): void {
    const parameters = this.namedParameters();
    const only = parameters.get(nameInFile("head.bias"));
    if (only !== undefined) {
      only.assign(weights);
      return;
    }
    const table = parameters.get(nameInFile("table")) as Parameter;
    const at = styleShares(this.schema.styles ?? [], style)[0]?.index ?? 0;
    const values = table.data.slice();
    values.set(weights, at * weights.length);
    table.assign(values);
  }

  /** The look as it stands, to save and to apply. */
  toLook(record: Pick<LookSchema, "training" | "coverage" | "error"> = {}): Look {
    const parameters = new Map<string, Float32Array>();
    for (const [path, { data }] of this.namedParameters()) parameters.set(path, Float32Array.from(data));
    return { schema: { ...this.schema, ...record }, parameters };
  }
}
