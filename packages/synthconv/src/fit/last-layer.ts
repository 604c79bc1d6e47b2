/** The last layer of a pixel network: linear in its weights, so they can be found at once. */
import { activationFunction, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { LeastSquares } from "../core/least-squares.js";
import type { PixelNetwork } from "../kernels/index.js";
import { GREYS } from "./grey-source.js";
import { type ColourSamples, sampleCount } from "./samples.js";

export interface RefitOptions {
  readonly training: ColourSamples;
  /** What the greys are to become, planar `[3,GREYS]`. */
  readonly ramp: Float32Array;
  /** Weights of the ramp, all training colours together counting 1. */
  readonly weights: readonly number[];
  /** One output for all channels; the network has lanes then. */
  readonly tied: boolean;
}

type Layer = PixelNetwork["layers"][number];

/** Colours for the equations: 32 for each unknown of the widest layer, and half a second for one of 64. */
const MAX_COLOURS = 2 ** 13;
const RIDGE = 1e-9;
/** What a lane adds to its channel, so that no activation cuts a colour off: inputs down to -1 pass. */
const LIFT = 1;

/** The network with last layers that fit colours and ramp best, one for each weight of the ramp. */
export function* refitLastLayer(network: PixelNetwork, options: RefitOptions): Generator<PixelNetwork> {
  const { training, ramp, weights, tied } = options;
  const hidden = network.layers.slice(0, -1);
  const last = network.layers.at(-1) as Layer;
  const total = sampleCount(training);
  const step = Math.max(1, Math.floor(total / MAX_COLOURS));
  const colours = new LeastSquares(last.inputs + 1, tied ? 1 : 3);
  for (let nth = 0; nth < total; nth += step) {
    addColour(
      colours,
      hidden,
      planesAt(training.input, nth),
      planesAt(training.target, nth),
      tied,
      step / total,
    );
  }
  const greys = new LeastSquares(last.inputs + 1, tied ? 1 : 3);
  for (let grey = 0; grey < GREYS; grey++) {
    const level = grey / (GREYS - 1);
    addColour(greys, hidden, [level, level, level], planesAt(ramp, grey), tied, 1 / GREYS);
  }
  for (const weight of weights) {
    const found = colours.plus(greys, weight).solve(RIDGE);
    yield { ...network, layers: [...hidden, tied ? tiedLayer(last, found) : plainLayer(last, found)] };
  }
}

type Colour = readonly [number, number, number];

function planesAt(planes: Float32Array, nth: number): Colour {
  const total = planes.length / 3;
  return [planes[nth] as number, planes[total + nth] as number, planes[2 * total + nth] as number];
}

/** What the last layer has to add to the input; with lanes, which take the input away, what it has to make. */
function addColour(
  equations: LeastSquares,
  hidden: readonly Layer[],
  input: Colour,
  target: Colour,
  tied: boolean,
  weight: number,
): void {
  const targets = tied
    ? [(target[0] + target[1] + target[2]) / 3]
    : target.map((value, channel) => value - (input[channel] as number));
  equations.add(featuresOf(hidden, input), targets, weight);
}

/** What enters the last layer, and 1 for its bias. */
function featuresOf(hidden: readonly Layer[], colour: Colour): Float64Array {
  let values: Float64Array = Float64Array.from(colour);
  for (const layer of hidden) values = forward(layer, values);
  return Float64Array.from([...values, 1]);
}

function forward(
  { inputs, outputs, weight, bias, activation, negativeSlope }: Layer,
  values: Float64Array,
): Float64Array {
  const { value } = activationFunction("last layer", activation);
  const result = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let sum = bias?.[output] ?? 0;
    for (let input = 0; input < inputs; input++) {
      sum += (weight[output * inputs + input] as number) * (values[input] as number);
    }
    result[output] = value(sum, negativeSlope ?? DEFAULT_NEGATIVE_SLOPE);
  }
  return result;
}

function plainLayer(last: Layer, found: Float64Array): Layer {
  const { inputs } = last;
  const weight = Float32Array.from(
    { length: 3 * inputs },
    (_, at) => found[3 * (at % inputs) + Math.floor(at / inputs)] as number,
  );
  return { ...last, weight, bias: Float32Array.from(found.subarray(3 * inputs)) };
}

/** The same weights for every channel, and the lane of its own input taken away. */
function tiedLayer(last: Layer, found: Float64Array): Layer {
  const { inputs } = last;
  const weight = Float32Array.from({ length: 3 * inputs }, (_, at) => found[at % inputs] as number);
  for (let channel = 0; channel < 3; channel++) {
    const at = channel * inputs + (inputs - 3 + channel);
    weight[at] = (weight[at] as number) - 1;
  }
  const bias = Math.fround((found[inputs] as number) + LIFT * (inputs === 3 ? 0 : 1));
  return { ...last, weight, bias: Float32Array.of(bias, bias, bias) };
}

/**
 * The network with the last three units of every hidden layer made into lanes: each hands one channel of the input
 * through, lifted by 1. The three units that matter least to the next layer give way.
 *
 * @returns undefined where a hidden layer has no more than three units, or its activation bends what is above 0.
 */
export function networkWithLanes(network: PixelNetwork): PixelNetwork | undefined {
  const hidden = network.layers.slice(0, -1);
  if (hidden.length === 0) return network;
  if (hidden.some(({ outputs, activation }) => outputs <= 3 || activation !== "relu")) return undefined;
  let layers = [...network.layers];
  for (let at = 0; at < hidden.length; at++) layers = withLeastUnitsLast(layers, at);
  return {
    ...network,
    layers: layers.map((layer, at) => (at < hidden.length ? withLanes(layer, at === 0) : layer)),
  };
}

/** Units in another order: the three of the layer whose way out is the weakest come last. */
function withLeastUnitsLast(layers: readonly Layer[], at: number): Layer[] {
  const layer = layers[at] as Layer;
  const next = layers[at + 1] as Layer;
  const strength = Array.from({ length: layer.outputs }, (_, unit) =>
    Math.hypot(
      ...Array.from({ length: next.outputs }, (_row, row) => next.weight[row * next.inputs + unit] as number),
    ),
  );
  const order = [...strength.keys()].sort(
    (a, b) => (strength[b] as number) - (strength[a] as number) || a - b,
  );
  const { inputs } = layer;
  const rows = order.flatMap((unit) => [...layer.weight.subarray(unit * inputs, (unit + 1) * inputs)]);
  const bias = Float32Array.from(order, (unit) => layer.bias?.[unit] ?? 0);
  const columns = Float32Array.from(next.weight, (_, index) => {
    const row = Math.floor(index / next.inputs);
    return next.weight[row * next.inputs + (order[index % next.inputs] as number)] as number;
  });
  const sorted = [...layers];
  sorted[at] = { ...layer, weight: Float32Array.from(rows), bias };
  sorted[at + 1] = { ...next, weight: columns };
  return sorted;
}

function withLanes(layer: Layer, isFirst: boolean): Layer {
  const { inputs, outputs } = layer;
  const weight = Float32Array.from(layer.weight);
  const bias = Float32Array.from(layer.bias ?? new Float32Array(outputs));
  for (let channel = 0; channel < 3; channel++) {
    const unit = outputs - 3 + channel;
    weight.fill(0, unit * inputs, (unit + 1) * inputs);
    weight[unit * inputs + (isFirst ? channel : inputs - 3 + channel)] = 1;
    bias[unit] = isFirst ? LIFT : 0;
  }
  return { ...layer, weight, bias };
}
