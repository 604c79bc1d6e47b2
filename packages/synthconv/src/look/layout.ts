/** What a look's file holds: the parameters of its generator, and the tensors that these write. */

import type { Activation } from "../core/activations.js";
import type { Shape } from "../core/shape.js";
import {
  describeGenerator,
  type GeneratedPlace,
  type GeneratedTensor,
  type Generator,
  placeTensors,
} from "../generator/index.js";
import { checkLookSchema, type LookSchema } from "./schema.js";

/** The parameters of the generator stand in the file under this and their own names. */
const IN_FILE = "generator.";

/** One layer of a look's pixel network, with what was written for it. */
export interface WrittenLayer<Value> {
  /** `[...,O,I,1,1]` */
  readonly weight: Value;
  /** `[...,O]` */
  readonly bias: Value;
  readonly activation: Activation;
}

/**
 * The tensors of a pixel network in the order in which a generator writes them, end to end: for each layer its
 * weight `[O,I,1,1]`, then its bias `[O]`.
 */
export function networkTensors(channels: readonly number[]): GeneratedTensor[] {
  return channels.slice(1).flatMap((outputs, layer) => [
    { name: `layers.${layer}.weight`, shape: [outputs, channels[layer] as number, 1, 1] },
    { name: `layers.${layer}.bias`, shape: [outputs] },
  ]);
}

/** Where they lie in what it writes. */
export function networkPlaces(channels: readonly number[]): GeneratedPlace[] {
  return placeTensors(networkTensors(channels));
}

/** The layers of a pixel network, with what a generator wrote for the places above. */
export function writtenLayers<Value>(
  { channels, activation }: LookSchema["network"],
  written: ReadonlyMap<string, Value>,
): WrittenLayer<Value>[] {
  const layers = channels.length - 1;
  return Array.from({ length: layers }, (_, layer) => ({
    weight: written.get(`layers.${layer}.weight`) as Value,
    bias: written.get(`layers.${layer}.bias`) as Value,
    activation: layer === layers - 1 ? "none" : activation,
  }));
}

/** The generator that a schema describes, of whatever kind. */
export function generatorOf(schema: LookSchema): Generator {
  const places = networkPlaces(schema.network.channels);
  return describeGenerator(schema.generator, { conditionLength: conditionLength(schema), places });
}

/** D: a number for each knob and for each style. */
export function conditionLength({ condition, styles = [] }: LookSchema): number {
  return condition.length + styles.length;
}

/** The name in the file of a parameter of the generator. */
export function nameInFile(parameter: string): string {
  return IN_FILE + parameter;
}

/** What a schema says of the tensors of a look. */
export interface LookLayout {
  /** Those in the file, by name: the parameters of the generator. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Those that the generator writes, by name and in their order: the weights of the pixel network. */
  readonly weights: ReadonlyMap<string, Shape>;
  /** The generator for people: `fully connected 1 - 32 - 451, relu`. */
  readonly generator: string;
}

/** @throws {ValueError} naming the field of the schema that breaks a rule. */
export function lookLayout(schema: LookSchema): LookLayout {
  checkLookSchema("lookLayout", schema);
  const { parameters, summary } = generatorOf(schema);
  return {
    parameters: new Map(Array.from(parameters, ([name, shape]) => [nameInFile(name), shape])),
    weights: new Map(networkTensors(schema.network.channels).map(({ name, shape }) => [name, shape])),
    generator: summary,
  };
}
