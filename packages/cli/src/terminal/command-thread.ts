/** The thread that runs a command. Its data are a `ThreadData`; messages go to the thread that serves signals. */
import { parentPort, workerData } from "node:worker_threads";
import { watchTemporaries } from "synthconv/internal/node";
import type { TextStream } from "synthconv/node";
import { InterruptedError } from "../frame/failure.js";
import { main } from "../main.js";
import type { FromCommand, StreamFacts, StreamName, ThreadData, ToCommand } from "./messages.js";

/** A stream that another thread writes. */
class ForwardedStream implements TextStream {
  readonly #name: StreamName;
  #facts: StreamFacts;

  constructor(name: StreamName, facts: StreamFacts) {
    this.#name = name;
    this.#facts = facts;
  }

  write(text: string): void {
    send({ kind: "write", stream: this.#name, text });
  }

  get isTTY(): boolean {
    return this.#facts.isTTY;
  }

  get columns(): number | undefined {
    return this.#facts.columns;
  }

  resize(facts: StreamFacts): void {
    this.#facts = facts;
  }
}

const { args, streams } = workerData as ThreadData;
const stdout = new ForwardedStream("stdout", streams.stdout);
const stderr = new ForwardedStream("stderr", streams.stderr);
const interrupt = new AbortController();

parentPort?.on("message", (message: ToCommand) => {
  if (message.kind === "interrupt") return interrupt.abort(new InterruptedError());
  stdout.resize(message.streams.stdout);
  stderr.resize(message.streams.stderr);
});
// Listening alone is no reason to stay.
parentPort?.unref();
watchTemporaries((paths) => send({ kind: "temporaries", paths }));

const exitCode = await main(args, { stdout, stderr, signal: interrupt.signal });
send({ kind: "end", exitCode });

function send(message: FromCommand): void {
  parentPort?.postMessage(message);
}
