/** What a parameter's turns say together: the same in all steps, from one of them on, or in some. */
import type { Complaint } from "./complaint.js";
import type { ParameterSeries } from "./series.js";
import type { Turn } from "./turn.js";

/** Steps at the end that have to be alike before a parameter that learned earlier counts as stopped. */
const MIN_AT_THE_END = 3;
const MAX_LISTED = 4;

/**
 * The kind of turn that keeps a parameter from learning, and the steps in which it did; undefined where it learns,
 * also when it does in some steps alone: to be absent is not to be cut.
 */
export function troubleOf({
  turns,
  tasks,
}: Pick<ParameterSeries, "turns" | "tasks">): { turn: Turn; steps: readonly number[] } | undefined {
  const at = (turn: Turn): number[] => turns.flatMap((one, step) => (one === turn ? [step] : []));
  const [learns, cut, zero] = [at("learns"), at("cut"), at("zero")];
  const lastLearned = learns.at(-1);
  if (lastLearned === undefined) {
    const found = (["cut", "declared", "zero", "idle"] as const).find((turn) => turns.includes(turn));
    return found && { turn: found, steps: at(found) };
  }
  // Cut at first and learning ever since is a warm-up; cut again and again, or at the end, is a fault.
  const lastCut = cut.at(-1) ?? -1;
  const isCutAtEnd =
    lastCut > lastLearned && turns.length - 1 - lastLearned >= Math.min(MIN_AT_THE_END, cut.length);
  // A step that computes its loss from other tensors is another's turn: the critic's, that sees real samples too.
  const own = new Set(learns.map((step) => tasks[step]));
  const isCutAgain = cut.some((step) => step > (learns[0] as number) && own.has(tasks[step]));
  if (isCutAtEnd || isCutAgain) return { turn: "cut", steps: cut };
  const zeroAtEnd = zero.filter((step) => step > lastLearned);
  const longestGap = learns.reduce((gap, step, index) => Math.max(gap, step - (learns[index - 1] ?? -1)), 0);
  const isDead = zeroAtEnd.length >= MIN_AT_THE_END && turns.length - 1 - lastLearned > 2 * longestGap;
  return isDead ? { turn: "zero", steps: zeroAtEnd } : undefined;
}

/** The complaint with the steps in which it holds, where these are not all; counted from 1. */
export function inSteps(complaint: Complaint, steps: readonly number[], all: number): Complaint {
  const [first = 0] = steps;
  if (steps.length >= all) return complaint;
  const isRun = steps.every((step, index) => step === first + index);
  const isToTheEnd = isRun && first + steps.length === all;
  const listed = steps
    .slice(0, MAX_LISTED)
    .map((step) => step + 1)
    .join(", ");
  const when = isToTheEnd
    ? `from step ${first + 1} on`
    : `in ${steps.length} of ${all} steps (${listed}${steps.length > MAX_LISTED ? ", ..." : ""})`;
  return {
    ...complaint,
    phrase: `${when} ${complaint.phrase}`,
    cause: `${when.charAt(0).toUpperCase()}${when.slice(1)}: ${complaint.cause.charAt(0).toLowerCase()}${complaint.cause.slice(1)}`,
  };
}

/** A clip brings what stands still back once, a start from other weights writes once. */
const MIN_NUMBERS = 3;

/** The loss itself moves it on, from number to number: a multiplier that goes up beside an optimizer that goes down. */
export function isMovedByHand({ prints }: Pick<ParameterSeries, "prints">): boolean {
  return new Set(prints).size >= MIN_NUMBERS;
}
