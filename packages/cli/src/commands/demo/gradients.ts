/** The gradient that reaches each fully connected layer of the network that writes the weights. */
import { backward, type ColourSamples, LookModel, type LookSchema, readCheckpoint, tensor } from "synthconv";

/** Colours a position of the knob, from which the gradient is computed. */
const COLOURS = 4096;

export interface LayerGradient {
  /** `generator.hidden.0`. */
  readonly layer: string;
  /** Of its weight: `[outputs, inputs]`. */
  readonly shape: readonly number[];
  /** Euclidean norm of the loss's gradient by the layer's weight and bias. */
  readonly norm: number;
}

export interface GradientStage {
  readonly step: number;
  readonly layers: readonly LayerGradient[];
}

/**
 * @param checkpoint the bytes of a checkpoint of the training.
 * @param samples colours before and after by position of the knob `mix`.
 */
export function gradientStage(
  schema: LookSchema,
  checkpoint: Uint8Array,
  samples: ReadonlyMap<number, ColourSamples>,
): GradientStage {
  const saved = readCheckpoint(checkpoint, "checkpoint");
  const model = new LookModel(schema).loadStateDict(saved.model);
  const shape = [samples.size, 3, 1, COLOURS];
  const stacked = (side: "input" | "target") =>
    tensor(stackColours([...samples.values()].map((one) => one[side])), { shape });
  const settings = [...samples.keys()].map((mix) => ({ mix }));
  backward(model.loss(settings, stacked("input"), stacked("target"), "mse"));
  const parameters = model.namedParameters();
  const layers: LayerGradient[] = [];
  for (const [path, weight] of parameters) {
    if (!path.endsWith(".weight")) continue;
    const layer = path.slice(0, -".weight".length);
    const gradients = [weight, parameters.get(`${layer}.bias`)].flatMap((one) => [
      ...(one?.grad?.data ?? []),
    ]);
    layers.push({ layer, shape: weight.shape, norm: Math.hypot(...gradients) });
  }
  return { step: saved.step, layers };
}

/** `[B,3,1,n]` out of B times `[3,P]`: n colours spread evenly over each. */
function stackColours(planes: readonly Float32Array[]): Float32Array {
  const stacked = new Float32Array(3 * COLOURS * planes.length);
  let to = 0;
  for (const colours of planes) {
    const count = colours.length / 3;
    for (let channel = 0; channel < 3; channel++) {
      for (let nth = 0; nth < COLOURS; nth++) {
        stacked[to++] = colours[channel * count + Math.floor((nth * count) / COLOURS)] as number;
      }
    }
  }
  return stacked;
}
