import { expect, it } from "vitest";
import { randomUniform } from "../../src/autograd/index.js";
import { BatchNorm, Conv2d, Dropout, ReLU, Sequential } from "../../src/nn/index.js";
import { Adam, mse, type TrainOptions, trainLoop } from "../../src/train/index.js";

/** A run whose layers drop by the step and keep running statistics. */
function run(
  more: Pick<TrainOptions, "checkpoint" | "resume"> = {},
): TrainOptions & { readonly model: Sequential } {
  const layers = [new Conv2d(2, 3, 1), new BatchNorm(3), new ReLU(), new Dropout(0.4), new Conv2d(3, 1, 1)];
  const model = new Sequential(...layers).initialize({ seed: 4 });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.02, amsgrad: true });
  return {
    ...{ model, optimizer, steps: 9, seed: 4 },
    step: ({ random }) => {
      const image = randomUniform([2, 2, 4, 4], random("image"));
      return mse(model.forward(image), randomUniform([2, 1, 4, 4], random("target")));
    },
    ...more,
  };
}

it("a resumed run ends on the bits of one that was not interrupted: running statistics, dropped entries and all", async () => {
  const saved: Uint8Array[] = [];
  const save = (bytes: Uint8Array): void => void saved.push(bytes);
  const whole = run({ checkpoint: { every: 4, save } });
  await trainLoop(whole);
  const resumed = run({ resume: saved[0] as Uint8Array });
  await trainLoop(resumed);
  expect(resumed.model.stateDict()).toEqual(whole.model.stateDict());
  expect(
    whole.model
      .stateDict()
      .get("1.runningMean")
      ?.data.every((value) => value !== 0),
  ).toBe(true);
});
