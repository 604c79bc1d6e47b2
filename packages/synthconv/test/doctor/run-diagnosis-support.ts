import { diagnoseRun, type RunHistory, WatchRecorder } from "../../src/doctor.js";
import {
  Adam,
  type Checkpoint,
  type HistoryRecord,
  Linear,
  Module,
  mse,
  type Optimizer,
  randomUniform,
  readCheckpoint,
  relu,
  type StepContext,
  type Tensor,
  trainLoop,
  zeros,
} from "../../src/index.js";

/** Two layers `[4] -> [5] -> [3]`, of which tests spoil one thing. */
export class Network extends Module {
  readonly hidden = new Linear(4, 5);
  readonly head = new Linear(5, 3);

  forward(x: Tensor): Tensor {
    return this.head.forward(relu(this.hidden.forward(x)));
  }
}

export interface Training<Model extends Module> {
  readonly model: Model;
  readonly loss?: (context: StepContext) => Tensor;
  readonly optimizer?: Optimizer;
  /** Steps between those that are watched; absent watches none. */
  readonly every?: number;
  readonly checkpointEvery?: number;
  readonly steps?: number;
  readonly learningRate?: (step: number) => number;
}

/** What the folder of a training would hold, without the folder. */
export async function historyOf<Model extends Module>(
  training: Training<Model>,
): Promise<RunHistory & { error?: Error }> {
  const { model, every, checkpointEvery = 10, steps = 20, learningRate = () => 1 } = training;
  const records: HistoryRecord[] = [];
  const checkpoints: Checkpoint[] = [];
  const recorder = new WatchRecorder();
  const error = await trainLoop({
    ...{ model, steps, seed: 1 },
    optimizer: training.optimizer ?? new Adam(model.parameters(), { learningRate: 0.01 }),
    schedule: Object.assign((step: number) => learningRate(step), { description: "of the test" }),
    step: training.loss ?? ((context) => lossOf(model as Module as Network, context)),
    history: (one) => records.push(one),
    checkpoint: {
      every: checkpointEvery,
      save: (bytes) => void checkpoints.unshift(readCheckpoint(bytes, "x")),
    },
    ...(every !== undefined && { watch: { every, record: recorder.record } }),
  }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  const history = { ...recorder.history(), records, checkpoints: checkpoints.slice(0, 2) };
  return error === undefined ? history : { ...history, error };
}

export function lossOf(model: { forward(x: Tensor): Tensor }, { random }: StepContext): Tensor {
  const x = randomUniform([6, 4], random("x"));
  return mse(model.forward(x), zeros([6, 3]));
}

export const statuses = (history: RunHistory): Record<string, string> =>
  Object.fromEntries(diagnoseRun(history).parameters.map(({ name, status }) => [name, status]));

export const ALL_LEARN = {
  "hidden.weight": "learns",
  "hidden.bias": "learns",
  "head.weight": "learns",
  "head.bias": "learns",
};
