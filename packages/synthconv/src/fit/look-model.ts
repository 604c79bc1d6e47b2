import type { Tensor } from "../autograd/index.js";
import { tensor } from "../autograd/index.js";
import { WeightGenerator } from "../hyper/index.js";
import { encodeCondition, type Look, type LookSchema, type Settings, weightLayout } from "../look/index.js";
import { Module } from "../nn/index.js";
import { type PixelLossName, type PixelNetworkLayer, pixelNetworkLoss } from "../ops/index.js";

/** A look while it is trained: the generator, and the pixel network that it writes. */
export class LookModel extends Module {
  readonly schema: LookSchema;
  readonly generator: WeightGenerator;

  constructor(schema: LookSchema) {
    super();
    this.schema = schema;
    this.generator = new WeightGenerator({
      conditionLength: schema.condition.length,
      hidden: schema.generator.hidden,
      tensors: weightLayout(schema.network.channels),
      // A head of weight 0 writes its bias whatever the knobs say: every setting starts from the same hinges.
      initialization: "bias",
    });
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
  layers(settings: readonly Settings[]): PixelNetworkLayer[] {
    const { condition, network } = this.schema;
    const encoded = settings.flatMap((setting) => [...encodeCondition(condition, setting)]);
    const generated = this.generator.forward(
      tensor(Float32Array.from(encoded), { shape: [settings.length, condition.length] }),
    );
    const layers = network.channels.length - 1;
    return Array.from({ length: layers }, (_, layer) => ({
      weight: generated[`layers.${layer}.weight`] as Tensor,
      bias: generated[`layers.${layer}.bias`] as Tensor,
      activation: layer === layers - 1 ? "none" : network.activation,
    }));
  }

  /** The look as it stands, to save and to apply. */
  toLook(record: Pick<LookSchema, "training" | "error"> = {}): Look {
    const parameters = new Map<string, Float32Array>();
    for (const [path, { data }] of this.namedParameters()) parameters.set(path, Float32Array.from(data));
    return { schema: { ...this.schema, ...record }, parameters };
  }
}
