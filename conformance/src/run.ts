/** Runs the suite in whatever engine loads it: every form over every backend, with one thread and with several. */
import { sharedFloats } from "../../packages/synthconv/dist/core/index.js";
import {
  availableBackends,
  type Backend,
  setBackend,
  startThreads,
  stopThreads,
} from "../../packages/synthconv/dist/kernels/index.js";
import type { Case, Exact, Form, Numbers, Place } from "./case.js";
import { forms } from "./forms/index.js";
import { judge, type Verdict } from "./judge.js";
import { digestOf } from "./numbers.js";

export interface Result extends Verdict {
  readonly form: string;
  readonly name: string;
  readonly backend: Backend;
  readonly threads: number;
  /** Of all outputs. */
  readonly digest: string;
  /** The digest of the plain backend is the same in every engine. */
  readonly isReproducible: boolean;
}

export interface Report {
  readonly backends: readonly Backend[];
  /** Threads of the shared cases, and why there is only one where there is. */
  readonly threads: number;
  readonly reason?: string;
  readonly results: readonly Result[];
}

// One more than the cores of a small machine: some slices are done while their worker waits for a core.
const THREADS = 3;

export async function runConformance(): Promise<Report> {
  const backends = availableBackends();
  const results = forms.flatMap((form) => runForm(form, form.cases, backends, 1, (values) => values));
  const started = await startThreads({ threads: THREADS });
  if (started.threads > 1) {
    for (const form of forms) {
      const shared = form.cases.filter(({ isShared }) => isShared);
      results.push(...runForm(form, shared, backends, started.threads, inSharedMemory));
    }
  }
  await stopThreads();
  return { backends, ...started, results };
}

function runForm(
  form: Form,
  cases: readonly Case[],
  backends: readonly Backend[],
  threads: number,
  place: Place,
): Result[] {
  return cases.flatMap((one) => {
    const exact = exactOf(one);
    return backends.map((backend) => runCase(form, one, exact, backend, threads, place));
  });
}

const exactOfShared = new Map<Case, Exact>();

/** Kept for the cases that run a second time, with threads. */
function exactOf(one: Case): Exact {
  const known = exactOfShared.get(one) ?? one.exact();
  if (one.isShared) exactOfShared.set(one, known);
  return known;
}

function runCase(
  form: Form,
  one: Case,
  exact: Exact,
  backend: Backend,
  threads: number,
  place: Place,
): Result {
  setBackend(backend);
  try {
    const outputs = one.run(place);
    const { name, isEngineBound = false } = one;
    const facts = { form: form.name, name, backend, threads, isReproducible: !isEngineBound };
    return { ...facts, digest: digestOf(Object.values(outputs)), ...judge(outputs, exact) };
  } finally {
    setBackend(undefined);
  }
}

function inSharedMemory<Array extends Numbers>(values: Array): Array {
  const { buffer } = sharedFloats(Math.ceil(values.byteLength / Float32Array.BYTES_PER_ELEMENT));
  const type = values.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Array;
  const shared = new type(buffer, 0, values.length);
  shared.set(values);
  return shared;
}
