/** What networks are drawn from, and in how many cases of a run each has to be. */
import type { Row } from "../coverage-row.js";
import { lossRows } from "./losses.js";
import { clipRows, optimizerRows, scheduleRows } from "./optimizers.js";
import { stageRows } from "./space.js";

// One of them with all steps: a case takes up to a second.
const LEAST = 3;

function row(where: string, taken: readonly string[], least: number = LEAST): Row {
  return { needs: ["networks"], where, taken, least };
}

const names = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name);

export const networkRows: readonly Row[] = [
  row("network stage", names(stageRows)),
  row("network loss", names(lossRows)),
  row("network optimizer", names(optimizerRows)),
  row("network schedule", names(scheduleRows)),
  row("network clip", Object.keys(clipRows)),
  // Of the 47 cases of the aims, which every run draws.
  row("network", ["gradients compared"], 40),
  row("network", ["a trajectory that tells"], 20),
  row("network", ["a trajectory that float32 moves far", "a trajectory to a kink"], 0),
  row("network", ["gradients on two sides of a kink", "gradients next to a kink"], 0),
  ...["convolve", "convolveWeightGradient", "pixelNetworkBackward"].map((task): Row => {
    return { needs: ["networks", "kernels", "threads"], where: "threads", taken: [task], least: 1 };
  }),
  row("Adam step", ["reference"]),
  { needs: ["networks", "kernels"], where: "Adam step", taken: ["wasm"], least: LEAST },
  { needs: ["networks", "kernels"], where: "updates kernel", taken: ["one chunk"], least: LEAST },
  // No network that is drawn has a parameter of 4096 numbers; kernels/updates/adam.test.ts has the kernel at every length.
  row("updates kernel", ["several chunks"], 0),
];
