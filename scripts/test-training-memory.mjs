// Whether the memory of a training stays flat: node scripts/test-training-memory.mjs --steps 100000
// Trains a small hypernetwork (a condition writes two convolutions, images of a batch, Adam, a Plateau) and reads what is
// in use behind a garbage collection, twenty times; fails where the second half has grown.
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Adam, Conv2d, hypernetize, mse, Plateau, ReLU, Sequential, tensor, trainLoop } from "synthconv";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "100000" },
    // Kilobytes: what V8 keeps beside the program, compiled code and its counters, still grows by some hundreds.
    limit: { type: "string", default: "1024" },
    // Keeps every loss, to see that growth is noticed.
    leak: { type: "boolean", default: false },
  },
});
const [steps, limit] = [Number(values.steps), Number(values.limit)];
const READINGS = 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const network = new Sequential(new Conv2d(3, 4, 3, { padding: 1 }), new ReLU(), new Conv2d(4, 3, 1));
const styled = hypernetize(network, {
  parameters: "all",
  generator: { kind: "full", hidden: [8] },
  condition: 4,
}).initialize({ seed: 1 });

const kept = [];
const readings = [];

await trainLoop({
  model: styled,
  optimizer: new Adam(styled.parameters(), { learningRate: 1e-3 }),
  schedule: new Plateau({ every: 100 }),
  steps,
  seed: 1,
  step: ({ random }) => {
    const drawn = (shape, purpose) => {
      const stream = random(purpose);
      const size = shape.reduce((product, side) => product * side, 1);
      return tensor(
        Float32Array.from({ length: size }, () => stream.uniform()),
        { shape },
      );
    };
    const image = drawn([2, 3, 4, 4], "image");
    const loss = mse(styled.forward(drawn([2, 4], "condition"), image), image);
    if (values.leak) kept.push(loss);
    return loss;
  },
  onProgress: ({ step }) => {
    if (step % Math.ceil(steps / READINGS) === 0 || step === steps) readings.push(read(step));
  },
});

// In the first quarter V8 compiles, and the library fills what it uses again.
const [quarter, half] = [READINGS / 4, READINGS / 2];
for (const name of ["heap", "external"]) {
  const most = (part) => Math.max(...part.map((reading) => reading[name]));
  const grown = most(readings.slice(half)) - most(readings.slice(quarter, half));
  console.log(
    `${name}: at most ${grown} KB more in the second half than in the quarter before, limit ${limit}`,
  );
  if (grown > limit) process.exitCode = 1;
}

/** Kilobytes in use. */
function read(step) {
  // The first frees arrays on a thread of its own; the second waits for it.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  const reading = { step, heap: Math.round(heapUsed / 1024), external: Math.round(external / 1024) };
  console.error(`step ${step}: heap ${reading.heap} KB, external ${reading.external} KB`);
  return reading;
}
