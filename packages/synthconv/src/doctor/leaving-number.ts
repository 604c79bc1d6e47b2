/** The read at which a number leaves the tape and decides what the loss is: found by giving it another number. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { isMask } from "./cut-complaints.js";
import type { Place } from "./diagnosis.js";
import { Flow } from "./flow.js";
import type { Subject } from "./observed-loss.js";
import { isSameLine, placeOf, placesOf } from "./place.js";
import { type Read, type ReadRun, readRun } from "./reads.js";
import { placeText } from "./report/words.js";
import type { Origin, Trace } from "./trace.js";
import { wayOf } from "./way.js";

export interface LeavingNumber {
  readonly place: Place | undefined;
  /** Whether one number was read, by item(): the line that does so is what is to be rewritten. */
  readonly isSingle: boolean;
  /** What the tensor was that was read: an operation's result. */
  readonly operation: string;
  /**
   * - `index`: it became an index of gather, or a bound of slice.
   * - `decision`: another way was taken through the program.
   * - `number`: it came back as the entry of a tensor, or in an operation's settings.
   */
  readonly use: "index" | "decision" | "number";
  /** Where it is used, where that is known. */
  readonly usedAt: Place | undefined;
  /** Where the function is called that reads it, where that is another line. */
  readonly calledAt?: Place | undefined;
  /** Whether numbers of 0 and 1 alone were made of it: hits, a mask. */
  readonly isMask?: boolean;
}

/**
 * Every read is given other arrays: another size, the opposite, the order turned round, a little, and other orders: how
 * many are right by chance may be the same for some of them.
 */
const CHANGES: readonly ((data: FloatArray) => FloatArray)[] = [
  (data) => data.map((value, index) => value + (index % 2 === 0 ? 1 : -1) * Math.max(Math.abs(value), 1)),
  (data) => data.map((value) => -value - 1),
  (data) => data.slice().reverse(),
  (data) => data.map((value, index) => (index % 2 === 0 ? 0.9 : 1.1) * value),
  ...[1, 2, 3, 4].map((seed) => (data: FloatArray) => shuffled(data, seed)),
];
const MAX_LINES = 24;

function shuffled(data: FloatArray, seed: number): FloatArray {
  const random = new RandomStream({ seed, purpose: "doctor order" });
  const keys = data.map(() => random.uniform());
  const order = [...data.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number));
  return data.map((_, index) => data[order[index] as number] as number);
}

/**
 * @returns for each parameter the first line that reads a number which follows it and which the loss follows;
 *   `declared` where all of them lie behind a detach with a reason, undefined where there is none.
 */
export function leavingNumbers(
  subject: Subject,
  parameters: readonly Parameter[],
): Map<Parameter, LeavingNumber | "declared"> {
  const found = new Map<Parameter, LeavingNumber | "declared">();
  const base = readRun(subject, { given: parameters });
  if (!Object.is(base.loss.data[0], readRun(subject, { given: parameters }).loss.data[0])) return found;
  const flow = new Flow(base.trace, base.loss);
  const causal = new Map<string, LeavingNumber | undefined>();
  for (const parameter of parameters) {
    const open = reachOf(parameter, flow, false);
    const all = reachOf(parameter, flow, true);
    for (const read of base.reads) {
      if (!all.has(read.tensor)) continue;
      const key = read.place === undefined ? "" : placeText(read.place);
      if (!causal.has(key)) {
        if (causal.size >= MAX_LINES) break;
        causal.set(key, causeOf(read, key, base, { subject, given: parameters }));
      }
      const number = causal.get(key);
      if (number === undefined) continue;
      if (open.has(read.tensor)) {
        found.set(parameter, number);
        break;
      }
      found.set(parameter, "declared");
    }
  }
  return found;
}

function reachOf(parameter: Parameter, flow: Flow, throughDeclared: boolean): Set<Tensor> {
  const met = new Set<Tensor>([parameter]);
  for (const one of met) {
    for (const { to, passage } of flow.edgesOutOf(one))
      if (throughDeclared || passage !== "declared") met.add(to);
  }
  return met;
}

/** What changes when all that this line reads is other numbers; undefined where nothing does. */
function causeOf(
  read: Read,
  key: string,
  base: ReadRun,
  { subject, given }: { subject: Subject; given: readonly Parameter[] },
): LeavingNumber | undefined {
  let refused: unknown;
  for (const change of CHANGES) {
    let run: ReadRun;
    try {
      run = readRun(subject, {
        given,
        change: (one, data) =>
          one.place !== undefined && placeText(one.place) === key ? change(data) : data,
      });
    } catch (error) {
      refused ??= error;
      continue;
    }
    if (!Object.is(run.loss.data[0], base.loss.data[0])) return leaving(read, base, run);
  }
  if (refused === undefined) return undefined;
  // Numbers that the program refuses (an index out of range) are followed, too.
  const number = leaving(read, base, undefined);
  return /^(?:slice|gather)\b/.test(String((refused as Error).message))
    ? { ...number, use: "index" }
    : number;
}

function leaving(read: Read, { trace }: ReadRun, run: ReadRun | undefined): LeavingNumber {
  const operation = trace.origins.get(read.tensor)?.operation ?? "a tensor";
  const reader = run && firstFollower(trace, run.trace);
  const isSingle = read.tensor.size === 1;
  const common = { place: read.place, isSingle, operation, usedAt: undefined };
  if (reader === "otherWay") return { ...common, use: "decision" };
  if (reader === undefined) return { ...common, use: "number" };
  const usedAt = placeOf(reader.site);
  const isIndex = reader.operation === "gather" || reader.operation === "slice";
  const call = placeInCaller(read, reader);
  // A helper of another file serves others too: what calls it is to be rewritten.
  const place = read.place?.file === call?.file ? read.place : call;
  return {
    place,
    isSingle,
    operation,
    use: isIndex ? "index" : "number",
    usedAt,
    calledAt: isSameLine(place, call) ? undefined : call,
    isMask: isMask(reader.tensor),
  };
}

/** The first operation whose result is another although its inputs are the same. */
function firstFollower(before: Trace, after: Trace): Origin | "otherWay" | undefined {
  const [then, now] = [[...before.origins.values()], [...after.origins.values()]];
  if (wayOf(before) !== wayOf(after)) return "otherWay";
  const position = new Map(then.map(({ tensor }, index) => [tensor, index]));
  for (const [index, origin] of then.entries()) {
    const other = now[index] as Origin;
    if (sameData(origin.tensor, other.tensor)) continue;
    const isFed = origin.inputs.some((input) => {
      const at = position.get(input);
      return at !== undefined && !sameData(input, (now[at] as Origin).tensor);
    });
    if (!isFed) return origin;
  }
  return undefined;
}

function sameData(a: Tensor, b: Tensor): boolean {
  return a.size === b.size && a.data.every((value, index) => Object.is(value, b.data[index]));
}

/** A deep stack is cut off at its end: of the read and of the use by some frames more or fewer. */
const CUT_OFF = 4;

/** In the function that uses the number, the line by which it leaves: a helper that reads it is not the place. */
function placeInCaller({ places }: Read, reader: Origin): Place | undefined {
  const users = placesOf(reader.site);
  let [best, common] = [places, commonEnd(places, users)];
  let usersLeft = users.length;
  for (let cut = 1; cut <= CUT_OFF; cut++) {
    const [shorter, fewer] = [places.slice(0, -cut), users.slice(0, -cut)];
    const [ofShorter, ofFewer] = [commonEnd(shorter, users), commonEnd(places, fewer)];
    if (ofShorter > common) [best, common, usersLeft] = [shorter, ofShorter, users.length];
    if (ofFewer > common) [best, common, usersLeft] = [places, ofFewer, fewer.length];
  }
  return common === usersLeft ? best[best.length - common] : (best.at(-1 - common) ?? places[0]);
}

/** How many of the outermost places are the same. */
function commonEnd(one: readonly Place[], other: readonly Place[]): number {
  const line = (place: Place | undefined): string => `${place?.file}:${place?.line}`;
  const most = Math.min(one.length, other.length);
  let common = 0;
  while (common < most && line(one.at(-1 - common)) === line(other.at(-1 - common))) common++;
  return common;
}
