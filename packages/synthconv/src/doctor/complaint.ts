/** What is wrong with a parameter; parameters with equal faults at one place share a finding. */
import type { Diagnosis, Fault, Finding, ParameterStatus, Place } from "./diagnosis.js";
import { nameList, placeText } from "./report/words.js";

export interface Complaint {
  readonly status: ParameterStatus;
  readonly fault: Fault;
  /** For the verdict, after the names: `no gradient arrives`. */
  readonly phrase: string;
  readonly place?: Place | undefined;
  readonly cause: string;
  readonly repair: string;
}

export const EXPLODING: Complaint = {
  status: "exploding",
  fault: "exploding",
  phrase: "their numbers explode",
  cause: "Gradient or weights grew by orders of magnitude within these steps, and the loss with them.",
  repair: "Lower the learning rate, warm it up, or clip the gradient.",
};

export const UNMOVED: Complaint = {
  status: "zero",
  fault: "alwaysZero",
  phrase: "no update moves them",
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
  "alwaysZero",
];

const MAX_NAMES = 4;

/** Groups in the order in which they are reported, the worst first. */
export function groupComplaints(complaints: Iterable<readonly [names: string[], Complaint]>): Group[] {
  const groups = new Map<string, { complaint: Complaint; names: string[] }>();
  for (const [names, complaint] of complaints) {
    const { fault, cause, place } = complaint;
    const key = `${fault} ${place === undefined ? cause : placeText(place)}`;
    const group = groups.get(key) ?? { complaint, names: [] };
    group.names.push(...names);
    groups.set(key, group);
  }
  const rank = ({ complaint }: Group): number => WORST_FIRST.indexOf(complaint.fault);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

export function findingOf({ complaint: { fault, place, cause, repair }, names }: Group): Finding {
  return {
    ...{ fault, severity: "fault", parameters: names, cause, repair },
    ...(place !== undefined && { place }),
  };
}

/** The sentence that a person reads first, where something is wrong. */
export function illVerdict(parameters: Diagnosis["parameters"], groups: readonly Group[]): string {
  const ill = parameters.filter(({ status }) => status !== "learns" && status !== "frozen").length;
  const count = `${ill} of ${parameters.length} parameters ${ill === 1 ? "does" : "do"} not learn`;
  return `${ill === 0 ? "Something is wrong" : count}: ${groups.map(reasonOf).join("; ")}.`;
}

function reasonOf({ complaint: { phrase, place }, names }: Group): string {
  const where = place === undefined ? "" : ` (${place.file}:${place.line})`;
  return `${names.length === 0 ? "" : `${nameList(names, MAX_NAMES)}: `}${phrase}${where}`;
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
