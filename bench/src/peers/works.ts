import { HEIGHT, WIDTH } from "../workloads.js";
import type { Work } from "./protocol.js";

const HIDDEN = [3, 16, 64];

/** The seed's sizes: what the goals are stated for. */
export const WORKS: readonly Work[] = [
  ...HIDDEN.map((hidden): Work => {
    const images = { batch: 8, size: 256 };
    return { kind: "training", ...images, condition: 16, generator: 64, hidden, learningRate: 1e-3 };
  }),
  ...HIDDEN.map((hidden): Work => ({ kind: "inference", width: WIDTH, height: HEIGHT, hidden })),
  ...(["convolution", "convolutionPerSample"] as const).map(
    (kind): Work => ({
      kind,
      batch: 8,
      channels: 32,
      size: 128,
      kernel: 3,
    }),
  ),
];
