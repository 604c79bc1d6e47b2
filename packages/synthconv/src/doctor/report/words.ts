/** What the reports call things: one vocabulary for the terminal and the page. */
import { largest, smallest } from "../../core/extremes.js";
import type { Diagnosis, Fault, HypernetworkDiagnosis, ParameterStatus, Place } from "../diagnosis.js";

const STATUS_WORDS: Readonly<Record<ParameterStatus, string>> = {
  learns: "learns",
  cut: "cut",
  unused: "unused",
  zero: "zero",
  notHeld: "not held",
  exploding: "exploding",
  nonFinite: "not finite",
  frozen: "frozen",
  idle: "idle",
};

const FAULT_TITLES: Readonly<Record<Fault, string>> = {
  rewrappedAsParameter: "made into a new parameter",
  assignedIntoParameter: "assigned into a parameter",
  computedWithoutTape: "computed without the tape",
  detached: "detached",
  plainNumbers: "through plain numbers",
  overwrittenInPlace: "overwritten before backward",
  zeroDerivative: "no derivative",
  notWired: "not wired",
  optimizerHoldsOthers: "not held by the optimizer",
  createdInForward: "made in the forward pass",
  alwaysZero: "gradient always zero",
  conditionMixed: "conditions mixed",
  exploding: "exploding",
  nonFinite: "not finite",
  staleGraph: "kept from an earlier step",
  nothingToTrain: "nothing to train",
  ownOperation: "own operation",
  vanishing: "vanishing gradient",
  squashedTwice: "squashed twice",
  lossStandsStill: "loss stands still",
  collapsedGenerator: "generator collapsed",
  generatedScale: "scale of generated weights",
};

export function statusWord(status: ParameterStatus): string {
  return STATUS_WORDS[status];
}

export function faultTitle(fault: Fault): string {
  return FAULT_TITLES[fault];
}

export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** Three significant digits, exponents where they are shorter. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("e+", "e");
}

/** The last entry that is there: what a table of one line a parameter shows of a row of steps. */
export function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

/** `loss 0.412 to 0.398 in 5 steps`; empty when nothing ran. */
export function lossText({ losses, steps }: Diagnosis): string {
  const [first, last] = [losses[0], losses.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (losses.length === 1) return `loss ${numberText(first)} in one step`;
  return `loss ${numberText(first)} to ${numberText(last)} in ${steps} steps`;
}

/** The first names and how many more there are. */
export function nameList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(", ");
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

/** The answers to what only a network that writes weights can be asked, as sentences. */
export function hypernetworkSentences({ hypernetwork }: Diagnosis): string[] {
  if (hypernetwork === undefined) return [];
  const { crossTalk, spread, scales } = hypernetwork;
  const sentences: string[] = [];
  if (crossTalk !== null) {
    sentences.push(
      crossTalk === 0
        ? "Each output depends on its own condition alone."
        : `Changing one condition changes other samples too: by ${numberText(crossTalk)} of the largest change.`,
    );
  }
  if (spread !== null) {
    sentences.push(
      `The weights of different conditions differ by ${numberText(spread)} of their size${spread < 1e-3 ? ": the generator gives nearly the same for all" : ""}.`,
    );
  }
  return [...sentences, ...scaleSentences(scales)];
}

/** PyTorch's own initialization leaves generated weights at a third of what their layer wants, and they train. */
const NEAR = 4;

/** One sentence for all weights of one name and shape: a network that runs once per sample has as many. */
function scaleSentences(scales: HypernetworkDiagnosis["scales"]): string[] {
  const alike = new Map<string, { readonly wanted: number; readonly deviations: number[] }>();
  for (const { name, shape, deviation, wanted } of scales) {
    if (deviation < NEAR * wanted && deviation > wanted / NEAR) continue;
    const key = `${name} [${shape}]`;
    const group = alike.get(key) ?? { wanted, deviations: [] };
    group.deviations.push(deviation);
    alike.set(key, group);
  }
  return Array.from(alike, ([key, { wanted, deviations }]) => {
    const [least, most] = [smallest(deviations), largest(deviations)].map(numberText);
    const range = least === most ? least : `${least} to ${most}`;
    return `${key} has a standard deviation of ${range}; its layer wants ${numberText(wanted)}.`;
  });
}
