/**
 * Numbers that go by the tape in some steps only: in every third one the scale comes from a cache, say. The loss runs
 * on until it takes that way again, which shows what enters then, and again with parameters changed.
 */
import type { Parameter } from "../autograd/parameter.js";
import { Flow } from "./flow.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { changeBySize } from "./probe.js";
import { type Entry, Trace } from "./trace.js";
import { wayOf } from "./way.js";

interface IdleRun {
  readonly entries: readonly Entry[];
  readonly flow: Flow;
  readonly way: string;
}

/** A number that was rounded or compared may follow a large change alone. */
const CHANGES = [0.01, 1, -1] as const;

/**
 * @param period runs after which the way in question has come again at the latest.
 * @returns where numbers that follow a parameter enter a run in which no tensor leads from it to the loss.
 */
export function numbersInSomeSteps(
  subject: Subject,
  parameter: Parameter,
  period: number,
): Entry | undefined {
  const plain = idleRun(subject, parameter, period, 0);
  if (plain === undefined) return undefined;
  const again = idleRun(subject, parameter, period, 0);
  if (again?.way !== plain.way) return undefined;
  const isSteady = (position: number): boolean =>
    plain.entries[position]?.print === again.entries[position]?.print;
  for (const change of CHANGES) {
    const changed = idleRun(subject, parameter, period, change);
    if (changed?.way !== plain.way) continue;
    const entry = changed.entries.find(
      ({ tensor, print }, position) =>
        tensor !== parameter &&
        isSteady(position) &&
        print !== plain.entries[position]?.print &&
        changed.flow.reachesLoss(tensor),
    );
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** The next run in which the loss is not computed from the parameter, so far as tensors say. */
function idleRun(
  subject: Subject,
  parameter: Parameter,
  period: number,
  change: number,
): IdleRun | undefined {
  for (let at = 0; at < period; at++) {
    const run = putBack(subject, () => {
      if (change !== 0) changeBySize([parameter], change);
      const trace = new Trace();
      const loss = observedLoss(subject.loss, trace);
      return { entries: trace.entries, flow: new Flow(trace, loss), way: wayOf(trace) };
    });
    if (!run.flow.reachesLoss(parameter)) return run;
  }
  return undefined;
}
