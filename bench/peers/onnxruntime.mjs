/** Child process: ONNX Runtime behind the protocol of peers (bench/README.md). It infers and does not train. */
import { readFileSync } from "node:fs";
import onnxProto from "onnx-proto";
import ort from "onnxruntime-node";
import { inferenceLayers, values } from "../dist/peers/inputs.js";
import { samplesOf } from "../dist/peers/protocol.js";
import { serve } from "../dist/peers/serve.js";

const { onnx } = onnxProto;
const { version } = JSON.parse(
  readFileSync(new URL("node_modules/onnxruntime-node/package.json", import.meta.url), "utf8"),
);

const TILED = /tiles of (\d+)/;
const OPSET = 13;
// The runtime reads models of this version of the format and newer; the operators are of the set above.
const IR_VERSION = 7;

/** The model of 3-K-3 on [1,3,1,P] (Conv) or [3,P] (MatMul). */
function model(work, isConvolution, pixels) {
  const { FLOAT } = onnx.TensorProto.DataType;
  const shapeOf = (channels) => (isConvolution ? [1, channels, 1, pixels] : [channels, pixels]);
  const valueInfo = (name) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: shapeOf(3).map((dimValue) => ({ dimValue })) } } },
  });
  const constant = (name, dims, data) => ({
    name,
    dims,
    dataType: FLOAT,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
  const constants = [];
  const layerNodes = ({ weight, bias }, input, output) => {
    const outputs = bias.length;
    const inputs = weight.length / outputs;
    constants.push(
      constant(`${output}.weight`, isConvolution ? [outputs, inputs, 1, 1] : [outputs, inputs], weight),
      constant(`${output}.bias`, isConvolution ? [outputs] : [outputs, 1], bias),
    );
    const names = [`${output}.weight`, `${output}.bias`];
    if (isConvolution) return [{ opType: "Conv", input: [input, ...names], output: [output] }];
    return [
      { opType: "MatMul", input: [names[0], input], output: [`${output}.product`] },
      { opType: "Add", input: [`${output}.product`, names[1]], output: [output] },
    ];
  };
  const [first, second] = inferenceLayers(work);
  const node = [
    ...layerNodes(first, "image", "hidden"),
    { opType: "Relu", input: ["hidden"], output: ["active"] },
    ...layerNodes(second, "active", "output"),
  ];
  const graph = {
    name: "3-K-3",
    node,
    initializer: constants,
    input: [valueInfo("image")],
    output: [valueInfo("output")],
  };
  const opsetImport = [{ domain: "", version: OPSET }];
  return onnx.ModelProto.encode({ irVersion: IR_VERSION, opsetImport, graph }).finish();
}

async function prepare({ work, formulation, threads }) {
  const pixels = work.width * work.height;
  const isConvolution = formulation.startsWith("Conv");
  const tile = Number(TILED.exec(formulation)?.[1] ?? pixels);
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: "all" };
  const session = async (length) => ort.InferenceSession.create(model(work, isConvolution, length), options);
  const shapeOf = (length) => (isConvolution ? [1, 3, 1, length] : [3, length]);
  const image = values(3 * pixels, "image");
  const output = new Float32Array(3 * pixels).fill(1);
  const heldBytes = image.byteLength + output.byteLength;
  if (tile === pixels) {
    const whole = await session(pixels);
    const feeds = { image: new ort.Tensor("float32", image, shapeOf(pixels)) };
    const fetches = { output: new ort.Tensor("float32", output, shapeOf(pixels)) };
    const step = () => whole.run(feeds, fetches);
    return { heldBytes, step, check: async () => ({ output: samplesOf((await step()).output.data) }) };
  }
  const sessions = new Map();
  for (const length of new Set([tile, pixels % tile || tile])) {
    const part = () => new ort.Tensor("float32", new Float32Array(3 * length), shapeOf(length));
    sessions.set(length, {
      session: await session(length),
      feeds: { image: part() },
      fetches: { output: part() },
    });
  }
  const step = async () => {
    for (let start = 0; start < pixels; start += tile) {
      const length = Math.min(tile, pixels - start);
      const { session: one, feeds, fetches } = sessions.get(length);
      const input = feeds.image.data;
      for (let c = 0; c < 3; c++) {
        const from = c * pixels + start;
        input.set(image.subarray(from, from + length), c * length);
      }
      const { data } = (await one.run(feeds, fetches)).output;
      for (let c = 0; c < 3; c++) {
        output.set(data.subarray(c * length, (c + 1) * length), c * pixels + start);
      }
    }
  };
  const check = async () => {
    await step();
    return { output: samplesOf(output) };
  };
  return { heldBytes, step, check };
}

const noTraining = "onnxruntime-node runs graphs; it computes no gradients";

await serve(() => ({
  description: {
    versions: { "ONNX Runtime": version },
    formulations: {
      training: [],
      inference: [
        "Conv",
        "Conv in tiles of 8192 pixels",
        "Conv in tiles of 65536 pixels",
        "MatMul",
        "MatMul in tiles of 8192 pixels",
        "MatMul in tiles of 65536 pixels",
      ],
      convolution: [],
      convolutionPerSample: [],
    },
    cannot: { training: noTraining, convolution: noTraining, convolutionPerSample: noTraining },
    mostThreads: 256,
  },
  prepare,
}));
