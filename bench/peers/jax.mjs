/** Child process: jax-js on WebAssembly behind the protocol of peers (bench/README.md). */
import { readFileSync } from "node:fs";
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  valueAndGrad,
  vjp,
  vmap,
} from "@jax-js/jax";
import {
  convolutionInputs,
  generatedRanges,
  inferenceLayers,
  trainingInputs,
  values,
} from "../dist/peers/inputs.js";
import { samplesOf } from "../dist/peers/protocol.js";
import { serve } from "../dist/peers/serve.js";

const { version } = JSON.parse(
  readFileSync(new URL("node_modules/@jax-js/jax/package.json", import.meta.url), "utf8"),
);

async function start() {
  // Without a name it looks for a GPU in the browser's navigator, which Node 20 does not have.
  await init("wasm");
  defaultDevice("wasm");
  return {
    description: {
      versions: { "jax-js wasm": version },
      formulations: {
        training: ["matmul, jit"],
        inference: ["matmul, jit", "matmul in tiles of 65536 pixels, jit"],
        convolution: ["conv, jit"],
        convolutionPerSample: ["vmap of conv, jit"],
      },
      cannot: {},
      // One thread is all that its WebAssembly backend has.
      mostThreads: 1,
    },
    prepare,
  };
}

function prepare({ work, formulation }) {
  if (work.kind === "training") return training(work);
  if (work.kind === "inference") return inference(work, formulation);
  return convolution(work);
}

const array = (data, shape) => np.array(data, { shape });
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Arrays are consumed by the function that they are passed to; `.ref` keeps one for another use. */
function training(work) {
  const { batch, size, condition: conditionLength, generator, hidden, learningRate } = work;
  const pixels = size ** 2;
  const inputs = trainingInputs(work);
  const image = array(inputs.image, [batch, 3, pixels]);
  const target = array(inputs.target, [batch, 3, pixels]);
  const condition = array(inputs.condition, [batch, conditionLength]);
  let parameters = [
    array(inputs.first.weight, [generator, conditionLength]),
    array(inputs.first.bias, [generator]),
    array(inputs.second.weight, [7 * hidden + 3, generator]),
    array(inputs.second.bias, [7 * hidden + 3]),
  ];
  const zeros = () => parameters.map((x) => np.zeros(x.shape));
  let means = zeros();
  let squares = zeros();
  const ranges = generatedRanges(hidden);
  const loss = ([weight1, bias1, weight2, bias2], x, y, c) => {
    const linear = nn.relu(np.matmul(c, weight1.transpose()).add(bias1));
    const generated = np.matmul(linear, weight2.transpose()).add(bias2);
    const part = (name, ...shape) => generated.ref.slice([], ranges[name]).reshape([batch, ...shape]);
    const between = np.matmul(part("weight1", hidden, 3), x).add(part("bias1", hidden, 1));
    const result = np.matmul(part("weight2", 3, hidden), nn.relu(between));
    const difference = result.add(part("bias2", 3, 1)).sub(y);
    generated.dispose();
    // One axis after the other: its sums are float32 and naive, one of all entries would lose four digits.
    return np.mean(np.mean(np.square(difference), 2));
  };
  const compute = jit(valueAndGrad(loss));
  const update = jit((parameter, mean, square, gradient, stepSize, correction) => {
    const nextMean = mean.mul(BETA1).add(gradient.ref.mul(1 - BETA1));
    const nextSquare = square.mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
    const denominator = np.sqrt(nextSquare.ref).div(correction).add(EPSILON);
    return [parameter.sub(nextMean.ref.div(denominator).mul(stepSize)), nextMean, nextSquare];
  });
  let steps = 0;
  let gradient = [];
  const step = async (keepsGradient = false) => {
    steps++;
    const arrays = parameters.map((x) => x.ref);
    const [value, gradients] = compute(arrays, image.ref, target.ref, condition.ref);
    if (keepsGradient) gradient = samplesOf(gradients[0].ref.dataSync());
    const stepSize = learningRate / (1 - BETA1 ** steps);
    const correction = Math.sqrt(1 - BETA2 ** steps);
    const next = parameters.map((parameter, i) =>
      update(parameter, means[i], squares[i], gradients[i], stepSize, correction),
    );
    [parameters, means, squares] = [0, 1, 2].map((slot) => next.map((row) => row[slot]));
    await blockUntilReady(parameters);
    return value.dataSync()[0];
  };
  const check = async () => {
    const losses = [await step(true), await step(), await step()];
    return { losses, gradient };
  };
  return { heldBytes: 4 * (image.size + target.size), step: () => step(), check };
}

function inference(work, formulation) {
  const { width, height, hidden } = work;
  const pixels = width * height;
  const [first, second] = inferenceLayers(work);
  const tile = Number(/tiles of (\d+)/.exec(formulation)?.[1] ?? pixels);
  const image = values(3 * pixels, "image");
  const output = new Float32Array(3 * pixels).fill(1);
  const weights = [
    array(first.weight, [hidden, 3]),
    array(first.bias, [hidden, 1]),
    array(second.weight, [3, hidden]),
    array(second.bias, [3, 1]),
  ];
  const network = jit((x, weight1, bias1, weight2, bias2) =>
    np.matmul(weight2, nn.relu(np.matmul(weight1, x).add(bias1))).add(bias2),
  );
  const part = new Float32Array(3 * tile);
  const step = () => {
    for (let start = 0; start < pixels; start += tile) {
      const length = Math.min(tile, pixels - start);
      let input = image;
      if (tile < pixels) {
        input = part.subarray(0, 3 * length);
        for (let c = 0; c < 3; c++) {
          input.set(image.subarray(c * pixels + start, c * pixels + start + length), c * length);
        }
      }
      const data = network(array(input, [3, length]), ...weights.map((x) => x.ref)).dataSync();
      for (let c = 0; c < 3; c++) {
        output.set(data.subarray(c * length, (c + 1) * length), c * pixels + start);
      }
    }
  };
  const check = () => {
    step();
    return { output: samplesOf(output) };
  };
  return { heldBytes: image.byteLength + output.byteLength, step, check };
}

function convolution(work) {
  const { kind, batch, channels, size, kernel } = work;
  const perSample = kind === "convolutionPerSample";
  const inputs = convolutionInputs(work);
  const shape = [batch, channels, size, size];
  const image = array(inputs.image, shape);
  const upstream = array(inputs.upstream, shape);
  const weight = array(inputs.weight, [...(perSample ? [batch] : []), channels, channels, kernel, kernel]);
  const convolve = (x, w) => lax.conv(x, w, [1, 1], "SAME");
  const forward = perSample
    ? (x, w) => vmap(convolve)(x.reshape([batch, 1, ...shape.slice(1)]), w).reshape(shape)
    : convolve;
  const compute = jit((x, w, seed) => {
    const [output, pullBack] = vjp(forward, [x, w]);
    const gradients = pullBack(seed);
    return [output, ...gradients];
  });
  const step = async () => {
    const results = await blockUntilReady(compute(image.ref, weight.ref, upstream.ref));
    for (const result of results) result.dispose();
  };
  const check = () => {
    const results = compute(image.ref, weight.ref, upstream.ref);
    const [output, imageGradient, weightGradient] = results.map((x) => samplesOf(x.dataSync()));
    return { output, imageGradient, weightGradient };
  };
  return { heldBytes: 4 * (image.size + upstream.size), step, check };
}

await serve(start);
