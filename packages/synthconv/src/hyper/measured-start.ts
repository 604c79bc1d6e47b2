/** The size of the first written weights, measured and set: formulas count on conditions that real ones seldom are. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { sizeOf } from "../core/shape.js";
import type { GeneratedPlace, Generator, GeneratorStart, ParameterSlice } from "../generator/index.js";
import { meanSquareOf } from "./mean-square.js";

interface Start {
  readonly generator: Generator;
  readonly places: readonly GeneratedPlace[];
  readonly start: GeneratorStart;
  readonly parameter: (name: string) => Parameter;
  /** What it writes by now for the conditions. */
  readonly written: Readonly<Record<string, Tensor>>;
}

/**
 * Scales what writes each tensor so that the mean square of what it writes is the one that is meant. Tensors with one
 * head (the kind "chunked") are scaled together, each number counted against its own target. What is 0 stays 0.
 */
export function scaleToTargets({ generator, places, start, parameter, written }: Start): void {
  for (const { slices, tensors } of byWhatScalesThem(generator, places)) {
    let [excess, numbers] = [0, 0];
    for (const place of tensors) {
      const target = generator.targetVariance(start, place);
      if (target === 0) continue;
      excess += (meanSquareOf(written[place.name] as Tensor) / target) * place.size;
      numbers += place.size;
    }
    if (excess === 0) continue;
    const factor = Math.sqrt(numbers / excess);
    for (const slice of slices) scale(parameter(slice.name), slice, factor);
  }
}

interface Together {
  readonly slices: readonly ParameterSlice[];
  readonly tensors: GeneratedPlace[];
}

function byWhatScalesThem(generator: Generator, places: readonly GeneratedPlace[]): Iterable<Together> {
  const groups = new Map<string, Together>();
  for (const place of places) {
    const slices = generator.scaledBy(place);
    const key = JSON.stringify(slices);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { slices, tensors: [place] });
    else group.tensors.push(place);
  }
  return groups.values();
}

function scale(parameter: Parameter, { axis, from, to }: ParameterSlice, factor: number): void {
  const length = parameter.shape[axis] as number;
  const below = sizeOf(parameter.shape.slice(axis + 1));
  const isInside = (index: number): boolean => {
    const at = Math.floor(index / below) % length;
    return at >= from && at < to;
  };
  parameter.assign(parameter.data.map((value, index) => (isInside(index) ? value * factor : value)));
}
