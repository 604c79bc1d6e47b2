/**
 * The network of the question that started the project: what the fully connected layers write is put into the parameter of a
 * convolution. The gradient ends at that parameter, and the layers that wrote it never learn; the convolution behind it does.
 */
import {
  Adam,
  Conv2d,
  Module,
  pixelNetworkLoss,
  RandomStream,
  schedules,
  type Tensor,
  tensor,
  trainLoop,
  WeightGenerator,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { type FitExample, KNOB_LEARNING_RATE } from "synthconv/fit";
import { encodeCondition } from "synthconv/internal";
import type { Knob, PixelNetwork, Settings } from "synthconv/look";
import type { TrainAsk } from "../../protocol/index.js";
import { CHECKPOINT_EVERY, type Learner } from "./learner.js";
import type { Lesson } from "./lesson.js";

/** Colours a step. */
const BATCH = 2048;

/** Condition `[1,D]` -> fully connected layers -> the first of two 1x1 convolutions. */
class CutNetwork extends Module {
  readonly generator: WeightGenerator<"weight">;
  readonly synthesized: Conv2d;
  readonly convolution: Conv2d;

  constructor(conditionLength: number, { channels, generator }: TrainAsk["settings"]) {
    super();
    this.generator = new WeightGenerator({
      ...{ conditionLength, hidden: generator, activation: "relu" },
      tensors: [{ name: "weight", shape: [channels, 3, 1, 1] }],
    });
    this.synthesized = new Conv2d(3, channels, 1);
    this.convolution = new Conv2d(channels, 3, 1);
  }

  /** @param condition `[1,D]` */
  write(condition: Tensor): void {
    const { weight } = this.generator.forward(condition);
    // Here the graph ends: the parameter receives numbers, and not the tensor that was computed.
    this.synthesized.weight.assign(weight.data);
  }

  /** Mean squared error of a batch, `[1,3,1,n]`. */
  loss({ condition, image, target }: Batch): Tensor {
    this.write(condition);
    const layers = [
      { weight: this.synthesized.weight, bias: this.synthesized.bias as Tensor, activation: "relu" as const },
      { weight: this.convolution.weight, bias: this.convolution.bias as Tensor, activation: "none" as const },
    ];
    return pixelNetworkLoss(image, target, layers, { loss: "mse", residual: true });
  }

  networkAt(condition: Tensor): PixelNetwork {
    this.write(condition);
    const layerOf = (layer: Conv2d, inputs: number, activation: "relu" | "none") => ({
      ...{ inputs, activation, outputs: layer.weight.shape[0] as number },
      weight: layer.weight.data,
      bias: (layer.bias as Tensor).data,
    });
    const channels = this.synthesized.weight.shape[0] as number;
    return {
      layers: [layerOf(this.synthesized, 3, "relu"), layerOf(this.convolution, channels, "none")],
      residual: true,
    };
  }
}

interface Batch {
  readonly condition: Tensor;
  readonly image: Tensor;
  readonly target: Tensor;
}

export interface CutLearner {
  readonly learn: Learner;
  /** What the doctor says of it before the first step. */
  readonly diagnosis: Diagnosis;
}

export function cutLearner({ knobs, settings, resume }: TrainAsk, { training }: Lesson): CutLearner {
  const { steps, seed } = settings;
  const model = new CutNetwork(knobs.length, settings).initialize({ seed });
  const optimizer = new Adam(model.parameters(), { learningRate: KNOB_LEARNING_RATE });
  const batchAt = (step: number, random: RandomStream): Batch => {
    const example = training[step % training.length] as FitExample;
    return { condition: conditionOf(knobs, example.settings), ...draw(example, random) };
  };
  const first = batchAt(0, new RandomStream({ seed, purpose: "diagnosis" }));
  const diagnosis = diagnose(model, first, (network, batch) => network.loss(batch), { optimizer });
  return {
    diagnosis,
    async learn(hooks) {
      let gradientNorm = 0;
      const { reason, step } = await trainLoop({
        ...{ model, optimizer, steps, seed, schedule: schedules.cosine({ steps }) },
        ...(resume !== undefined && { resume }),
        signal: hooks.signal,
        step: ({ step, random }) => model.loss(batchAt(step, random("batch"))),
        history: (record) => {
          gradientNorm = record.gradientNorm;
        },
        watch: { every: hooks.watchEvery, record: hooks.onWatched },
        checkpoint: { every: CHECKPOINT_EVERY, save: hooks.onCheckpoint },
        onProgress: ({ step, rate, timeLeft, loss }) =>
          hooks.onStep(
            { step, steps, rate, timeLeft, loss, gradientNorm },
            {
              networkAt: ({ settings }) => model.networkAt(conditionOf(knobs, settings)),
              toLook: () => undefined,
            },
          ),
      });
      return { isFinished: reason === "finished", step, look: undefined };
    },
  };
}

/** `[1,D]` */
function conditionOf(knobs: readonly Knob[], settings: Settings = {}): Tensor {
  return tensor(Float32Array.from(encodeCondition(knobs, settings)), { shape: [1, knobs.length] });
}

/** Colours of an example, drawn with repetition: `[1,3,1,n]` before and after. */
function draw({ samples: { input, target } }: FitExample, random: RandomStream): Omit<Batch, "condition"> {
  const count = input.length / 3;
  const image = new Float32Array(3 * BATCH);
  const wanted = new Float32Array(3 * BATCH);
  for (let nth = 0; nth < BATCH; nth++) {
    const from = random.integer(count);
    for (let channel = 0; channel < 3; channel++) {
      image[channel * BATCH + nth] = input[channel * count + from] as number;
      wanted[channel * BATCH + nth] = target[channel * count + from] as number;
    }
  }
  const shape = [1, 3, 1, BATCH];
  return { image: tensor(image, { shape }), target: tensor(wanted, { shape }) };
}
