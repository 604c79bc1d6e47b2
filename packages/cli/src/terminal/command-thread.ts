/** The thread that runs a command. Its data are a `ThreadData`; messages go to the thread that serves signals. */
import { parentPort, workerData } from "node:worker_threads";
import { watchTemporaries } from "synthconv/internal/node";
import { InterruptedError } from "../frame/failure.js";
import { main } from "../main.js";
import type { FromCommand, ThreadData, ToCommand } from "./messages.js";
import { commandName, StandardStreams } from "./standard-streams.js";

const { args, facts } = workerData as ThreadData;
const streams = new StandardStreams(commandName(args), facts);
const interrupt = new AbortController();

parentPort?.on("message", (message: ToCommand) => {
  if (message.kind === "interrupt") interrupt.abort(new InterruptedError());
  else streams.facts = message.facts;
});
// Listening alone is no reason to stay.
parentPort?.unref();
watchTemporaries((paths) => send({ kind: "temporaries", paths }));

const { stdout, stderr } = streams;
const exitCode = await main(args, { stdout, stderr, signal: interrupt.signal });
send({ kind: "end", exitCode: await streams.exitCode(exitCode) });

function send(message: FromCommand): void {
  parentPort?.postMessage(message);
}
