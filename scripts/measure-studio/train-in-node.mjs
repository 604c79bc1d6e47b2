// A training as a program runs it, without a page.
import sharp from "sharp";
import { fitLook, samplePair } from "../../packages/synthconv/dist/fit.js";
import { setBackend, startThreads, stopThreads } from "../../packages/synthconv/dist/look.js";

/**
 * What the page learns from the same pair, to the same bits.
 *
 * @returns seconds on the wall and of the processor.
 */
export async function trainInNode(paths, size, { steps, threads }) {
  setBackend("plain");
  await startThreads({ threads });
  const photos = await Promise.all(
    paths.map(async (path) => {
      const data = await sharp(path).ensureAlpha().raw().toBuffer();
      return { ...size, channels: 4, data: new Uint8Array(data) };
    }),
  );
  const { training, heldOut } = samplePair(...photos, { seed: 0, index: 0, limit: 2 ** 18 });
  const [start, usage] = [performance.now(), process.cpuUsage()];
  await fitLook(
    [
      { samples: training, balance: true },
      { samples: { input: training.input, target: training.input }, settings: { amount: 0 } },
    ],
    {
      knobs: [{ name: "amount", minimum: 0, maximum: 1, default: 1 }],
      ...{ channels: 16, generator: { hidden: [32, 32] }, steps, seed: 0, source: "measured" },
      test: { on: "held-out pixels", examples: [{ samples: heldOut }] },
    },
  );
  const { user, system } = process.cpuUsage(usage);
  const wall = (performance.now() - start) / 1000;
  await stopThreads();
  return { wall, used: (user + system) / 1e6 };
}
