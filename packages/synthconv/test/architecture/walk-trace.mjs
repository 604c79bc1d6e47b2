// Prints which files of the built package run functions during one pixelNetwork, forward and backward, on one thread:
// {"forward": [...], "backward": [...]}, as paths below dist/. V8 counts them; what ran before the count is left out.
import { Session } from "node:inspector/promises";

const built = new URL("../../dist/", import.meta.url).href;
const { backward, pixelNetwork, randomUniform, RandomStream, Tensor } = await import(`${built}index.js`);

const random = new RandomStream({ seed: 0, purpose: "walk" });
// Large enough for the lines of the next copies to be fetched ahead.
const image = randomUniform([1, 3, 512, 512], random, { requiresGrad: true });
const seed = randomUniform([1, 3, 512, 512], random);
const layers = [
  {
    weight: randomUniform([16, 3, 1, 1], random, { requiresGrad: true }),
    bias: randomUniform([16], random, { requiresGrad: true }),
    activation: "relu",
  },
  { weight: randomUniform([3, 16, 1, 1], random, { requiresGrad: true }) },
];
const runForward = () => pixelNetwork(image, layers);
const runBackward = (output) => (backward === undefined ? output.backward(seed) : backward(output, seed));
// The kernel is compiled now, and no more of it runs later.
runBackward(runForward());
for (const leaf of [image, ...layers.flatMap(({ weight, bias }) => [weight, bias])]) {
  if (leaf !== undefined) leaf.grad = undefined;
}

const session = new Session();
session.connect();
await session.post("Profiler.enable");

async function filesOf(work) {
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  const value = work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  const files = result
    .filter(
      ({ url, functions }) => url.startsWith(built) && functions.some(({ ranges }) => ranges[0].count > 0),
    )
    .map(({ url }) => url.slice(built.length));
  return { value, files };
}

const forward = await filesOf(runForward);
const back = await filesOf(() => runBackward(forward.value));
if (!(forward.value instanceof Tensor)) throw new Error("pixelNetwork gives a tensor");
console.log(JSON.stringify({ forward: forward.files.sort(), backward: back.files.sort() }));
