/** What is wrong with a parameter; parameters with equal faults at one place share a finding. */
import type { Diagnosis, Fault, Finding, ParameterStatus, Place } from "./diagnosis.js";
import { nameList } from "./report/words.js";

/**
 * Sentences say `{they are|it is}` where their words depend on the number of parameters: the first for several, the
 * second for one.
 */
export interface Complaint {
  readonly status: ParameterStatus;
  readonly fault: Fault;
  /** Default a fault. */
  readonly severity?: "warning";
  /** For the verdict, after the names: `no gradient arrives`. */
  readonly phrase: string;
  readonly place?: Place | undefined;
  /** Where a number that is read at `place` is used. */
  readonly usedAt?: Place | undefined;
  readonly cause: string;
  /** Absent where none is known to be right. */
  readonly repair?: string | undefined;
}

export const EXPLODING: Complaint = {
  status: "exploding",
  fault: "exploding",
  phrase: "{their|its} numbers explode",
  cause: "Gradient or weights grew by orders of magnitude within these steps, and the loss with them.",
  repair: "Lower the learning rate, warm it up, or clip the gradient.",
};

export const UNMOVED: Complaint = {
  status: "zero",
  fault: "alwaysZero",
  phrase: "no update moves {them|it}",
  cause: "A gradient arrives, and the weights stay the same bits: the updates are 0 or too small for them.",
  repair: "Raise the learning rate.",
};

/** A complaint and the dotted paths of all parameters that it stops. */
export interface Group {
  readonly complaint: Complaint;
  readonly names: readonly string[];
}

// What spoils everything else comes first.
const WORST_FIRST: readonly Fault[] = [
  "nothingToTrain",
  "ownOperation",
  "staleGraph",
  "overwrittenInPlace",
  "nonFinite",
  "exploding",
  "rewrappedAsParameter",
  "assignedIntoParameter",
  "plainNumbers",
  "zeroDerivative",
  "computedWithoutTape",
  "detached",
  "createdInForward",
  "conditionMixed",
  "optimizerHoldsOthers",
  "notWired",
  "vanishing",
  "alwaysZero",
  "squashedTwice",
  "lossStandsStill",
];

const MAX_NAMES = 4;

/** Groups in the order in which they are reported, the worst first and warnings last. */
export function groupComplaints(
  complaints: Iterable<readonly [names: readonly string[], Complaint]>,
): Group[] {
  const groups = new Map<string, { complaint: Complaint; names: Set<string> }>();
  for (const [names, complaint] of complaints) {
    const { fault, cause, place, severity } = complaint;
    const key = `${severity} ${fault} ${place === undefined ? cause : `${place.file}:${place.line}`}`;
    const group = groups.get(key) ?? { complaint, names: new Set() };
    for (const name of names) group.names.add(name);
    groups.set(key, group);
  }
  const rank = ({ complaint: { fault, severity } }: Group): number =>
    WORST_FIRST.indexOf(fault) + (severity === "warning" ? WORST_FIRST.length + 1 : 0);
  const listed = Array.from(groups.values(), ({ complaint, names }) => ({ complaint, names: [...names] }));
  return listed.sort((a, b) => rank(a) - rank(b));
}

export function findingOf({ complaint: { fault, place, severity, cause, repair }, names }: Group): Finding {
  return {
    ...{ fault, severity: severity ?? "fault", parameters: names, cause: inNumber(cause, names.length) },
    ...(place !== undefined && { place }),
    ...(repair !== undefined && { repair: inNumber(repair, names.length) }),
  };
}

/** The words of a sentence for so many parameters. */
export function inNumber(sentence: string, count: number): string {
  return sentence.replaceAll(/\{([^{}|]*)\|([^{}|]*)\}/g, (_, several: string, one: string) =>
    count === 1 ? one : several,
  );
}

/** The sentence that a person reads first, where something is wrong. */
export function illVerdict(parameters: Diagnosis["parameters"], groups: readonly Group[]): string {
  const isWell = new Set(["learns", "frozen", "idle"]);
  const ill = parameters.filter(({ status }) => !isWell.has(status)).length;
  const count = `${ill} of ${parameters.length} ${parameters.length === 1 ? "parameter" : "parameters"} ${ill === 1 ? "does" : "do"} not learn`;
  return `${ill === 0 ? "Something is wrong" : count}: ${groups.map(reasonOf).join("; ")}.`;
}

export function reasonOf({ complaint: { phrase, place }, names }: Group): string {
  const where = place === undefined ? "" : ` (${place.file}:${place.line})`;
  return `${names.length === 0 ? "" : `${nameList(names, MAX_NAMES)}: `}${inNumber(phrase, names.length)}${where}`;
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
