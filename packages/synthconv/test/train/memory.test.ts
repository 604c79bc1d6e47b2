/** Memory of long trainings: what a step made is gone some steps later. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/creation.js";
import { Conv2d, Linear } from "../../src/nn/index.js";
import { conv2d, gelu, layerNorm, reshape, softmax } from "../../src/ops/index.js";
import { Adam, clipGradientNorm, mse } from "../../src/train/index.js";

// `SYNTHCONV_STEPS=100000` for the whole of it, some minutes.
const STEPS = Number(process.env["SYNTHCONV_STEPS"] ?? 300);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Megabytes that are held after everything else was collected. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    // Arrays of collected tensors are freed by another thread.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1e6;
}

describe("a training loop", () => {
  it(`holds as much after ${STEPS} steps as after a tenth of them`, { timeout: 3_600_000 }, async () => {
    const first = new Conv2d(3, 8, 3, { padding: 1 });
    const written = new Linear(4, 3 * 8);
    first.initialize({ seed: 1 });
    written.initialize({ seed: 2 });
    const optimizer = new Adam([...first.parameters(), ...written.parameters()], { learningRate: 1e-3 });
    const image = tensor(
      Float32Array.from({ length: 2 * 3 * 12 * 12 }, (_, i) => Math.sin(i)),
      {
        shape: [2, 3, 12, 12],
      },
    );
    const condition = tensor(Float32Array.from({ length: 8 }, Math.cos), { shape: [2, 4] });
    const step = (): void => {
      optimizer.zeroGrad();
      const kernels = reshape(softmax(written.forward(condition)), [2, 3, 8, 1, 1]);
      const loss = mse(conv2d(layerNorm(gelu(first.forward(image))), kernels), image);
      loss.backward();
      clipGradientNorm(optimizer.parameters, 1);
      optimizer.step();
    };
    for (let i = 0; i < STEPS / 10; i++) step();
    const early = await held();
    for (let i = STEPS / 10; i < STEPS; i++) step();
    // Tests before this one may leave something to be collected; a step makes 0.2 MB.
    expect((await held()) - early).toBeLessThan(2);
  });
});
