/** Looks and their networks as ONNX. Legend: B images, N conditions, C channels, H height, W width, D numbers of a condition. */
import { checkOptions, type Fields } from "../../core/arguments.js";
import { ShapeError } from "../../core/errors.js";
import { optional, SHARE, STRING } from "../../core/kinds.js";
import { OnnxGraph } from "../../format/index.js";
import { describeGenerator } from "../../generator/index.js";
import { checkNetwork, type PixelNetwork } from "../../kernels/index.js";
import {
  checkLook,
  conditionLength,
  type Look,
  type LookSchema,
  nameInFile,
  networkPlaces,
  withStrength,
  writtenLayers,
} from "../../look/index.js";
import { FREE_BATCH, type GraphValue, graphArithmetic } from "./arithmetic.js";

export interface OnnxOptions {
  /** 0 to 1, as in `applyNetwork`; default 1. */
  readonly strength?: number;
  /** Name of the graph; default `look`. */
  readonly name?: string;
  /** What the model says of itself. */
  readonly note?: string;
}

const OPTIONS: Fields<OnnxOptions> = {
  strength: optional(SHARE),
  name: optional(STRING),
  note: optional(STRING),
};

/** The names of what goes in and comes out. */
export const ONNX_NAMES = { image: "image", condition: "condition", output: "output" } as const;

const IMAGE_NOTE = "encoded sRGB, 0 to 1; values outside are taken as they are";

/**
 * The network as an ONNX model: `image` [B,C,H,W] -> `output` [B,C',H,W], float32, any batch and size; not clamped.
 *
 * @returns the bytes of an .onnx file, operators of set 17.
 * @throws {ValueError} for another option; {ShapeError} for a strength below 1 where the channels in and out differ.
 */
export function networkToOnnx(network: PixelNetwork, options: OnnxOptions = {}): Uint8Array {
  checkNetwork("networkToOnnx", network);
  checkOptions("networkToOnnx", options, OPTIONS);
  const { strength = 1, name = "look", note = "" } = options;
  const [inputs, outputs] = [network.layers[0]?.inputs as number, network.layers.at(-1)?.outputs as number];
  if (strength !== 1 && inputs !== outputs) {
    throw new ShapeError({
      where: "networkToOnnx strength",
      expected: "as many channels out as in, where the strength is below 1",
      received: `${inputs} in and ${outputs} out`,
    });
  }
  const {
    network: { layers, residual },
    share,
  } = withStrength(network, strength);
  const graph = new OnnxGraph();
  let value: string = ONNX_NAMES.image;
  for (const [at, layer] of layers.entries()) {
    const weight = graph.floats(layer.weight, [layer.outputs, layer.inputs, 1, 1], `layers.${at}.weight`);
    const bias = layer.bias && [graph.floats(layer.bias, [layer.outputs], `layers.${at}.bias`)];
    const sum = graph.add("Conv", [value, weight, ...(bias ?? [])]);
    value = graph.activation(sum, layer.activation, layer.negativeSlope);
  }
  const mixed = mixedWithImage(graph, value, residual, share);
  return graph.finish({
    name,
    note,
    inputs: [imageOf(inputs)],
    outputs: [{ ...imageOf(outputs), name: ONNX_NAMES.output, value: mixed }],
  });
}

/**
 * A look with its generator as an ONNX model: `image` [B,3,H,W] and `condition` [N,D] -> `output` [B,3,H,W], float32, any
 * batch and size; not clamped. N is 1, one condition for all images, or B, one for each.
 *
 * A condition is the knobs in the look's order and in their own units, then 1 for the style that is on and 0 for the
 * others: the model's metadata says which is which. Its products with images are MatMul, so neither batch is frozen. A
 * blend of styles is the same blend of their outputs; `networkToOnnx(synthesize(look, settings, style))` bakes one. A look
 * without knobs and styles has no condition.
 *
 * @returns the bytes of an .onnx file, operators of set 17.
 * @throws {ValueError} for another option.
 */
export function lookToOnnx(look: Look, options: OnnxOptions = {}): Uint8Array {
  checkLook("lookToOnnx", look);
  checkOptions("lookToOnnx", options, OPTIONS);
  const { strength = 1, name = "look", note = "" } = options;
  const { schema } = look;
  const length = conditionLength(schema);
  const graph = new OnnxGraph();
  const written = writtenBy(graph, look);
  let value = graph.reshape(ONNX_NAMES.image, [0, 3, -1]);
  for (const [at, { weight, bias, activation }] of writtenLayers(schema.network, written).entries()) {
    const [inputs, outputs] = schema.network.channels.slice(at) as [number, number];
    // [N,O,I] [B,I,P] -> [B,O,P], where N is 1 or B.
    const product = graph.add("MatMul", [graph.reshape(weight.name, [-1, outputs, inputs]), value]);
    const sum = graph.add("Add", [product, graph.reshape(bias.name, [-1, outputs, 1])]);
    value = graph.activation(sum, activation);
  }
  const planes = graph.add("Reshape", [value, graph.add("Shape", [ONNX_NAMES.image])]);
  const mixed = mixedWithImage(graph, planes, schema.network.residual, strength);
  const conditionInput = {
    name: ONNX_NAMES.condition,
    shape: ["conditions", length],
    note: `${conditionNames(schema).join(", ")}; one row for all images, or one for each`,
  };
  return graph.finish({
    name,
    note,
    inputs: [imageOf(3), ...(length === 0 ? [] : [conditionInput])],
    outputs: [{ ...imageOf(3), name: ONNX_NAMES.output, value: mixed }],
    metadata: {
      condition: JSON.stringify({ knobs: schema.condition, styles: schema.styles ?? [] }),
      colourSpace: schema.colourSpace,
      ...(schema.outputSpace !== undefined && { outputSpace: schema.outputSpace }),
    },
  });
}

/** `warmth (0 to 10)`, `style golden (0 or 1)`: what each number of a condition is. */
export function conditionNames({ condition, styles = [] }: LookSchema): string[] {
  return [
    ...condition.map(({ name, minimum, maximum }) => `${name} (${minimum} to ${maximum})`),
    ...styles.map(({ name }) => `style ${name} (0 or 1)`),
  ];
}

function writtenBy(graph: OnnxGraph, { schema, parameters }: Look): ReadonlyMap<string, GraphValue> {
  const { condition, styles = [] } = schema;
  const length = condition.length + styles.length;
  const generator = describeGenerator(schema.generator, {
    conditionLength: length,
    places: networkPlaces(schema.network.channels),
  });
  const parameter = (name: string): GraphValue => {
    const shape = generator.parameters.get(name) ?? [];
    const inFile = nameInFile(name);
    return { shape, name: graph.floats(parameters.get(inFile) as Float32Array, shape, inFile) };
  };
  const given = { shape: [length === 0 ? 1 : FREE_BATCH, length], name: scaledKnobs(graph, schema) };
  return generator.forward(graphArithmetic(graph, ONNX_NAMES.condition), once(parameter), given);
}

/** A generator may ask for a parameter twice; the file holds it once. */
function once(make: (name: string) => GraphValue): (name: string) => GraphValue {
  const made = new Map<string, GraphValue>();
  return (name) => {
    const value = made.get(name) ?? make(name);
    made.set(name, value);
    return value;
  };
}

/** Each knob from [minimum, maximum] to [-1, 1], as `encodeCondition` does; styles stay. */
function scaledKnobs(graph: OnnxGraph, { condition, styles = [] }: LookSchema): string {
  if (condition.length === 0) return ONNX_NAMES.condition;
  const count = condition.length + styles.length;
  const middles = new Float64Array(count);
  const halves = new Float64Array(count).fill(1);
  for (const [at, { minimum, maximum }] of condition.entries()) {
    middles[at] = (minimum + maximum) / 2;
    halves[at] = (maximum - minimum) / 2;
  }
  const centered = graph.add("Sub", [ONNX_NAMES.condition, graph.floats(middles, [count])]);
  return graph.add("Div", [centered, graph.floats(halves, [count])]);
}

function mixedWithImage(graph: OnnxGraph, value: string, residual: boolean, share: number): string {
  const result = residual ? graph.add("Add", [value, ONNX_NAMES.image]) : value;
  if (share === 1) return result;
  const kept = graph.add("Mul", [ONNX_NAMES.image, graph.scalar(1 - share)]);
  return graph.add("Add", [kept, graph.add("Mul", [result, graph.scalar(share)])]);
}

function imageOf(channels: number): { name: string; shape: (number | string)[]; note: string } {
  return { name: ONNX_NAMES.image, shape: ["batch", channels, "height", "width"], note: IMAGE_NOTE };
}
