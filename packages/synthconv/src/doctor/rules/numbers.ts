import type { Parameter } from "../../autograd/parameter.js";
import { provenance } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { cutComplaint, unusedComplaint } from "../cut-complaints.js";
import { Flow } from "../flow.js";
import { type LeavingNumber, leavingNumbers } from "../leaving-number.js";
import { usedOtherwise } from "../other-turns.js";
import { inSteps, troubleOf } from "../over-time.js";
import { hiddenInfluences } from "../plain-numbers.js";
import { placeText } from "../report/words.js";
import type { ParameterSeries } from "../series.js";
import { numbersInSomeSteps } from "../some-steps-numbers.js";
import { type Entry, givenTensors } from "../trace.js";
import { isReachedInside } from "../trained-outputs.js";
import type { Turn } from "../turn.js";
import { placeOfOnce } from "./stale-graph.js";

/** Nothing leads from a parameter to the loss, and the loss follows it all the same: by plain numbers. */
export const numbers: Rule = {
  name: "plain numbers",
  find(file, told) {
    const { subject, last } = file;
    // A reason that is given to detach speaks for no numbers that go by beside it.
    const stepped = new Set(last.trace.innerSteps.flatMap((step) => step.parameters));
    const idle = untold(file, told).filter((one) => {
      const turn = troubleOf(one)?.turn;
      if (isSteppedInVain(one, file) || isReachedInside(one.parameter, last.trained)) return false;
      // An optimizer that steps inside holds it: a bias that cancels there goes on in a loss that is detached.
      return turn === "idle" || (turn === "declared" && !stepped.has(one.parameter));
    });
    if (idle.length === 0) return [];
    const entries = entriesOf(idle, file);
    const leaving = leavingNumbers(
      subject,
      idle.map(({ parameter }) => parameter),
    );
    const flow = new Flow(last.trace, last.loss);
    const byLine = new Map<string, Complaint>();
    const found = idle.flatMap((one) => {
      const { name, parameter } = one;
      const number = leaving.get(parameter);
      // The loss follows what is detached with a reason; of numbers beside it something has to be seen.
      const isSeen =
        troubleOf(one)?.turn === "declared" ? entries.get(name) !== undefined : entries.has(name);
      if (number === "declared" || (number === undefined && !isSeen)) return [];
      const way = entries.get(name) === undefined ? undefined : flow.reachOf(parameter);
      const isTensor = way?.kind === "cut" && (number === undefined || number.use === "number");
      const entered = isTensor ? cutComplaint(way.edge, last.trace) : undefined;
      // A buffer that was made before is written where its numbers are read.
      const isKept = way?.kind === "cut" && !last.trace.origins.has(way.edge.to);
      const complaint =
        entered && (isKept || number?.isSingle === true)
          ? { ...entered, place: number?.place ?? entered.place, usedAt: entered.place }
          : entered;
      if (complaint !== undefined) byLine.set(lineOf(number), complaint);
      return [{ name, number, complaint }];
    });
    // What leaves at one line is one fault, also where a change of some parameter alone does not show it.
    return found.map(({ name, number, complaint }): Accusation => {
      const ofLine = number?.use === "number" ? byLine.get(lineOf(number)) : undefined;
      return { names: [name], complaint: complaint ?? ofLine ?? numberComplaint(number) };
    });
  },
};

/** It learns in some steps, and in others its numbers go to the loss by the tape. */
export const numbersAtTimes: Rule = {
  name: "plain numbers in some steps",
  find(file, told) {
    const { subject, last } = file;
    const suspects = untold(file, told).filter(({ turns, inner, tasks }) => {
      const isMixed = turns.includes("learns") && turns.includes("idle") && !inner.includes(true);
      return isMixed && isOneTask(turns, tasks);
    });
    return suspects.slice(0, MAX_SUSPECTS).flatMap(({ name, parameter, turns }): Accusation[] => {
      const entry = numbersInSomeSteps(subject, parameter, turns.length);
      if (entry === undefined) return [];
      const { tensor: to, site } = entry;
      const complaint = cutComplaint({ from: parameter, to, passage: "numbers", site }, last.trace);
      const steps = turns.flatMap((turn, step) => (turn === "idle" ? [step] : []));
      return [{ names: [name], complaint: inSteps(complaint, steps, turns.length) }];
    });
  },
};

/** Whether the idle steps use no tensor that those do not in which it learns: then they are about the same. */
function isOneTask(turns: readonly Turn[], tasks: readonly string[]): boolean {
  const usedIn = (turn: Turn): Set<string> =>
    new Set(tasks.flatMap((task, step) => (turns[step] === turn ? task.split(",") : [])));
  const learning = usedIn("learns");
  return [...usedIn("idle")].every((one) => one === "" || learning.has(one));
}

/** Each runs the loss on for some periods. */
const MAX_SUSPECTS = 12;

function lineOf(number: LeavingNumber | undefined): string {
  return number?.place === undefined ? "" : `${number.place.file}:${number.place.line}`;
}

/** Where numbers that follow a parameter enter the run again; adds these passages to the trace. */
function entriesOf(
  idle: readonly ParameterSeries[],
  { subject, last }: CaseFile,
): Map<string, Entry | undefined> {
  const candidates = new Map(idle.map(({ name, parameter }) => [name, parameter]));
  const found = hiddenInfluences(subject, last, candidates);
  for (const { parameter, entry } of found) if (entry !== undefined) last.trace.addNumbers(parameter, entry);
  return new Map(found.map(({ path, entry }) => [path, entry]));
}

/** An optimizer inside of the loss gets a gradient of 0 for it: the last bias of a critic, which a difference takes away. */
function isSteppedInVain({ parameter }: ParameterSeries, { last }: CaseFile): boolean {
  const isHeld = last.trace.innerSteps.some(({ parameters }) => parameters.includes(parameter));
  return last.isOwnLoop && isHeld && last.innerUpdates.get(parameter)?.gradient !== undefined;
}

/** The loss does not depend on a parameter, in any of the steps. */
export const notWired: Rule = {
  name: "not wired",
  find(file, told) {
    const silent = untold(file, told).filter((one) => troubleOf(one)?.turn === "idle");
    const inVain = silent.filter((one) => isSteppedInVain(one, file));
    for (const { name } of inVain) file.excuses.set(name, "its gradient is 0 where the loss itself steps it");
    const idle = silent.filter((one) => !inVain.includes(one));
    if (idle.length === 0) return [];
    const used = usedOtherwise(file, new Map(idle.map(({ name, parameter }) => [name, parameter])));
    return idle.flatMap(({ name, parameter, turns }): Accusation[] => {
      if (file.last.trace.replacedParameters.has(parameter)) {
        file.excuses.set(name, "functionalCall puts another value in its place");
        return [];
      }
      if (!used.has(parameter)) {
        const complaint = computedOnce(parameter, file) ?? unwired(parameter, file, turns.length);
        return [{ names: [name], complaint }];
      }
      file.excuses.set(name, "no turn in these steps: the numbers chose others");
      return [];
    });
  },
};

/** What the loss is given was computed from it, without its tape, while the program was imported. */
function computedOnce(parameter: Parameter, { last: { trace, flow } }: CaseFile): Complaint | undefined {
  for (const given of givenTensors(trace)) {
    if (!flow.reachesLoss(given)) continue;
    const met = new Set([given]);
    for (const one of met) for (const input of provenance.sites?.get(one)?.inputs ?? []) met.add(input);
    const use = flow.edgesOutOf(given)[0]?.site;
    const once = provenance.sites?.get(given)?.site;
    if (!met.has(parameter) || once === undefined || use === undefined) continue;
    return {
      status: "cut",
      fault: "staleGraph",
      place: placeOfOnce(once, use),
      phrase: "what {they compute|it computes} was computed before the loss function ran",
      cause:
        "What is used in every step was computed here once, before the loss function ran and without its tape: {these parameters have|this parameter has} no part in any step.",
      repair:
        "Compute it inside of the loss function, in every step; where it is to stay as it is, freeze() what computes it.",
    };
  }
  return undefined;
}

function unwired(parameter: Parameter, { last }: CaseFile, steps: number): Complaint {
  const way = last.flow.reachOf(parameter);
  const complaint = unusedComplaint(parameter, way.kind === "unused" ? way.unread : undefined, last.trace);
  return {
    ...complaint,
    repair: `${complaint.repair} Where it has its turn more seldom than every ${steps} steps, watch more of them (steps).`,
  };
}

function numberComplaint(number: LeavingNumber | undefined): Complaint {
  const { place, usedAt, calledAt } = number ?? {};
  const called = calledAt === undefined ? "" : `, in a function that ${placeText(calledAt)} calls,`;
  const common = { status: "cut", fault: "plainNumbers", place, usedAt } as const;
  switch (number?.use) {
    case "index":
      return {
        ...common,
        phrase: "what {they compute|it computes} goes on as an index",
        cause: `The numbers of ${number.operation} are read here${called} and become an index: an index has no gradient, so nothing before it learns.`,
        repair:
          "Weigh all rows in place of choosing one: matmul(softmax(scores), rows) follows the scores; for a position, blend the two rows next to it by its fraction.",
      };
    case "decision":
      return {
        ...common,
        phrase: "what {they compute|it computes} decides which way the program goes",
        cause: `A number of ${number.operation} is read here${called} and decides which way the program goes: a decision has no gradient.`,
        repair:
          "Compute both ways and blend them with the tensor itself: add(multiply(gate, one), multiply(subtract(1, gate), other)).",
      };
    default:
      return {
        ...common,
        phrase: "the loss follows {them|it} only through plain numbers",
        cause:
          "The loss changes when {they do|it does}, but no tensor leads from {them|it} to it: numbers are read (toArray, item or data), which carry no gradient.",
        repair: number?.isMask
          ? "Hits and comparisons have no slope: take a loss that follows the scores themselves, softmax(scores) and the log of the right one's share, or weigh with sigmoid(x)."
          : "Write the calculation with operations on tensors from end to end.",
      };
  }
}
