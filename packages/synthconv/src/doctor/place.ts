/** From a call site to a line of the user's code. */
import { provenance, type Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite, constructionSite } from "../core/call-site.js";
import type { Place } from "./diagnosis.js";
import { relativePath, sourceLine } from "./source-line.js";

/** A line of a stack: a path, a line and a column, both from 1. */
interface Frame {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

const FOLDER_OF_THIS = /\/doctor\/place\.[jt]s$/;
/** Enough to come out of a generator inside a layer inside a module; V8 keeps 10 by default. */
const STACK_FRAMES = 40;

/**
 * The first line of a call site that is not the library's own; undefined where there is none.
 *
 * @param foreign paths of another library, whose lines are not the user's either.
 */
export function placeOf(site: CallSite | undefined, foreign?: RegExp): Place | undefined {
  const library = libraryFolder();
  const frames = (site?.stack ?? "").split("\n").map(frameOf);
  const own = frames.find(
    (frame) => frame !== undefined && isUserCode(frame.path, library) && !foreign?.test(frame.path),
  );
  if (own === undefined) return undefined;
  return toPlace(own);
}

/** Where an object was made: the constructor of its own class, and of those that this extends, is no such place. */
export function placeOfMade(made: object): Place | undefined {
  const lines = (constructionSite(made)?.stack ?? "").split("\n");
  const last = lines.findLastIndex((line) => line.includes(`at new ${made.constructor.name} `));
  return placeOf({ stack: lines.slice(last + 1).join("\n") }) ?? placeOf(constructionSite(made));
}

/** The line that gave a parameter its numbers, where lines are kept and it says more than where it was made. */
export function placeOfNumbers(parameter: Tensor): Place | undefined {
  const written = provenance.sites?.get(parameter)?.site;
  const isDrawn = written === undefined || calledFunction(written)?.endsWith(".initialize") === true;
  return (isDrawn ? undefined : placeOf(written)) ?? placeOf(constructionSite(parameter));
}

export function isSameLine(one: Place | undefined, other: Place | undefined): boolean {
  return one !== undefined && one.file === other?.file && one.line === other.line;
}

function toPlace(frame: Frame): Place {
  const source = sourceLine(frame);
  const { line, column } = frame;
  return { file: relativePath(frame.path), line, column, ...(source !== undefined && { source }) };
}

/** Methods that hand a tensor's numbers to their caller. */
const READERS = /\.(?:item|toArray)\b/;

/**
 * The lines of the user's code that lead to a read of a tensor's array, from the inside out; none where the library
 * itself reads it. Called in the accessor of the array, by its helper.
 */
export function callerPlaces(): Place[] {
  const library = libraryFolder();
  const isOwn = ({ frame }: TextFrame): boolean => isUserCode((frame as Frame).path, library);
  // Most reads are the library's own, which the nearest frames show: a whole stack costs several times as much.
  const engine = Error as Engine;
  const before = engine.stackTraceLimit;
  if (before !== undefined) engine.stackTraceLimit = Math.min(before, NEAREST_FRAMES);
  const nearest = framesOf(callSite());
  if (before !== undefined) engine.stackTraceLimit = before;
  // callSite, this function, the helper and the accessor; then who reads: the program, or for it item and toArray, which
  // ask for the numbers by a function of their own.
  const [first, ...callers] = nearest.slice(OWN_FRAMES);
  if (first === undefined) return [];
  const reader = [first, ...callers].findIndex(({ text }, depth) => depth < 2 && READERS.test(text));
  const next = reader === -1 ? undefined : callers[reader];
  if (!isOwn(first) && (next === undefined || !isOwn(next))) return [];
  const frames = framesOf(callSite());
  return frames.filter(isOwn).map(({ frame }) => toPlace(frame as Frame));
}

const OWN_FRAMES = 4;
/** With one that the call site leaves out at its top, who reads, and up to three calls that led there. */
const NEAREST_FRAMES = OWN_FRAMES + 5;

interface TextFrame {
  readonly text: string;
  readonly frame: Frame | undefined;
}

function framesOf({ stack }: CallSite): TextFrame[] {
  const lines = (stack ?? "").split("\n").slice(1);
  return lines.map((text) => ({ text, frame: frameOf(text) })).filter(({ frame }) => frame !== undefined);
}

/** Only V8 has the limit; the other engines keep all frames. */
interface Engine {
  stackTraceLimit?: number;
}

/** The innermost call of a function of the library: the line that it ran directly, and the line that called it. */
export function placeInside(
  name: string,
  site: CallSite,
): { inside: Place | undefined; call: Place | undefined } {
  const library = libraryFolder();
  const lines = (site.stack ?? "").split("\n");
  const call = lines.findIndex(
    (text) => text.includes(name) && !isUserCode(frameOf(text)?.path ?? library, library),
  );
  const at = Math.max(0, call);
  const isOwn = (frame: Frame | undefined): boolean => frame !== undefined && isUserCode(frame.path, library);
  const inside = lines.slice(0, at).map(frameOf).findLast(isOwn);
  const outside = lines.slice(at).map(frameOf).find(isOwn);
  return { inside: inside && toPlace(inside), call: outside && toPlace(outside) };
}

/** The function of the library that the user's code called; undefined where it called none that has a name. */
export function calledFunction(site: CallSite): string | undefined {
  const library = libraryFolder();
  const lines = (site.stack ?? "").split("\n");
  const user = lines.findIndex((line) => isUserCode(frameOf(line)?.path ?? library, library));
  const [at, name, path] = (lines[user - 1] ?? "").trim().split(" ");
  return at === "at" && path?.startsWith("(") ? name : undefined;
}

const RECORDER = /\/autograd\/tape\.[jt]s/;

/** Whether the user's own code recorded an operation, and no operation of the library. */
export function isRecordedByUser(site: CallSite): boolean {
  const lines = (site.stack ?? "").split("\n");
  const recorder = lines.findIndex((line) => RECORDER.test(line));
  const caller = recorder < 0 ? undefined : frameOf(lines[recorder + 1] ?? "");
  return caller !== undefined && isUserCode(caller.path, libraryFolder());
}

/** All lines of the user's code that lead to a call site, from the inside out. */
export function placesOf(site: CallSite): Place[] {
  return userPlaces((site.stack ?? "").split("\n"));
}

/** Without those of whoever asked for the diagnosis, who did not lead there. */
export function placesInRun({ stack = "" }: CallSite): Place[] {
  const lines = stack.split("\n");
  const end = lines.findIndex((line) => line.includes(OBSERVER));
  return userPlaces(end < 0 ? lines : lines.slice(0, end));
}

function userPlaces(lines: readonly string[]): Place[] {
  const library = libraryFolder();
  return lines
    .map(frameOf)
    .filter((frame) => frame !== undefined && isUserCode(frame.path, library))
    .map((frame) => toPlace(frame as Frame));
}

/**
 * Where two calls part: behind helpers that both of them went through, the lines that called these.
 *
 * @returns one line of each, the second only where it is another.
 */
export function placesApart(
  site: CallSite,
  other: CallSite,
): readonly [Place | undefined, Place | undefined] {
  const [own, others] = [placesInRun(site), placesInRun(other)];
  const isSame = (place: Place, at: number): boolean =>
    isSameLine(place, others[at]) && place.column === others[at]?.column;
  const at = own.findIndex((place, index) => !isSame(place, index));
  const [place, second] = [own[Math.max(0, at)], others[Math.max(0, at)]];
  return [place, isSameLine(place, second) ? undefined : second];
}

const OBSERVER = "/doctor/observed-loss.";

/** Runs `body` with stacks that are deep enough to show who called the library. */
export function withDeepStacks<Result>(body: () => Result): Result {
  const engine = Error as Engine;
  const before = engine.stackTraceLimit;
  if (before !== undefined) engine.stackTraceLimit = Math.max(before, STACK_FRAMES);
  try {
    return body();
  } finally {
    if (before !== undefined) engine.stackTraceLimit = before;
  }
}

/** V8: `at name (file:///a.ts:1:2)`; Firefox and Safari: `name@file:///a.ts:1:2`. */
function frameOf(text: string): Frame | undefined {
  const line = text.trim();
  const end = /:(\d{1,9}):(\d{1,9})\)?$/.exec(line);
  if (end === null) return undefined;
  const before = line.slice(0, end.index);
  const path = line.startsWith("at ") ? pathAfterAt(before, line.endsWith(")")) : afterFirst(before, "@");
  return path === undefined
    ? undefined
    : { path: plainPath(path), line: Number(end[1]), column: Number(end[2]) };
}

function pathAfterAt(before: string, inBrackets: boolean): string | undefined {
  if (inBrackets) return afterFirst(before, " (");
  const path = before.slice("at ".length).replace(/^async /, "");
  return /^(file:|https?:|\/|[A-Za-z]:[\\/])/.test(path) ? path : undefined;
}

function afterFirst(text: string, mark: string): string | undefined {
  const at = text.indexOf(mark);
  return at < 0 ? undefined : text.slice(at + mark.length);
}

/** The path of a file URL, with slashes; other addresses as they are. */
function plainPath(address: string): string {
  if (!address.startsWith("file:")) return address.replaceAll("\\", "/");
  const { pathname } = new URL(address);
  // file:///C:/a.ts is C:/a.ts.
  return decodeURIComponent(/^\/[A-Za-z]:\//.test(pathname) ? pathname.slice(1) : pathname);
}

let ownFolder: string | undefined;

/** The folder of the library's files; bundled into one file with the user's code, it is that file's path. */
function libraryFolder(): string {
  // From a stack as well, so that source maps rewrite both sides alike.
  ownFolder ??= (callSite().stack ?? "")
    .split("\n")
    .map(frameOf)
    .find((frame) => frame !== undefined && FOLDER_OF_THIS.test(frame.path))
    ?.path.replace(FOLDER_OF_THIS, "/");
  return ownFolder ?? "";
}

function isUserCode(path: string, library: string): boolean {
  if (library !== "" && path.startsWith(library)) return false;
  return !path.startsWith("node:") && !path.startsWith("<");
}
