/** Runs the suite in whatever engine loads it: every form over every backend, with one thread and with several. */
import type { Description, Form } from "./case.js";
import {
  type Checked,
  type Choices,
  checkCase,
  checkOnOneThread,
  checkOnThreads,
  type Failure,
  THREADS,
} from "./check.js";
import type { RunFacts } from "./coverage-row.js";
import { forms as allForms, kernelForms } from "./forms/index.js";
import { networkForm } from "./forms/network.js";
import { availableBackends, type Backend, startThreads, stopThreads } from "./library.js";
import { type FailedCase, pastable } from "./paste.js";
import { type PlannedCase, planned, type Share } from "./plan.js";
import { shrink } from "./shrink.js";

export interface RunOptions {
  /** Any whole number: the same cases in every engine. */
  readonly seed: number;
  /** At least; more where coverage wants more. */
  readonly cases: number;
  /** Names of forms; all where they are left out. */
  readonly forms?: readonly string[] | undefined;
  /** Of the cases of a run those of these forms, to see what a part of it sees. */
  readonly only?: readonly string[] | undefined;
  /** All of this engine where they are left out. */
  readonly backends?: readonly Backend[] | undefined;
  /** Some of the cases, where several processes share a run. */
  readonly share?: Share | undefined;
  /** Ends the run when so many cases failed, and leaves them as they were drawn. */
  readonly bail?: number | undefined;
  /** Called every few hundred cases. */
  readonly onProgress?: ((done: number, failed: number) => void) | undefined;
}

export interface Report {
  readonly seed: number;
  readonly cases: number;
  readonly backends: readonly Backend[];
  /** Threads that cases ran with beside one, and why there are none. */
  readonly threads: readonly number[];
  readonly reason?: string | undefined;
  /** How many cases failed, and the first few of each form, shrunk. */
  readonly failed: number;
  readonly failures: readonly FailedCase[];
  readonly facts: RunFacts;
  /** How many cases took each choice. */
  readonly choices: Readonly<Record<string, number>>;
  /** Of the plain backend, for every case whose bits are the same in all engines. */
  readonly digests: Readonly<Record<string, string>>;
}

// Failing cases of a form that are shrunk.
const MAX_SHRUNK = 3;
const PROGRESS = 250;

export async function runConformance(
  options: RunOptions,
  forms: readonly Form[] = allForms,
): Promise<Report> {
  const chosen = forms.filter(({ name }) => options.forms?.includes(name) ?? true);
  const run = new Run(options, chosen);
  for (const one of planned(chosen, options.seed, options.cases, options.share, options.only)) {
    if (run.isOver) break;
    run.onOneThread(one);
  }
  const started: number[] = [];
  let reason: string | undefined;
  for (const threads of THREADS) {
    if (run.isOver) break;
    const pool = await startThreads({ threads });
    reason ??= pool.reason;
    if (pool.threads === threads) {
      started.push(threads);
      run.onThreads(threads);
    }
    await stopThreads();
  }
  return { ...(await run.report(started)), reason };
}

/** A case that ran on one thread and wants more. */
interface Ran {
  readonly form: Form;
  readonly description: Description;
  readonly checked: Checked;
  readonly choices: Choices;
}

interface Failing {
  readonly form: Form;
  readonly description: Description;
  readonly failure: Failure;
}

class Run {
  readonly #options: RunOptions;
  readonly #forms: readonly string[];
  readonly #backends: readonly Backend[];
  readonly #taken = new Map<string, number>();
  readonly #digests: Record<string, string> = {};
  readonly #threaded: Ran[] = [];
  readonly #failing: Failing[] = [];
  #cases = 0;

  constructor(options: RunOptions, forms: readonly Form[]) {
    this.#options = options;
    this.#forms = forms.map(({ name }) => name);
    this.#backends = options.backends ?? availableBackends();
  }

  /** Whether so many cases failed that the run ends. */
  get isOver(): boolean {
    const { bail } = this.#options;
    return bail !== undefined && this.#failing.length >= bail;
  }

  onOneThread({ number, form, description, one }: PlannedCase): void {
    const choices: Choices = new Set();
    const checked = checkOnOneThread(one, description, this.#backends, choices);
    this.#count(choices);
    this.#complain(form, description, checked.failures);
    const digest = checked.digests.plain;
    if (digest !== undefined && checked.isReproducible) this.#digests[`${number} ${form.name}`] = digest;
    if (description.threads !== "one") this.#threaded.push({ form, description, checked, choices });
    this.#cases++;
    if (this.#cases % PROGRESS === 0) this.#options.onProgress?.(this.#cases, this.#failing.length);
  }

  /** The cases that want threads, with those that run now. */
  onThreads(threads: number): void {
    for (const { form, description, checked, choices } of this.#threaded) {
      if (this.isOver) return;
      const one = form.prepare(description);
      if (one === undefined) continue;
      const before = new Set(choices);
      this.#complain(form, description, checkOnThreads(one, description, checked, threads, choices));
      this.#count([...choices].filter((choice) => !before.has(choice)));
    }
  }

  /** @param threads those that cases ran with beside one. */
  async report(threads: readonly number[]): Promise<Report> {
    const failures: FailedCase[] = [];
    for (const { form, description, failure } of this.#toShrink()) {
      const backends = this.#backends.filter((one) => one === "reference" || one === failure.backend);
      const fails = async (one: Description) => (await checkCase(form, one, backends))[0];
      const failing = { description, failure };
      const isKept = this.#options.bail !== undefined;
      failures.push(pastable(form, isKept ? failing : await shrink(form, failing, fails)));
    }
    return {
      seed: this.#options.seed,
      cases: this.#cases,
      backends: this.#backends,
      threads,
      failed: this.#failing.length,
      failures,
      facts: {
        reference: this.#backends.includes("reference"),
        kernels: this.#backends.some((backend) => backend !== "reference"),
        threads: threads.length > 0,
        buffer: "Buffer" in globalThis,
        kernelForms: kernelForms.every(({ name }) => this.#forms.includes(name)),
        networks: this.#forms.includes(networkForm.name),
      },
      choices: Object.fromEntries([...this.#taken].sort()),
      digests: this.#digests,
    };
  }

  /** The first few of each form. */
  #toShrink(): Failing[] {
    const seen = new Map<string, number>();
    return this.#failing.filter(({ form }) => {
      const before = seen.get(form.name) ?? 0;
      seen.set(form.name, before + 1);
      return before < MAX_SHRUNK;
    });
  }

  #count(choices: Iterable<string>): void {
    for (const choice of choices) this.#taken.set(choice, (this.#taken.get(choice) ?? 0) + 1);
  }

  #complain(form: Form, description: Description, [failure]: readonly Failure[]): void {
    if (failure !== undefined) this.#failing.push({ form, description, failure });
  }
}
