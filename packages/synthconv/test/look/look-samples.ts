import { RandomStream } from "../../src/core/random.js";
import { type Knob, type Look, type LookSchema, lookLayout } from "../../src/look/index.js";

export const WARMTH: Knob = { name: "warmth", minimum: 0, maximum: 10, default: 5 };

export function schemaOf(overrides: Partial<LookSchema> = {}): LookSchema {
  return {
    condition: [],
    network: { channels: [3, 8, 3], activation: "relu", residual: true },
    generator: { hidden: [], activation: "relu" },
    colourSpace: "srgb",
    ...overrides,
  };
}

/** A look with random parameters of a modest size. */
export function lookOf(schema: LookSchema = schemaOf(), seed = 1): Look {
  const parameters = new Map<string, Float32Array>();
  for (const [name, shape] of lookLayout(schema).parameters) {
    const stream = new RandomStream({ seed, purpose: name });
    const size = shape.reduce((product, axis) => product * axis, 1);
    parameters.set(
      name,
      Float32Array.from({ length: size }, () => 0.3 * stream.normal()),
    );
  }
  return { schema, parameters };
}
