/** Checks one case: on each backend against float64 and the reference, with several threads against one. */
import type {
  Case,
  CaseOfArrays,
  CaseOfItsOwn,
  Complaint,
  Description,
  Exact,
  Form,
  Numbers,
  Outputs,
  Place,
} from "./case.js";
import { judge } from "./judge.js";
import {
  type Backend,
  observeChoices,
  setBackend,
  sharedFloats,
  startThreads,
  stopThreads,
} from "./library.js";

// One more than the cores of a small machine: some slices are done while their worker waits for a core.
export const THREADS: readonly number[] = [2, 3];

// Of the seeds of heavy cases one in this many.
const HEAVY_ON_REFERENCE = 5;

/** Why a case fails. */
export interface Failure {
  readonly backend: Backend;
  readonly threads: number;
  /** What the outputs were compared with, or `nothing` where the call threw. */
  readonly against: "float64" | "the reference" | "one thread" | "nothing";
  readonly complaint: Complaint | string;
}

export interface Checked {
  readonly failures: readonly Failure[];
  /** Of all outputs with one thread. */
  readonly digests: Readonly<Partial<Record<Backend, string>>>;
  /** The digest of the plain backend is the same in every engine. */
  readonly isReproducible: boolean;
}

export type Choices = Set<string>;

/** @param choices what the kernels chose is added to it, as `conv2d forward: winograd`. */
export function checkOnOneThread(
  one: Case,
  { seed }: Description,
  all: readonly Backend[],
  choices: Choices = new Set(),
): Checked {
  const isEverywhere = one.isHeavy !== true || seed % HEAVY_ON_REFERENCE === 0;
  const backends = all.filter((backend) => isEverywhere || backend !== "reference" || all.length === 1);
  for (const feature of one.features ?? []) choices.add(feature);
  const complaintsOf = one.judge === undefined ? againstArrays(one) : againstItself(one, choices);
  const failures: Failure[] = [];
  const digests: Partial<Record<Backend, string>> = {};
  for (const backend of backends) {
    const facts = { backend, threads: 1 };
    const outputs = outputsOf(one, backend, (values) => values, choices);
    if (typeof outputs === "string") {
      failures.push({ ...facts, against: "nothing", complaint: outputs });
      continue;
    }
    digests[backend] = digestOf(Object.values(outputs));
    failures.push(...complaintsOf(outputs, backend).map((complaint) => ({ ...facts, ...complaint })));
  }
  return { failures, digests, isReproducible: one.isEngineBound !== true };
}

type Complaints = (outputs: Outputs, backend: Backend) => Pick<Failure, "against" | "complaint">[];

function againstArrays(one: CaseOfArrays): Complaints {
  const [exact, terms] = [one.exact(), one.terms?.()];
  const against = (name: Failure["against"], outputs: Outputs, expected: Exact) =>
    judge(outputs, expected, terms, one.isChained).map((complaint) => ({ against: name, complaint }));
  let reference: Outputs | undefined;
  return (outputs, backend) => {
    const complaints = against("float64", outputs, exact);
    if (reference !== undefined) complaints.push(...against("the reference", floatsOf(outputs), reference));
    if (backend === "reference") reference = floatsOf(outputs);
    return complaints;
  };
}

function againstItself(one: CaseOfItsOwn, choices: Choices): Complaints {
  return (outputs) => {
    const complaints = one.judge(outputs, (taken) => choices.add(taken));
    return complaints.map((complaint) => ({ against: "float64", complaint }));
  };
}

/** With the threads that are started now: the bits of one thread. */
export function checkOnThreads(
  one: Case,
  { threads: memory }: Description,
  { digests }: Checked,
  threads: number,
  choices: Choices = new Set(),
): Failure[] {
  const place: Place = memory === "shared memory" ? inSharedMemory : (values) => values;
  return (Object.keys(digests) as Backend[]).flatMap((backend): Failure[] => {
    const outputs = outputsOf(one, backend, place, choices);
    if (typeof outputs === "string") return [{ backend, threads, against: "nothing", complaint: outputs }];
    const digest = digestOf(Object.values(outputs));
    if (digest === digests[backend]) return [];
    return [{ backend, threads, against: "one thread", complaint: `${digest} for ${digests[backend]}` }];
  });
}

/** Everything about one case; starts and stops threads where it wants any. */
export async function checkCase<Of extends Description>(
  form: Form<Of>,
  description: Of,
  backends: readonly Backend[],
): Promise<readonly Failure[]> {
  const one = form.isValid(description) ? form.prepare(description) : undefined;
  if (one === undefined) return [];
  const checked = checkOnOneThread(one, description, backends);
  if (checked.failures.length > 0 || description.threads === "one") return checked.failures;
  for (const threads of THREADS) {
    const started = await startThreads({ threads });
    const failures = started.threads > 1 ? checkOnThreads(one, description, checked, threads) : [];
    await stopThreads();
    if (failures.length > 0) return failures;
  }
  return [];
}

/** Whole numbers are rounded: two of them, both right, may differ by one. */
function floatsOf(outputs: Outputs): Outputs {
  const isFloat = ([, { BYTES_PER_ELEMENT: size }]: [string, Numbers]) => size >= 4;
  return Object.fromEntries(Object.entries(outputs).filter(isFloat));
}

/** What the call threw, as text, where it threw. */
function outputsOf(one: Case, backend: Backend, place: Place, choices: Choices): Outputs | string {
  setBackend(backend);
  observeChoices((where, taken) => choices.add(`${where}: ${taken}`));
  try {
    return one.run(place);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    observeChoices(undefined);
    setBackend(undefined);
  }
}

/** FNV-1a over the bytes of arrays, one after the other: two results with one digest are the same bits. */
function digestOf(arrays: readonly Numbers[]): string {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function inSharedMemory<Array extends Numbers>(values: Array): Array {
  const { buffer } = sharedFloats(Math.ceil(values.byteLength / Float32Array.BYTES_PER_ELEMENT));
  const type = values.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Array;
  const shared = new type(buffer, 0, values.length);
  shared.set(values);
  return shared;
}
