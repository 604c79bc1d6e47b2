/** Trains the seed network: fully connected layers that read the knob and write the 1x1 convolutions. */
import { type FittedLook, fitLook, type Knob } from "synthconv";
import { Progress } from "synthconv/node";
import type { CommandContext } from "../../frame/command.js";
import { InterruptedError } from "../../frame/failure.js";
import type { Photo } from "../../image/photo.js";
import { type GradientStage, gradientStage } from "./gradients.js";
import { samplesAt } from "./halves.js";

export const MIX: Knob = {
  name: "mix",
  minimum: 0,
  maximum: 1,
  default: 0.5,
  description: "from a warm fade to a cool cross-process",
};

/** Positions of the knob that training sees; the pictures show others, too. */
const TRAINED_AT: readonly number[] = Array.from({ length: 9 }, (_, i) => i / 8);
const CHANNELS = 16;
const GENERATOR = [32, 32];
const BATCH = 8192;
/** The demo ends in under 90 s on a slow machine as well. */
const TIME_LIMIT_SECONDS = 45;
/** The gradients are looked at this often. */
const STAGES = 100;

export interface DemoTraining {
  readonly fitted: FittedLook;
  readonly positions: number;
  readonly seconds: number;
  /** The first, the middle and the last look at the gradients. */
  readonly stages: readonly GradientStage[];
}

export async function trainDemo(
  photo: Photo,
  { steps, seed }: { steps: number; seed: number },
  { out, signal }: CommandContext,
): Promise<DemoTraining> {
  const samples = new Map(TRAINED_AT.map((mix) => [mix, samplesAt(photo, mix)]));
  const progress = new Progress({
    label: "train",
    unit: "steps",
    total: steps,
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  const checkpoints: Uint8Array[] = [];
  const start = performance.now();
  const fitted = await fitLook(
    [...samples].map(([mix, colours]) => ({ settings: { mix }, samples: colours })),
    {
      knobs: [MIX],
      channels: CHANNELS,
      generatorHidden: GENERATOR,
      batch: BATCH,
      steps,
      seed,
      source: "demo",
      signal,
      timeLimit: TIME_LIMIT_SECONDS,
      onProgress: ({ step, loss }) => progress.update(step, { loss: loss.toExponential(2) }),
      checkpoint: {
        every: Math.max(1, Math.floor(steps / STAGES)),
        save: (bytes) => void checkpoints.push(bytes),
      },
    },
  );
  progress.finish();
  if (fitted.result.reason === "aborted") throw new InterruptedError();
  const chosen = new Set([0, Math.floor((checkpoints.length - 1) / 2), checkpoints.length - 1]);
  return {
    fitted,
    positions: TRAINED_AT.length,
    seconds: (performance.now() - start) / 1000,
    stages: [...chosen].map((index) =>
      gradientStage(fitted.look.schema, checkpoints[index] as Uint8Array, samples),
    ),
  };
}
