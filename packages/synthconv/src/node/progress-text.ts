/** What progress looks like, as pure functions of its state. */
import { cellWidth, cutToWidth } from "./text-width.js";

export interface ProgressState {
  /** What is going on: `"train"`. */
  readonly label: string;
  readonly done: number;
  /** Undefined where the amount of work is not known beforehand. */
  readonly total: number | undefined;
  /** What is counted, in the plural: `"steps"`, `"photos"`. */
  readonly unit: string;
  readonly elapsedSeconds: number;
  /** Of `elapsedSeconds`: the work ends then, whatever is done. */
  readonly timeLimit?: number | undefined;
  /** Units per second; 0 while nothing has been done. */
  readonly rate: number;
  /** More to show, in order: `{ loss: "0.0012" }`. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface BarStyle {
  /** Cells of one line of the terminal. */
  readonly columns: number;
  readonly unicode: boolean;
}

const MAX_BAR_CELLS = 30;
const SHORTEST_BAR = 8;
// Eighths of a cell: the bar of a long run moves every few seconds instead of every minute.
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** One line that fits the terminal: `train ██████▍     1,650/4,000 steps 1,210/s 0:02 left loss 0.0012`. */
export function progressBar(state: ProgressState, style: BarStyle): string {
  const facts = factsOf(state);
  // The last cell stays free: some terminals wrap as soon as it is written.
  const room = style.columns - 1;
  const barRoom = room - cellWidth(`${state.label}  ${facts.join(" ")}`);
  const parts = [state.label];
  if (state.total !== undefined && barRoom >= SHORTEST_BAR) {
    parts.push(bar(shareOf(state) ?? 1, Math.min(MAX_BAR_CELLS, barRoom), style.unicode));
  }
  return cutToWidth([...parts, ...facts].join(" "), room);
}

/** The same as a plain sentence, for logs: `train: 41% 1,650/4,000 steps 1,210/s 0:02 left loss 0.0012`. */
export function progressLine(state: ProgressState): string {
  const share = shareOf(state);
  const percent = share === undefined ? [] : [`${Math.floor(100 * share)}%`];
  return `${state.label}: ${[...percent, ...factsOf(state)].join(" ")}`;
}

/** `0:07`, `12:30`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const twoDigits = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const tail = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** Of the work or of its time, whichever comes to its end first. */
function shareOf({ done, total, elapsedSeconds, timeLimit }: ProgressState): number | undefined {
  if (!total) return undefined;
  const ofTime = timeLimit === undefined ? 0 : elapsedSeconds / timeLimit;
  return Math.min(1, Math.max(done / total, ofTime));
}

function factsOf(state: ProgressState): string[] {
  const { done, total, unit, rate, fields, elapsedSeconds, timeLimit = Number.POSITIVE_INFINITY } = state;
  const count = total === undefined ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`;
  const facts = [`${count} ${(total ?? done) === 1 ? unit.replace(/s$/, "") : unit}`];
  if (rate > 0) facts.push(formatRate(rate));
  if (total !== undefined && rate > 0 && done < total) {
    facts.push(`${formatDuration(Math.min((total - done) / rate, timeLimit - elapsedSeconds))} left`);
  } else {
    facts.push(formatDuration(elapsedSeconds));
  }
  for (const [name, value] of Object.entries(fields)) facts.push(`${name} ${value}`);
  return facts;
}

function formatCount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** Slow work reads better as the time of one unit. */
function formatRate(rate: number): string {
  if (rate < 0.5) return `${formatCount(1 / rate)} s each`;
  return `${formatCount(rate >= 100 ? Math.round(rate) : rate)}/s`;
}

function bar(share: number, cells: number, unicode: boolean): string {
  if (!unicode) {
    const filled = Math.round(share * (cells - 2));
    return `[${"#".repeat(filled)}${".".repeat(cells - 2 - filled)}]`;
  }
  const eighths = Math.round(share * cells * 8);
  const full = Math.floor(eighths / 8);
  const text = "█".repeat(full) + (EIGHTHS[eighths % 8] ?? "");
  return text.padEnd(cells, " ");
}
