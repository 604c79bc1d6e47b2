/** The report of `inspect` in lines. */

import { lookLayout } from "synthconv/internal";
import { type Knob, type LookSchema, SeenColours, type Style } from "synthconv/look";
import { spacesSentence } from "../../colour-space-option.js";
import { distanceLines } from "../../report/by-distance.js";
import { columns } from "../../report/columns.js";
import { differenceLines } from "../../report/difference.js";
import { guaranteeLines, protectionLines } from "../../report/guarantees.js";
import { counted, entriesOf } from "../../report/quantities.js";
import { type Distribution, histogramLine } from "./histogram.js";

export interface TensorReport extends Distribution {
  readonly name: string;
  readonly shape: readonly number[];
}

export function schemaLines(schema: LookSchema): string[] {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["network", [networkSentence(schema)]],
    ["generator", [generatorSentence(schema)]],
    ["knobs", knobLines(schema.condition)],
    ...(schema.styles === undefined ? [] : ([["styles", styleLines(schema.styles)]] as const)),
    ["works in", [spacesSentence(schema)]],
    ["trained", trainingLines(schema)],
    ["colours", coverageLines(schema)],
    ["error", errorLines(schema)],
    ["", distanceLines(schema)],
    ...(schema.guarantees === undefined ? [] : ([["sure", guaranteeLines(schema.guarantees)]] as const)),
    ...(schema.protection === undefined ? [] : ([["kept", protectionLines(schema)]] as const)),
  ];
  return columns(
    sections.flatMap(([name, lines]) => lines.map((line, i) => ["", i === 0 ? name : "", line])),
  );
}

/** One line a tensor: its entries, mean, standard deviation, range and histogram. */
export function tensorLines(
  heading: string,
  tensors: readonly TensorReport[],
  characters: "unicode" | "ascii",
): string[] {
  const rows = tensors.map(({ name, shape, nonFinite, mean, std, histogram }) => [
    `  ${name}`,
    `[${shape.join(",")}]`,
    formatEntry(mean),
    formatEntry(std),
    formatEntry(histogram.minimum),
    `|${histogramLine(histogram, characters)}|`,
    formatEntry(histogram.maximum),
    ...(nonFinite > 0 ? [`and ${counted(nonFinite, "entry", "entries")} not finite`] : []),
  ]);
  return columns(
    [[heading, "shape", "mean", "std", "from", "histogram", "to"], ...rows],
    ["left", "left", "right", "right", "right", "left", "left"],
  );
}

export function weightsHeading({ condition, styles = [] }: LookSchema): string {
  const at = condition.map((knob) => `${knob.name}=${knob.default}`);
  if (styles[0] !== undefined) at.push(styles[0].name);
  return at.length === 0 ? "weights" : `weights at ${at.join(" ")}`;
}

function networkSentence(schema: LookSchema): string {
  const { network } = schema;
  const layers = network.channels.join(" - ");
  const residual = network.residual ? ", added to the input" : "";
  return `1x1 convolutions ${layers}, ${network.activation}${residual}: ${counted(entriesOf(lookLayout(schema).weights), "weight")}`;
}

function generatorSentence(schema: LookSchema): string {
  const { generator, parameters } = lookLayout(schema);
  if (schema.condition.length === 0 && schema.styles === undefined)
    return `${generator}: there are no knobs to read`;
  return `${generator}: ${counted(entriesOf(parameters), "parameter")}`;
}

function knobLines(knobs: readonly Knob[]): string[] {
  if (knobs.length === 0) return ["none"];
  return columns(
    knobs.map((knob) => [
      knob.name,
      `${knob.minimum} to ${knob.maximum}`,
      `default ${knob.default}`,
      knob.description ?? "",
    ]),
  );
}

function styleLines(styles: readonly Style[]): string[] {
  return columns(
    styles.map(({ name, description = "" }, index) => [name, index === 0 ? "default" : "", description]),
  );
}

function trainingLines({ training }: LookSchema): string[] {
  if (training === undefined) return ["not recorded"];
  const { source, steps, batch, learningRate, loss, seed, samples, refinements } = training;
  return [
    `from ${source}, ${counted(samples, "colour")}`,
    `${counted(steps, "step")} of ${counted(batch, "colour")}, ${loss}, learning rate ${learningRate}, seed ${seed}`,
    ...(refinements ? [`then ${counted(refinements, "refinement")}, steps of Levenberg and Marquardt`] : []),
  ];
}

function coverageLines({ coverage, training }: LookSchema): string[] {
  if (coverage !== undefined) {
    const share = (100 * new SeenColours(coverage).share).toFixed(0);
    return [`trained on those of ${share} % of the cube of all colours; the rest is a guess`];
  }
  return [training === undefined ? "not recorded" : "all, or not recorded"];
}

function errorLines({ error }: LookSchema): string[] {
  if (error === undefined) return ["not recorded"];
  return [`on ${error.on}, ${counted(error.colours, "colour")}`, ...differenceLines(error)];
}

function formatEntry(value: number): string {
  return value === 0 ? "0" : value.toPrecision(3);
}
