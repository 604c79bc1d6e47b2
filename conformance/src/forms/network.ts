/** Networks of every layer, trained by every optimizer: float32 against float64, step by step and over 50 steps. */
import type { Case, Form, Outputs } from "../case.js";
import { Exact, judgeNetwork } from "../networks/judging.js";
import { Program } from "../networks/program.js";
import {
  drawNetworkCase,
  isInOrder,
  type NetworkCase,
  networkAims,
  simplestNetworkCase,
} from "../networks/space.js";
import { type Step, settingsOf, type Trace, trainProgram } from "../networks/training.js";

// Numbers of an image: more than any aim wants.
const MAX_NUMBERS = 5e5;

export const networkForm: Form<NetworkCase> = {
  name: "network",
  // A case takes as long as a hundred of the others.
  share: 1,
  simplest: simplestNetworkCase,
  draw: drawNetworkCase,
  aims: networkAims,
  isValid: ({ stages, batch, channels, image }) =>
    isInOrder(stages) && batch * channels * image[0] * image[1] <= MAX_NUMBERS,
  prepare,
};

function prepare(one: NetworkCase): Case | undefined {
  settingsOf(one);
  const exact = new Exact(one);
  const traces = new WeakMap<Outputs, Trace>();
  return {
    isEngineBound: true,
    isHeavy: true,
    features: featuresOf(one),
    run: () => {
      const trace = trainProgram(new Program(one), one);
      const outputs = outputsOf(trace);
      traces.set(outputs, trace);
      return outputs;
    },
    judge: (outputs, note) => {
      return judgeNetwork(one, traces.get(outputs) as Trace, exact, (taken) => note(`network: ${taken}`));
    },
  };
}

function outputsOf({ steps, values }: Trace): Outputs {
  const last = steps.at(-1) as Step;
  const gradients = Object.entries(last.gradients).map(([name, data]) => [`gradient of ${name}`, data]);
  return { loss: Float64Array.from(steps, ({ loss }) => loss), ...values, ...Object.fromEntries(gradients) };
}

function featuresOf({ stages, loss, optimizer, schedule, clip }: NetworkCase): string[] {
  return [
    ...stages.map((name) => `network stage: ${name}`),
    `network loss: ${loss}`,
    `network optimizer: ${optimizer}`,
    `network schedule: ${schedule}`,
    `network clip: ${clip}`,
  ];
}
