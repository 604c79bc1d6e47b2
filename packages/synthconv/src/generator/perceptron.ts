/**
 * The fully connected network inside of most generators: condition `[B,D]` -> hidden layers with ReLU -> head.
 *
 * Parameters: `hidden.<i>.weight`, `hidden.<i>.bias`, `head.weight`, `head.bias`. Without inputs there are no hidden
 * layers, and the head is its bias alone.
 */
import * as v from "valibot";
import { type Initializer, type Kind, listOf, type Shape, whole } from "../core/index.js";
import type { GeneratorArithmetic, Shaped } from "./arithmetic.js";
import { type GeneratorStart, hiddenInitializers, type LayerInitializers } from "./initialization.js";
import type { ParameterSlice } from "./kind.js";

// A file may ask for as much memory as it likes to: these bounds hold it to some 130 million numbers.
const MAX_WIDTH = 4096;
const MAX_HIDDEN = 8;

const WIDTH = whole(1);
const asWidths = (value: unknown): string | undefined => {
  if (value === undefined) return "Write { hidden: [] } for none.";
  return WIDTH.accepts(value) ? `Write { hidden: [${value}] }.` : undefined;
};

/** A size in a file. */
export const sizeInFile: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1),
  v.maxValue(MAX_WIDTH),
);

/** Widths of the hidden layers: in a file, and as an option. */
export const hiddenInFile: v.GenericSchema<unknown, number[]> = v.pipe(
  v.array(sizeInFile),
  v.maxLength(MAX_HIDDEN),
);
export const HIDDEN: Kind<readonly number[]> = listOf(
  WIDTH,
  "a list of whole numbers of 1 or more",
  asWidths,
);

export interface Perceptron {
  /** Numbers that the head reads. */
  readonly headInputs: number;
  /** `D - 16 - 451`. */
  readonly widths: string;
  readonly parameters: readonly (readonly [string, Shape])[];
  initializers(start: GeneratorStart, head: LayerInitializers): [string, Initializer][];
  /** What writes its outputs `from` to `to`. */
  headRows(from: number, to: number): readonly ParameterSlice[];
  /** x `[R,D]` -> `[R,outputs]` */
  forward<Value extends Shaped>(
    arithmetic: GeneratorArithmetic<Value>,
    parameter: (name: string) => Value,
    x: Value,
  ): Value;
}

interface Layer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

export function perceptron(inputs: number, hidden: readonly number[], outputs: number): Perceptron {
  const widths = inputs === 0 ? [] : hidden;
  const layers = widths.map((width, index): Layer => {
    return { name: `hidden.${index}`, inputs: widths[index - 1] ?? inputs, outputs: width };
  });
  const head: Layer = { name: "head", inputs: widths.at(-1) ?? inputs, outputs };
  return {
    headInputs: head.inputs,
    widths: [inputs, ...widths, outputs].join(" - "),
    parameters: [...layers, head].flatMap(parametersOf),
    initializers: (start, ofHead) => [
      ...layers.flatMap((layer) => named(layer, hiddenInitializers(start, layer.inputs))),
      ...named(head, ofHead),
    ],
    headRows: (from, to) => parametersOf(head).map(([name]) => ({ name, axis: 0, from, to })),
    forward(arithmetic, parameter, x) {
      const through = (value: typeof x, layer: Layer): typeof x => {
        const bias = parameter(`${layer.name}.bias`);
        const weight =
          layer.inputs > 0 ? parameter(`${layer.name}.weight`) : arithmetic.zeros([layer.outputs, 0], bias);
        return arithmetic.linear(value, weight, bias);
      };
      return through(
        layers.reduce((value, layer) => arithmetic.relu(through(value, layer)), x),
        head,
      );
    },
  };
}

function parametersOf({ name, inputs, outputs }: Layer): [string, Shape][] {
  const bias: [string, Shape] = [`${name}.bias`, [outputs]];
  return inputs === 0 ? [bias] : [[`${name}.weight`, [outputs, inputs]], bias];
}

/** Without inputs there is no weight to initialize. */
function named({ name, inputs }: Layer, { weight, bias }: LayerInitializers): [string, Initializer][] {
  const ofBias: [string, Initializer] = [`${name}.bias`, bias];
  return inputs === 0 ? [ofBias] : [[`${name}.weight`, weight], ofBias];
}
