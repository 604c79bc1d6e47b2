/** The side of a peer written in JavaScript: answers requests from stdin until it ends. */
import { createInterface } from "node:readline";
import type { Checked, Description, PeerRequest, Preparation, Prepared, Ran } from "./protocol.js";

/** A work that is ready to run in one formulation. */
export interface ReadyWork {
  readonly heldBytes: number;
  readonly check: () => Promise<Checked["samples"]> | Checked["samples"];
  readonly step: () => Promise<unknown> | unknown;
  /** Calls `body` where all steps of a request run, with one that is to be timed in the place of `step`. */
  readonly within?: (body: (step: () => unknown) => void) => void;
}

export interface Engine {
  readonly description: Description;
  readonly prepare: (preparation: Preparation) => Promise<ReadyWork> | ReadyWork;
}

export async function serve(start: () => Promise<Engine> | Engine): Promise<void> {
  const write = (answer: object): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);
  let engine: Engine | undefined;
  let ready: ReadyWork | undefined;
  const answer = async (request: PeerRequest): Promise<object> => {
    engine ??= await start();
    if (request.do === "describe") return engine.description;
    if (request.do === "prepare") {
      ready = await engine.prepare(request);
      return { heldBytes: ready.heldBytes } satisfies Prepared;
    }
    if (ready === undefined) throw new Error(`${request.do} before prepare`);
    if (request.do === "check") return { samples: await ready.check() } satisfies Checked;
    const { within } = ready;
    if (within === undefined) return await timeSteps(ready, request.repeats);
    return await new Promise<Ran>((resolve) => {
      within((step) => {
        const stop = stopwatch();
        for (let i = 0; i < request.repeats; i++) step();
        resolve(stop());
      });
    });
  };
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      write(await answer(JSON.parse(line) as PeerRequest));
    } catch (error) {
      write({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function timeSteps({ step }: ReadyWork, repeats: number): Promise<Ran> {
  const stop = stopwatch();
  for (let i = 0; i < repeats; i++) {
    const pending = step();
    if (pending instanceof Promise) await pending;
  }
  return stop();
}

function stopwatch(): () => Ran {
  const processor = process.cpuUsage();
  const start = performance.now();
  return () => {
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(processor);
    return { milliseconds, processorMilliseconds: (user + system) / 1000 };
  };
}
