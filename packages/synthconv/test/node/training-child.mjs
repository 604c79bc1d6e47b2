// Trains in the run folder that is its argument, resuming what is there: the process that the tests kill or
// interrupt.
// Runs compiled code, because Node 20 does not read TypeScript.
import { record, tensor } from "../../dist/autograd/index.js";
import { initializers } from "../../dist/core/initializers.js";
import { declareParameter, Module } from "../../dist/nn/index.js";
import { RunFolder } from "../../dist/node/index.js";
import { Adam, trainLoop } from "../../dist/train/index.js";

// Large enough that most of the time goes into writing checkpoints, where a kill hurts most.
const SIZE = 20_000;

class Point extends Module {
  position = declareParameter([SIZE], initializers.normal(1));
}

function squaredDistance(position, centre) {
  const distance = position.data.map((value) => value - centre);
  return record({
    operation: "squaredDistance",
    inputs: [position],
    shape: [],
    data: Float32Array.of(distance.reduce((sum, value) => sum + value * value, 0)),
    backward: (upstream) => [tensor(distance.map((value) => 2 * value * upstream.item()))],
  });
}

const [folder, steps] = process.argv.slice(2);
const run = await RunFolder.open(folder, { resume: true });
console.log(`from ${run.resumeFrom?.checkpoint.step ?? 0}`);
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
const model = new Point().initialize({ seed: 1 });
await trainLoop({
  model,
  optimizer: new Adam(model.parameters(), { learningRate: 0.01 }),
  steps: Number(steps),
  seed: 1,
  signal: interrupt.signal,
  step: ({ random }) => squaredDistance(model.position, random("centre").normal()),
  ...(run.resumeFrom && { resume: run.resumeFrom.bytes }),
  checkpoint: {
    every: 2,
    save: (bytes, step) => {
      console.log(`saving ${step}`);
      return run.saveCheckpoint(bytes, step);
    },
  },
  history: (entry) => run.appendHistory(entry),
  watch: { every: 3, record: (step) => run.appendWatched(step) },
});
await run.close();
