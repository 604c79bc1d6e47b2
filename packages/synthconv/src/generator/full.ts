/**
 * A fully connected network writes every number: condition `[B,D]` -> hidden layers with ReLU -> head `[B,N]`, the
 * tensors end to end.
 *
 * Parameters: `hidden.<i>.weight`, `hidden.<i>.bias`, `head.weight`, `head.bias`. Without a condition there are no
 * hidden layers, and the head is its bias alone.
 */
import * as v from "valibot";
import { type Initializer, listOf, oneOf, optional, type Shape, whole } from "../core/index.js";
import { headInitializers, hiddenInitializers, type LayerInitializers } from "./initialization.js";
import type { Generator, GeneratorKind } from "./kind.js";
import { cutIntoPlaces, generatedSize } from "./places.js";

export interface FullSettings {
  readonly kind?: "full" | undefined;
  /** Widths of the fully connected layers between the condition and the head. */
  readonly hidden: readonly number[];
  /** Between them. Default relu. */
  readonly activation?: "relu" | undefined;
}

// A file may ask for as much memory as it likes to: these bounds hold it to some 130 million numbers.
const MAX_WIDTH = 4096;
const MAX_HIDDEN = 8;

const WIDTH = whole(1);
const asWidths = (value: unknown): string | undefined => {
  if (value === undefined) return "Write { hidden: [] } for none.";
  return WIDTH.accepts(value) ? `Write { hidden: [${value}] }.` : undefined;
};

const width = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_WIDTH));

export const full: GeneratorKind<FullSettings> = {
  settings: v.object({
    kind: v.optional(v.literal("full")),
    hidden: v.pipe(v.array(width), v.maxLength(MAX_HIDDEN)),
    activation: v.optional(v.literal("relu")),
  }),

  fields: {
    kind: optional(oneOf(["full"])),
    hidden: listOf(WIDTH, "a list of whole numbers of 1 or more", asWidths),
    activation: optional(oneOf(["relu"])),
  },

  describe({ hidden }, { conditionLength, places }) {
    const outputs = generatedSize(places);
    const widths = conditionLength === 0 ? [] : hidden;
    const layers = widths.map((outputs, index): Layer => {
      return { name: `hidden.${index}`, inputs: widths[index - 1] ?? conditionLength, outputs };
    });
    const head: Layer = { name: "head", inputs: widths.at(-1) ?? conditionLength, outputs };
    return {
      summary:
        conditionLength === 0
          ? "a bias alone"
          : `fully connected ${[conditionLength, ...widths, outputs].join(" - ")}, relu`,
      parameters: new Map([...layers, head].flatMap(parametersOf)),
      initializers: (start) =>
        new Map([
          ...layers.flatMap((layer) => named(layer, hiddenInitializers(start, layer.inputs))),
          ...named(head, headInitializers(start, places, head.inputs)),
        ]),
      forward(arithmetic, parameter, condition) {
        const through = (x: typeof condition, { name, inputs, outputs }: Layer): typeof condition => {
          const bias = parameter(`${name}.bias`);
          const weight = inputs > 0 ? parameter(`${name}.weight`) : arithmetic.zeros([outputs, 0], bias);
          return arithmetic.linear(x, weight, bias);
        };
        const features = layers.reduce((x, layer) => arithmetic.relu(through(x, layer)), condition);
        return cutIntoPlaces(arithmetic, through(features, head), places);
      },
    } satisfies Generator;
  },
};

interface Layer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

function parametersOf({ name, inputs, outputs }: Layer): [string, Shape][] {
  const bias: [string, Shape] = [`${name}.bias`, [outputs]];
  return inputs === 0 ? [bias] : [[`${name}.weight`, [outputs, inputs]], bias];
}

function named({ name }: Layer, { weight, bias }: LayerInitializers): [string, Initializer][] {
  return [
    [`${name}.weight`, weight],
    [`${name}.bias`, bias],
  ];
}
