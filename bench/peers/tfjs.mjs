/** Child process: TensorFlow.js on WebAssembly behind the protocol of peers (bench/README.md). */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import {
  convolutionInputs,
  generatedRanges,
  inferenceLayers,
  trainingInputs,
  values,
} from "../dist/peers/inputs.js";
import { samplesOf } from "../dist/peers/protocol.js";
import { serve } from "../dist/peers/serve.js";

// Its ES modules import each other without extensions, which Node refuses.
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-core");
// Of the core alone, the build for Node knows no gradients: the package of layers registers them.
require("@tensorflow/tfjs-layers");
const wasm = require("@tensorflow/tfjs-backend-wasm");

async function start() {
  wasm.setWasmPaths(
    fileURLToPath(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)),
  );
  await tf.setBackend("wasm");
  await tf.ready();
  return {
    description: {
      versions: { "TensorFlow.js wasm": tf.version_core },
      formulations: {
        training: ["matMul"],
        // Of a product of two matrices the second is packed first, however long: 45 s for 12 megapixels.
        inference: ["conv2d"],
        convolution: ["conv2d"],
        convolutionPerSample: ["conv2d for each sample"],
      },
      cannot: {},
      // Its threads need the browser's Worker; the backend says no in Node.
      mostThreads: 1,
    },
    prepare,
  };
}

function prepare({ work }) {
  if (work.kind === "training") return training(work);
  if (work.kind === "inference") return inference(work);
  return convolution(work);
}

/** x [B,3,P] and the weights of each sample -> [B,3,P] */
function products(x, { weight1, bias1, weight2, bias2 }) {
  const active = tf.relu(tf.add(tf.matMul(weight1, x), bias1));
  return tf.add(tf.matMul(weight2, active), bias2);
}

function training(work) {
  const { batch, size, condition: conditionLength, generator, hidden, learningRate } = work;
  const pixels = size ** 2;
  const inputs = trainingInputs(work);
  const image = tf.tensor(inputs.image, [batch, 3, pixels]);
  const target = tf.tensor(inputs.target, [batch, 3, pixels]);
  const condition = tf.tensor(inputs.condition, [batch, conditionLength]);
  const variables = [
    [inputs.first, conditionLength, generator],
    [inputs.second, generator, 7 * hidden + 3],
  ].flatMap(([{ weight, bias }, from, to]) => [
    tf.variable(tf.tensor(weight, [to, from])),
    tf.variable(tf.tensor(bias, [to])),
  ]);
  const [weight1, bias1, weight2, bias2] = variables;
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const shapes = { weight1: [hidden, 3], bias1: [hidden, 1], weight2: [3, hidden], bias2: [3, 1] };
  const cut = (generated) =>
    Object.fromEntries(
      Object.entries(generatedRanges(hidden)).map(([name, [from, to]]) => [
        name,
        tf.reshape(tf.slice(generated, [0, from], [batch, to - from]), [batch, ...shapes[name]]),
      ]),
    );
  const loss = () => {
    const linear = tf.relu(tf.add(tf.matMul(condition, weight1, false, true), bias1));
    const layers = cut(tf.add(tf.matMul(linear, weight2, false, true), bias2));
    // One axis after the other: its sums are float32 and naive, one of all entries would lose four digits.
    return tf.mean(tf.mean(tf.squaredDifference(products(image, layers), target), 2));
  };
  let gradient = [];
  const step = (keepsGradient = false) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, variables);
      if (keepsGradient) gradient = samplesOf(grads[weight1.name].dataSync());
      optimizer.applyGradients(grads);
      return value.dataSync()[0];
    });
  const check = () => {
    const losses = [step(true), step(), step()];
    return { losses, gradient };
  };
  return { heldBytes: 4 * (image.size + target.size), step: () => step(), check };
}

/** The engine computes channels last only: [1,H,W,3] is made from the planes and the planes from the result. */
function inference(work) {
  const { width, height } = work;
  const image = values(3 * width * height, "image");
  const output = new Float32Array(3 * width * height).fill(1);
  const layers = inferenceLayers(work).map(({ weight, bias }) => {
    const outputs = bias.length;
    const inputs = weight.length / outputs;
    const filter = tf.tidy(() =>
      tf.reshape(tf.transpose(tf.tensor(weight, [outputs, inputs])), [1, 1, inputs, outputs]),
    );
    return { filter, bias: tf.tensor1d(bias) };
  });
  const [first, second] = layers;
  const layer = (x, { filter, bias }) => tf.add(tf.conv2d(x, filter, 1, "same"), bias);
  const step = () =>
    tf.tidy(() => {
      const x = tf.transpose(tf.tensor(image, [1, 3, height, width]), [0, 2, 3, 1]);
      const result = layer(tf.relu(layer(x, first)), second);
      output.set(tf.transpose(result, [0, 3, 1, 2]).dataSync());
    });
  const check = () => {
    step();
    return { output: samplesOf(output) };
  };
  return { heldBytes: image.byteLength + output.byteLength, step, check };
}

function convolution(work) {
  const { kind, batch, channels, size, kernel } = work;
  const inputs = convolutionInputs(work);
  const shape = [batch, channels, size, size];
  const channelsLast = (data) => tf.tidy(() => tf.transpose(tf.tensor(data, shape), [0, 2, 3, 1]));
  const image = channelsLast(inputs.image);
  const upstream = channelsLast(inputs.upstream);
  const sets = kind === "convolutionPerSample" ? batch : 1;
  const weight = tf.tidy(() =>
    tf.transpose(tf.tensor(inputs.weight, [sets, channels, channels, kernel, kernel]), [0, 3, 4, 2, 1]),
  );
  const filter = (w, set) =>
    tf.reshape(tf.slice(w, [set, 0, 0, 0, 0], [1, -1, -1, -1, -1]), [kernel, kernel, channels, channels]);
  const forward = (x, w) => {
    if (sets === 1) return tf.conv2d(x, filter(w, 0), 1, "same");
    const rows = tf.split(x, sets).map((row, set) => tf.conv2d(row, filter(w, set), 1, "same"));
    return tf.concat(rows);
  };
  const compute = tf.valueAndGrads((x, w) => forward(x, w));
  const step = () => tf.tidy(() => compute([image, weight], upstream).grads[1].dataSync()[0]);
  const check = () =>
    tf.tidy(() => {
      const { value, grads } = compute([image, weight], upstream);
      const planar = (x) => samplesOf(tf.transpose(x, [0, 3, 1, 2]).dataSync());
      return {
        output: planar(value),
        imageGradient: planar(grads[0]),
        weightGradient: samplesOf(tf.transpose(grads[1], [0, 4, 3, 1, 2]).dataSync()),
      };
    });
  return { heldBytes: 4 * (image.size + upstream.size), step, check };
}

await serve(start);
