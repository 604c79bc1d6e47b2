import {
  BOOLEAN,
  check,
  checkOptions,
  type Fields,
  FUNCTION,
  isPlainObject,
  type Kind,
  kind,
  NUMBER,
  optional,
  SIGNAL,
  STRING,
} from "../core/index.js";
import { type ProgressState, progressBar, progressLine } from "./progress-text.js";
import { canRedraw, ENVIRONMENT, STREAM, showsUnicode, type TextStream } from "./terminal.js";

export interface ProgressOptions {
  /** What is going on: `"train"`. */
  readonly label: string;
  /** How much there is to do; left out where nobody knows. */
  readonly total?: number;
  /** What is counted, in the plural: `"steps"`. */
  readonly unit: string;
  /** What was done before this run began: a resumed training starts in the middle. */
  readonly done?: number;
  /** Seconds from now after which the work ends, whatever is done by then. */
  readonly timeLimit?: number;
  /** Nothing is written: --quiet, --json. */
  readonly silent?: boolean;
  /** Once aborted (Ctrl-C), the bar goes away and nothing more is written. */
  readonly signal?: AbortSignal;
  /** stderr by default: stdout belongs to the result. */
  readonly stream?: TextStream;
  /** Milliseconds; tests give their own clock. */
  readonly now?: () => number;
  readonly environment?: NodeJS.ProcessEnv;
}

const OPTIONS: Fields<ProgressOptions> = {
  label: STRING,
  total: optional(NUMBER),
  unit: STRING,
  done: optional(NUMBER),
  timeLimit: optional(NUMBER),
  silent: optional(BOOLEAN),
  signal: optional(SIGNAL),
  stream: optional(STREAM),
  now: optional(FUNCTION) as Kind<ProgressOptions["now"]>,
  environment: optional(ENVIRONMENT),
};
const FIELDS: Kind<Readonly<Record<string, string>>> = kind(
  "an object of strings by name",
  (value) => isPlainObject(value) && Object.values(value).every((field) => typeof field === "string"),
);

// Work shorter than a second shows nothing: a bar that flashes by only distracts.
const QUIET_START_MS = 1000;
// Ten pictures a second look smooth.
const REDRAW_MS = 100;
// Lines in a log: one after two seconds, then rarer the longer the work takes, so that an hour's training
// leaves some hundred lines and not two thousand.
const FIRST_LINE_MS = 2000;
const LINE_SHARE_OF_ELAPSED = 0.05;

const CLEAR_LINE = "\r\u001b[2K";

/**
 * Progress on stderr: a bar that is drawn over on a terminal, now and then a plain line elsewhere. Only
 * `update` draws, so a program that hangs shows a bar that stands still.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #stream: TextStream;
  readonly #redraws: boolean;
  readonly #unicode: boolean;
  readonly #now: () => number;
  readonly #start: number;
  #nextWrite: number;
  #barShows = false;
  /** How much was done in the last line of a log. */
  #lineDone: number | undefined;
  /** Where the rate is measured from: what comes before the first unit is preparation, and units differ from it. */
  #first: { readonly time: number; readonly done: number } | undefined;
  #ended: boolean;
  #done: number;
  #fields: Readonly<Record<string, string>> = {};

  /** @throws {ValueError} when an option is unknown, or of another kind. */
  constructor(options: ProgressOptions) {
    checkOptions("Progress", options, OPTIONS);
    this.#options = options;
    this.#stream = options.stream ?? process.stderr;
    this.#redraws = canRedraw(this.#stream, options.environment);
    this.#unicode = showsUnicode(options.environment);
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
    this.#nextWrite = this.#start + (this.#redraws ? QUIET_START_MS : FIRST_LINE_MS);
    this.#done = options.done ?? 0;
    this.#ended = options.silent === true || options.signal?.aborted === true;
    options.signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /**
   * @param done how much is done by now, of `total`.
   * @param fields shown behind the rest, until the next call: `{ loss: "0.0012" }`.
   */
  update(done: number, fields: Readonly<Record<string, string>> = {}): void {
    check("Progress.update", "done", done, NUMBER);
    check("Progress.update", "fields", fields, FIELDS);
    this.#done = done;
    this.#fields = fields;
    if (this.#ended) return;
    const now = this.#now();
    this.#first ??= { time: now, done };
    if (now < this.#nextWrite) return;
    if (this.#redraws) {
      this.#nextWrite = now + REDRAW_MS;
      this.#draw(now);
    } else {
      this.#nextWrite = now + Math.max(FIRST_LINE_MS, (now - this.#start) * LINE_SHARE_OF_ELAPSED);
      this.#lineDone = done;
      this.#stream.write(`${progressLine(this.#state(now))}\n`);
    }
  }

  /** Runs `write`, which may write lines to the same terminal, with the bar out of the way. */
  around<T>(write: () => T): T {
    check("Progress.around", "write", write, FUNCTION);
    const shown = this.#barShows;
    this.#clear();
    const result = write();
    if (shown && !this.#ended) this.#draw(this.#now());
    return result;
  }

  /** The end of the work: the bar goes away; a log that has lines gets a last one. */
  finish(): void {
    if (this.#lineDone !== undefined && this.#lineDone !== this.#done && !this.#ended)
      this.#stream.write(`${progressLine(this.#state(this.#now()))}\n`);
    this.#stop();
  }

  readonly #stop = (): void => {
    this.#clear();
    this.#ended = true;
    this.#options.signal?.removeEventListener("abort", this.#stop);
  };

  #draw(now: number): void {
    // Asked for at every drawing: the window may have been resized.
    const columns = this.#stream.columns ?? 80;
    const line = progressBar(this.#state(now), { columns, unicode: this.#unicode });
    this.#stream.write(`${CLEAR_LINE}${line}`);
    this.#barShows = true;
  }

  #clear(): void {
    if (!this.#barShows) return;
    this.#stream.write(CLEAR_LINE);
    this.#barShows = false;
  }

  #state(now: number): ProgressState {
    const { label, total, unit, timeLimit, done: doneBefore = 0 } = this.#options;
    const elapsedSeconds = (now - this.#start) / 1000;
    const { time, done: doneThen } = this.#first ?? { time: this.#start, done: doneBefore };
    const measured = this.#done > doneThen ? (this.#done - doneThen) / ((now - time) / 1000) : 0;
    const rate = Number.isFinite(measured) ? measured : 0;
    return { label, total, unit, timeLimit, done: this.#done, elapsedSeconds, rate, fields: this.#fields };
  }
}
