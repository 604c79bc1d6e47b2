/** What a hypernetwork writes, and what it costs. */
import type { Tensor } from "../autograd/tensor.js";
import { formatShape, type Shape } from "../core/shape.js";
import type { Module } from "../nn/index.js";
import { meanSquareOf } from "./mean-square.js";
import type { HypernetworkParts } from "./parts.js";
import { WeightGenerator } from "./weight-generator.js";

export interface DescribedTensor {
  /** Path of the parameter. */
  readonly path: string;
  readonly shape: Shape;
  /** Numbers per sample. */
  readonly numbers: number;
  /** The root mean square with which it is to start; of a generator of your own it is not known. */
  readonly target: number | undefined;
  /** The root mean square of what is written for the conditions that were given. */
  readonly written: number | undefined;
  /** Parameters that the generator spends on it; what it shares among tensors is split by their numbers. */
  readonly parameters: number;
}

export interface HypernetworkDescription {
  readonly tensors: readonly DescribedTensor[];
  /** The generator: `fully connected 4 - 16 - 320, relu`. */
  readonly generator: string;
  /** Of the generator, and what reads conditions. */
  readonly parameters: { readonly generator: number; readonly condition: number };
  /** Numbers that are written per sample. */
  readonly numbers: number;
  /** A table for people. */
  toString(): string;
}

/** @param condition [B,D], to measure what is written for them. */
export function describeHypernetwork<Value, Inputs extends readonly unknown[], Output>(
  { generator, condition: reader, places, centers }: HypernetworkParts<Value, Inputs, Output>,
  condition: Tensor | undefined,
): HypernetworkDescription {
  const written = condition === undefined ? undefined : generator.forward(condition);
  const numbers = places.reduce((sum, { parameter }) => sum + parameter.size, 0);
  const parameters = { generator: countParameters(generator), condition: countParameters(reader) };
  const tensors = places.map(({ path, parameter: { shape, size } }): DescribedTensor => {
    const offset = centers.get(path) ?? 0;
    const around = (square: number): number => Math.sqrt(square + offset * offset);
    const known = generator instanceof WeightGenerator ? generator.targetVariance(path) : undefined;
    const values = written?.[path];
    return {
      path,
      shape,
      numbers: size,
      target: known === undefined ? undefined : around(known),
      written: values === undefined ? undefined : Math.sqrt(meanSquareOf(values, offset)),
      parameters: Math.round((parameters.generator * size) / numbers),
    };
  });
  const summary = generator instanceof WeightGenerator ? generator.summary : generator.constructor.name;
  const description = { tensors, generator: summary, parameters, numbers };
  return { ...description, toString: () => tableOf(description) };
}

function countParameters(module: Module): number {
  return module.parameters().reduce((sum, { size }) => sum + size, 0);
}

function tableOf({
  tensors,
  generator,
  parameters,
  numbers,
}: Omit<HypernetworkDescription, "toString">): string {
  const rows = tensors.map(({ path, shape, numbers: own, target, written, parameters: spent }) => [
    path,
    formatShape(shape),
    String(own),
    written === undefined ? "" : written.toPrecision(3),
    target === undefined ? "" : target.toPrecision(3),
    String(spent),
  ]);
  const table = [["tensor", "shape", "numbers", "written", "target", "parameters"], ...rows];
  const widths = (table[0] as string[]).map((_, column) =>
    table.reduce((most, row) => Math.max(most, (row[column] as string).length), 0),
  );
  // Names and shapes to the left, numbers to the right.
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join("  ")
      .trimEnd(),
  );
  const total = parameters.generator + parameters.condition;
  const costs = `${total} parameters${parameters.condition > 0 ? ` (${parameters.condition} of them read conditions)` : ""} write ${numbers} numbers per sample`;
  return [...lines, `${generator}: ${costs}.`].join("\n");
}
