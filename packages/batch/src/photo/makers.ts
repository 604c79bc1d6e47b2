/**
 * Threads that make photos, so that the loop that serves the queue stays free, and processes of their own for photos
 * under suspicion: one that ends its process, or takes all memory or time, then takes nothing else with it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import type { PlannedPhoto } from "../plan/photo-list.js";
import type { FromMaker, MakerPlan, Outcome, PhotoMaker, ToMaker } from "./messages.js";

/** A running thread or process. */
interface Running {
  post(message: ToMaker): void;
  stop(): Promise<void>;
}

interface Listeners {
  readonly onMessage: (message: FromMaker) => void;
  readonly onEnd: (code: string, reason: string) => void;
}

const ENTRY = new URL("./photo-worker.js", import.meta.url);

class SingleMaker implements PhotoMaker {
  readonly #start: (listeners: Listeners) => Running;
  readonly #timeoutMs: number;
  #running: Running | undefined;
  #known = new Set<string>();
  #settle: ((outcome: Outcome) => void) | undefined;
  #clock: NodeJS.Timeout | undefined;
  #isReady = false;

  constructor(start: (listeners: Listeners) => Running, timeoutMs: number) {
    this.#start = start;
    this.#timeoutMs = timeoutMs;
  }

  make(plan: MakerPlan, photo: PlannedPhoto): Promise<Outcome> {
    const running = this.#begin();
    if (!this.#known.has(plan.name)) running.post({ kind: "plan", plan });
    this.#known.add(plan.name);
    running.post({ kind: "make", plan: plan.name, photo });
    return new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
      if (this.#isReady) this.#startClock();
    });
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#known = new Set();
    await running?.stop();
  }

  #begin(): Running {
    if (this.#running !== undefined) return this.#running;
    const running = this.#start({
      onMessage: (message) => {
        if (this.#running === running) this.#receive(message);
      },
      onEnd: (code, reason) => {
        if (this.#running === running) this.#lose(code, reason);
      },
    });
    this.#isReady = false;
    this.#running = running;
    return running;
  }

  #receive(message: FromMaker): void {
    if (message.kind !== "ready") this.#end(message);
    else {
      this.#isReady = true;
      this.#startClock();
    }
  }

  /** A photo's time begins when who makes it is ready: loading the image library is not its fault. */
  #startClock(): void {
    const seconds = this.#timeoutMs / 1000;
    if (this.#settle !== undefined)
      this.#clock = setTimeout(() => this.#lose("TIMEOUT", `${seconds} s went by`), this.#timeoutMs);
  }

  #end(outcome: Outcome): void {
    clearTimeout(this.#clock);
    this.#settle?.(outcome);
    this.#settle = undefined;
  }

  /** What it was at is lost with it; the next photo gets another one. */
  #lose(code: string, reason: string): void {
    // Not waited for: native code that is at work cannot be stopped at once.
    void this.close();
    this.#end({ kind: "lost", code, reason });
  }
}

export function threadMaker(timeoutMs: number): PhotoMaker {
  return new SingleMaker(startThread, timeoutMs);
}

export function processMaker(timeoutMs: number): PhotoMaker {
  return new SingleMaker(startProcess, timeoutMs);
}

function startThread({ onMessage, onEnd }: Listeners): Running {
  const thread = new Worker(ENTRY, { stdout: false, stderr: false });
  let failure: NodeJS.ErrnoException | undefined;
  thread.on("message", onMessage);
  thread.on("error", (error) => {
    failure = error;
  });
  thread.on("exit", (exitCode) => {
    if (failure?.code === "ERR_WORKER_OUT_OF_MEMORY") onEnd("MEMORY", "its thread ran out of memory");
    else onEnd("CRASH", failure === undefined ? `its thread ended with ${exitCode}` : failure.message);
  });
  return {
    post: (message) => thread.postMessage(message),
    stop: async () => {
      await thread.terminate();
    },
  };
}

function startProcess({ onMessage, onEnd }: Listeners): Running {
  const child: ChildProcess = fork(ENTRY, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("message", onMessage);
  child.on("error", (error) => onEnd("CRASH", error.message));
  child.on("exit", (exitCode, signal) => {
    // 134: V8 gives up for want of memory by SIGABRT, which shells and containers may pass on as a code.
    if (signal === "SIGABRT" || exitCode === 134)
      onEnd("MEMORY", "its process ran out of memory or gave up (SIGABRT)");
    else onEnd("CRASH", `its process was ended by ${signal ?? `exit code ${exitCode}`}`);
  });
  return {
    post: (message) => {
      child.send(message, () => undefined);
    },
    stop: async () => {
      child.kill("SIGKILL");
    },
  };
}

/** As many makers as photos may be at hand at once; whoever needs one waits for a free one. */
export class MakerPool {
  readonly #free: PhotoMaker[];
  readonly #all: readonly PhotoMaker[];
  readonly #waiting: ((maker: PhotoMaker) => void)[] = [];

  constructor(makers: readonly PhotoMaker[]) {
    this.#all = makers;
    this.#free = [...makers];
  }

  async use<Result>(work: (maker: PhotoMaker) => Promise<Result>): Promise<Result> {
    const maker =
      this.#free.pop() ?? (await new Promise<PhotoMaker>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(maker);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(maker);
      else next(maker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((maker) => maker.close()));
  }
}
