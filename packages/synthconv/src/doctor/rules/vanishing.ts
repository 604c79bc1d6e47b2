import { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import { largest } from "../../core/extremes.js";
import { repairOfSaturation } from "../activation-trial.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { operationsThat } from "../operations.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { ParameterSeries } from "../series.js";
import type { Origin } from "../trace.js";

/**
 * Shares of the largest gradient of a parameter, for layers that saturate and for others: twelve layers of the usual
 * initialization leave 1e-7 of it and are slow, not lost.
 */
const LOST = 1e-6;
const LOST_BY_WEIGHTS = 1e-9;
/** A single operation that takes more than this is the fault itself, not one of many. */
const SINGLE = 1e-3;
const MIN_OPERATIONS = 4;
/** Of a layer and its activation the usual initialization leaves a quarter or more, half each. */
const STEEP = 0.3;
/** A float32 keeps 2^-24 of itself: an update of less than that share changes no bit of a typical weight. */
const UNFELT = 2 ** -24;
/** Twelve sigmoids under Adam left the first layer 4e-4 of the usual update, in 100 steps too: it is lost. */
const SLOW = 1e-3;
const SATURATING: ReadonlySet<string> = new Set(["sigmoid", "tanh", "softmax"]);

/** A gradient that shrinks from operation to operation until nothing of it is left. */
export const vanishing: Rule = {
  name: "vanishing",
  find(file, told) {
    const seen = untold(file, told).filter(({ turns }) => turns.includes("learns") || turns.includes("zero"));
    const norms = new Map(seen.map((one) => [one, largest(one.numbers.gradientNorm.map(Number), 0)]));
    const most = largest(norms.values(), 0);
    const usual = median(seen.map(({ numbers }) => largest(numbers.updateRatio.map(Number), 0)));
    const isSmall = (one: ParameterSeries): boolean =>
      most > 0 && (norms.get(one) ?? 0) <= LOST * most && !isFelt(one, usual);
    const found = seen.filter(isSmall).flatMap((one) => {
      const norm = norms.get(one) ?? 0;
      const way = shrinkingWay(one.parameter, file.first);
      const loss = way && lossOf(way);
      const isSteep = loss !== undefined && (loss.kind !== "weights" || meanFactor(loss.blamed) < STEEP);
      const limit = isSteep ? LOST : LOST_BY_WEIGHTS;
      return way === undefined || norm > limit * most ? [] : [{ one, norm, way }];
    });
    if (found.length === 0) return [];
    // All share the way's end: one sentence for all of them.
    const longest = found.reduce((best, next) => (next.way.length > best.way.length ? next : best));
    const lost = seen.filter(isSmall);
    const complaint = complaintOf(longest.way, { norm: longest.norm, largest: most, lost, file });
    return [{ names: lost.map(({ name }) => name), complaint }];
  },
};

/** Of many: a bias that starts at 0 is moved by its own size at once, whatever the others do. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Adam makes whole steps of small gradients, as long as they are not small against its epsilon. */
function isFelt({ numbers: { updateRatio } }: ParameterSeries, usual: number): boolean {
  return largest(updateRatio.map(Number), 0) > Math.max(UNFELT, SLOW * usual);
}

/** Whether a gradient becomes small little by little on its way to a parameter, lost or not. */
export function isShrinking({ parameter }: ParameterSeries, { first }: CaseFile): boolean {
  return shrinkingWay(parameter, first) !== undefined;
}

/** An operation and what is left of a gradient behind it. */
interface Station {
  readonly origin: Origin;
  readonly factor: number;
}

/** The operations from the loss back to a parameter, where they take the gradient little by little. */
function shrinkingWay(
  parameter: Parameter,
  { trace, flow, gradients }: CaseFile["first"],
): Station[] | undefined {
  const way: Station[] = [];
  let current: Tensor = parameter;
  for (;;) {
    // Of several ways the one by which most of the gradient comes.
    const next: Tensor | undefined = flow
      .edgesOutOf(current)
      .filter(({ to, passage }) => passage === "tape" && gradients.has(to))
      .map(({ to }) => to)
      .sort((a, b) => normOf(gradients.get(b)) - normOf(gradients.get(a)))[0];
    const origin = next && trace.origins.get(next);
    if (next === undefined || origin === undefined) break;
    const [before, after] = [normOf(gradients.get(next)), normOf(gradients.get(current))];
    way.unshift({ origin, factor: before === 0 ? 1 : after / before });
    current = next;
  }
  const shrinking = way.filter(({ factor }) => factor < 0.5);
  const hasCliff = way.some(
    ({ factor, origin }) => factor < SINGLE && normOf(gradients.get(origin.tensor)) > 1e-30,
  );
  return shrinking.length >= MIN_OPERATIONS && !hasCliff ? way : undefined;
}

interface Vanished {
  /** What arrives, and the largest gradient of a parameter. */
  readonly norm: number;
  readonly largest: number;
  readonly lost: readonly ParameterSeries[];
  readonly file: CaseFile;
}

function complaintOf(way: readonly Station[], { norm, largest, lost, file }: Vanished): Complaint {
  const { kind, blamed } = lossOf(way);
  let left = 1;
  const lostAt = way.find(({ factor }) => {
    left *= Math.min(1, factor);
    return left < SINGLE;
  });
  const from = way.indexOf(lostAt as Station);
  const at = blamed.find((station) => way.indexOf(station) >= from) ?? lostAt;
  const isRecurrent = appliesAgain(way);
  const { cause, repair } = sentencesOf(kind, blamed, isRecurrent, () =>
    saturationRepair(way, blamed, lost, file),
  );
  return {
    status: "zero",
    fault: "vanishing",
    phrase: "the gradient vanishes on the way to {them|it}",
    place: placeOf(at?.origin.site),
    cause: `The gradient shrinks in each of ${way.length} operations: what arrives is ${numberText(norm)}, ${numberText(largest === 0 ? 0 : norm / largest)} of the largest of a parameter, and most of it is lost from here on. ${cause}`,
    repair,
  };
}

const LAYERS: ReadonlySet<string> = operationsThat("multiplies");

type LossKind = "saturation" | "constants" | "gates" | "weights";

function sentencesOf(
  kind: LossKind,
  blamed: readonly Station[],
  isRecurrent: boolean,
  tried: () => string | undefined,
): { cause: string; repair: string | undefined } {
  const name = blamed[0]?.origin.operation ?? "";
  const left = numberText(meanFactor(blamed));
  switch (kind) {
    case "saturation":
      return {
        cause: `Each of the ${blamed.length} ${name} layers leaves ${left} of it.`,
        repair: isRecurrent ? passBeside(name) : tried(),
      };
    case "constants":
      return {
        cause: `Each of the ${blamed.length} factors here leaves ${left} of it.`,
        repair:
          "Leave the factor out, or add what goes into the block to what comes out of it: h = add(h, multiply(block(h), factor)).",
      };
    case "gates":
      return {
        cause: `Each of the ${blamed.length} products with a gate here leaves ${left} of it.`,
        repair:
          "Let each gate be about 1 to begin with: twice the sigmoid, multiply(2, sigmoid(x)), or a bias of 3 in the layer before it.",
      };
    case "weights":
      return {
        cause: `The weights on the way are too small: each of the ${blamed.length} operations leaves ${left} of it.`,
        repair: isRecurrent
          ? passBeside("tanh")
          : "Initialize the weights on the way by their fan-in, initializers.kaiming.",
      };
  }
}

function saturationRepair(
  way: readonly Station[],
  blamed: readonly Station[],
  lost: readonly ParameterSeries[],
  { subject, first }: CaseFile,
): string | undefined {
  const weights = new Set(way.flatMap(({ origin: { inputs } }) => inputs[1] ?? []));
  return repairOfSaturation(subject, blamed[0]?.origin.operation ?? "", {
    results: new Set(blamed.map(({ origin }) => origin.tensor)),
    trace: first.trace,
    weights: [...weights].filter((one) => one instanceof Parameter && one.rank >= 2) as Parameter[],
    lost: lost.map(({ parameter }) => parameter),
  });
}

function passBeside(name: string): string {
  return `Let the state pass beside the layer that is applied again and again: h = add(h, multiply(0.1, ${name}(layer.forward(h)))).`;
}

/** What takes most of the gradient: layers that saturate, factors that nobody trains, or weights. */
function lossOf(way: readonly Station[]): { kind: LossKind; blamed: readonly Station[] } {
  const saturating = way.filter(({ origin }) => SATURATING.has(origin.operation));
  const constants = way.filter(({ origin }) => isConstantFactor(origin));
  const gates = way.filter(({ origin }) => isGate(origin));
  const others = [saturating, constants, gates].flat();
  const weights = way.filter((station) => !others.includes(station));
  const logOf = (stations: readonly Station[]): number => -stations.length * Math.log(meanFactor(stations));
  if (logOf(constants) > Math.max(logOf(saturating), logOf(weights))) {
    return { kind: "constants", blamed: constants };
  }
  if (logOf(gates) > Math.max(logOf(saturating), logOf(weights))) return { kind: "gates", blamed: gates };
  const isSaturation = saturating.length > 0 && meanFactor(saturating) < Math.min(0.5, meanFactor(weights));
  return isSaturation ? { kind: "saturation", blamed: saturating } : { kind: "weights", blamed: weights };
}

/** A product of two values that were computed both. */
function isGate({ operation, inputs }: Origin): boolean {
  return operation === "multiply" && inputs.length === 2 && inputs.every(({ node }) => node !== undefined);
}

/** Whether one layer is applied many times. */
function appliesAgain(way: readonly Station[]): boolean {
  const layers = way
    .map(({ origin }) => (LAYERS.has(origin.operation) ? origin.inputs[1] : undefined))
    .filter((weight) => weight !== undefined);
  return layers.length >= MIN_OPERATIONS && new Set(layers).size <= layers.length / MIN_OPERATIONS;
}

/** A product with, or a division by, what nothing was computed for. */
function isConstantFactor({ operation, inputs }: Origin): boolean {
  if (operation !== "multiply" && operation !== "divide") return false;
  return inputs.some(({ requiresGrad }) => !requiresGrad) || inputs.length === 1;
}

function meanFactor(stations: readonly Station[]): number {
  const logs = stations.map(({ factor }) => Math.log(Math.max(factor, 1e-30)));
  return logs.length === 0 ? 1 : Math.exp(logs.reduce((sum, one) => sum + one, 0) / logs.length);
}

function normOf(tensor: Tensor | undefined): number {
  let sum = 0;
  let largest = 0;
  for (const value of tensor?.data ?? []) {
    sum += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  return Math.max(Math.sqrt(sum), largest);
}
