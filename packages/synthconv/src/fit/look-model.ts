import { tensor } from "../autograd/creation.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { type Kind, kind, listOf } from "../core/kinds.js";
import type { WeightGenerator } from "../hyper/index.js";
import {
  encodeCondition,
  type Look,
  type LookSchema,
  type Settings,
  type WrittenLayer,
  writtenLayers,
} from "../look/index.js";
import { Module } from "../nn/index.js";
import { type PixelLossName, pixelNetworkLoss } from "../ops/index.js";

const SETTINGS: Kind<readonly Settings[]> = listOf(
  kind<Settings>("an object of numbers by the names of knobs", isPlainObject),
  "a list of settings of the knobs, one a sample",
  (value) => (isPlainObject(value) ? "Write a list: [settings]." : undefined),
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
   * @param settings knob settings, one a sample (B of them).
   * @param image `[B,3,1,n]`.
   * @param target `[B,3,1,n]`.
   */
  loss(settings: readonly Settings[], image: Tensor, target: Tensor, loss: PixelLossName): Tensor {
    const { residual } = this.schema.network;
    return pixelNetworkLoss(image, target, this.layers(settings), { residual, loss });
  }

  /** The layers that the generator writes, one set per sample: weights `[B,O,I,1,1]`, biases `[B,O]`. */
  layers(settings: readonly Settings[]): WrittenLayer<Tensor>[] {
    check("LookModel", "settings", settings, SETTINGS);
    const { condition, network } = this.schema;
    const encoded = settings.flatMap((setting) => [...encodeCondition(condition, setting)]);
    const shape = [settings.length, condition.length];
    const written = this.generator.forward(tensor(Float32Array.from(encoded), { shape }));
    return writtenLayers(network, new Map(Object.entries(written)));
  }

  /** The look as it stands, to save and to apply. */
  toLook(record: Pick<LookSchema, "training" | "error"> = {}): Look {
    const parameters = new Map<string, Float32Array>();
    for (const [path, { data }] of this.namedParameters()) parameters.set(path, Float32Array.from(data));
    return { schema: { ...this.schema, ...record }, parameters };
  }
}
