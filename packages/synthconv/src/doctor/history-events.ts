/**
 * The history of a run as events (docs/history-format.md): one event a watched step with the scalars and the
 * histograms of all parameters, so that a crash loses whole steps or nothing. TensorBoard reads it as it is.
 */
import { FormatError, VersionError } from "../core/errors.js";
import type { DType, FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";
import type { EventHistogram, EventRecord, EventValue } from "../format/events/index.js";
import type { HistoryRecord, WatchedParameter, WatchedStep } from "../train/index.js";
import { type MeasuredHistogram, measureHistogram } from "./histogram.js";

/** The newest history that this build reads, and the one it writes. */
export const HISTORY_VERSION = 1;

const FORMAT = "synthconv-history";
const FACTS_TAG = "synthconv/history";
const QUANTITIES = ["value", "gradient", "update"] as const;

/** What a run's parameters are; the same from the first step to the last. */
export interface ParameterFacts {
  /** Dotted path. */
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** False for a parameter that is frozen. */
  readonly trainable: boolean;
  /** Whether the optimizer updates it. */
  readonly held: boolean;
}

/** A parameter in a watched step. */
export interface ParameterHistory {
  /** Before the update. */
  readonly value?: MeasuredHistogram;
  /** Absent where none arrived. */
  readonly gradient?: MeasuredHistogram;
  /** Absent where the step was refused. */
  readonly update?: MeasuredHistogram;
  /** Slices along the first axis (output units) whose gradient was 0 throughout; absent where none arrived. */
  readonly deadUnits?: number;
}

export interface WatchedRecord extends HistoryRecord {
  /** By dotted path. */
  readonly parameters: ReadonlyMap<string, ParameterHistory>;
}

/** The event with which a history begins: what the parameters are. */
export function factsEvent({ step, parameters }: WatchedStep, wallTime: number): EventRecord {
  const facts = {
    format: FORMAT,
    version: HISTORY_VERSION,
    parameters: parameters.map(({ name, parameter: { shape, dtype, trainable }, held }) => {
      return { name, shape, dtype, trainable, held };
    }),
  };
  return { wallTime, step, values: [{ kind: "text", tag: FACTS_TAG, text: JSON.stringify(facts) }] };
}

/** The event of one watched step. */
export function stepEvent(watched: WatchedStep, wallTime: number): EventRecord {
  const values = [...recordValues(watched), ...watched.parameters.flatMap(parameterValues)];
  return { wallTime, step: watched.step, values };
}

/** The event of a step that was not watched. */
export function recordEvent(record: HistoryRecord, wallTime: number): EventRecord {
  return { wallTime, step: record.step, values: recordValues(record) };
}

function recordValues({ loss, learningRate, gradientNorm }: HistoryRecord): EventValue[] {
  return [
    scalar("train/loss", loss),
    scalar("train/learning_rate", learningRate),
    scalar("train/gradient_norm", gradientNorm),
  ];
}

function scalar(tag: string, value: number): EventValue {
  return { kind: "scalar", tag, scalar: value };
}

function parameterValues(watched: WatchedParameter): EventValue[] {
  const { name, parameter, gradient } = watched;
  const values: EventValue[] = [];
  for (const of of QUANTITIES) {
    const data = watched[of];
    if (data === undefined) continue;
    const histogram = measureHistogram(data);
    values.push(
      scalar(`${of}_norm/${name}`, Math.sqrt(histogram.sumOfSquares)),
      scalar(`${of}_non_finite/${name}`, histogram.nonFinite),
      { kind: "histogram", tag: `${of}/${name}`, histogram: toEvent(histogram, data.length) },
    );
  }
  if (gradient !== undefined && parameter.rank >= 2) {
    values.push(scalar(`dead_units/${name}`, zeroSlices(gradient, parameter.shape[0] as number)));
  }
  return values;
}

/** Slices along the first axis that are 0 throughout. */
export function zeroSlices(data: FloatArray, slices: number): number {
  const size = data.length / slices;
  let zero = 0;
  for (let start = 0; start < data.length; start += size) {
    let i = start;
    while (i < start + size && data[i] === 0) i++;
    if (i === start + size) zero++;
  }
  return zero;
}

function toEvent(histogram: MeasuredHistogram, length: number): EventHistogram {
  const { edges, counts, nonFinite, sum, sumOfSquares } = histogram;
  return {
    minimum: edges[0] as number,
    maximum: edges.at(-1) as number,
    count: length - nonFinite,
    sum,
    sumOfSquares,
    limits: edges.slice(1),
    counts,
  };
}

/** What `factsEvent` wrote, and every watched step. */
export interface WatchedHistory {
  readonly parameters: readonly ParameterFacts[];
  readonly steps: readonly WatchedRecord[];
}

/**
 * The history in a run's events; undefined where there are no facts among them (a run that ended before its
 * first watched step, or another program's events).
 *
 * @param name what messages call the file.
 * @throws {VersionError} when a newer build wrote it.
 * @throws {FormatError} when it is no history.
 */
export function readHistoryEvents(events: readonly EventRecord[], name: string): WatchedHistory | undefined {
  for (const { values } of events) {
    const facts = values.find(({ tag }) => tag === FACTS_TAG);
    if (facts?.kind !== "text") continue;
    const parameters = parseFacts(facts.text, name);
    const steps = events.map(toRecord).filter((record) => record !== undefined);
    return { parameters, steps };
  }
  return undefined;
}

function toRecord({ step, values }: EventRecord): WatchedRecord | undefined {
  const scalars = new Map<string, number>();
  const histograms = new Map<string, EventHistogram>();
  for (const value of values) {
    if (value.kind === "scalar") scalars.set(value.tag, value.scalar);
    else if (value.kind === "histogram") histograms.set(value.tag, value.histogram);
  }
  const loss = scalars.get("train/loss");
  const learningRate = scalars.get("train/learning_rate");
  const gradientNorm = scalars.get("train/gradient_norm");
  if (loss === undefined || learningRate === undefined || gradientNorm === undefined) return undefined;
  const parameters = new Map<string, ParameterHistory>();
  for (const [tag, histogram] of histograms) {
    const [of, parameter] = splitTag(tag);
    const measured = fromEvent(histogram, scalars.get(`${of}_non_finite/${parameter}`) ?? 0);
    parameters.set(parameter, { ...parameters.get(parameter), [of]: measured });
  }
  for (const [tag, deadUnits] of scalars) {
    const [of, parameter] = splitTag(tag);
    if (of === "dead_units") parameters.set(parameter, { ...parameters.get(parameter), deadUnits });
  }
  return { step, loss, learningRate, gradientNorm, parameters };
}

function splitTag(tag: string): [of: string, parameter: string] {
  const slash = tag.indexOf("/");
  return [tag.slice(0, slash), tag.slice(slash + 1)];
}

function fromEvent(histogram: EventHistogram, nonFinite: number): MeasuredHistogram {
  const { minimum, limits, counts, sum, sumOfSquares } = histogram;
  return { edges: [minimum, ...limits], counts, nonFinite, sum, sumOfSquares };
}

function parseFacts(text: string, name: string): ParameterFacts[] {
  const facts = parseJson(text);
  if (!isObject(facts) || facts.format !== FORMAT || typeof facts.version !== "number") throw noFacts(name);
  if (facts.version > HISTORY_VERSION) throw new VersionError(name, facts.version, HISTORY_VERSION);
  const { parameters } = facts;
  if (!Array.isArray(parameters) || !parameters.every(isParameterFacts)) throw noFacts(name);
  return parameters;
}

function isParameterFacts(value: unknown): value is ParameterFacts {
  if (!isObject(value)) return false;
  const { name, shape, dtype, trainable, held } = value;
  const isShape = Array.isArray(shape) && shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0);
  const isType = dtype === "float32" || dtype === "float64";
  return typeof name === "string" && isShape && isType && isBoolean(trainable) && isBoolean(held);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noFacts(name: string): FormatError {
  return new FormatError({
    where: name,
    expected: `the parameters of a ${FORMAT} in ${FACTS_TAG}`,
    received: "something else",
    repair: "The file is damaged, or another program wrote it.",
  });
}
