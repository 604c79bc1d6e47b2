/**
 * The process in which a user's module runs: whatever the module does to it (ends it, keeps it alive, never comes
 * back), the command goes on. Its argument is a `Request`; messages go to the parent.
 */
import { Worker } from "node:worker_threads";
import { describeFailure } from "../../frame/failure.js";
import { importModule, moduleError } from "./import-module.js";
import type { Message, Request } from "./messages.js";
import { runDiagnosis } from "./run-diagnosis.js";

const request = JSON.parse(process.argv[2] ?? "{}") as Request;

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    fail(
      moduleError(error, { path: request.path, library: undefined }, "timers and promises without errors"),
    );
  });
}
// The channel alone is no reason to stay: an await that nothing answers is then ended by Node.
process.channel?.unref();
endWithParent();

try {
  send({ kind: "phase", phase: "imported" });
  const module = await importModule(request.path);
  send({ kind: "phase", phase: "diagnosed" });
  const result = await runDiagnosis(module, request, (done) => send({ kind: "step", done }));
  send({ kind: "result", ...result });
} catch (error) {
  fail(error);
}

/** Nobody waits for the result of a process whose parent was killed; a loop of the module would run forever. */
function endWithParent(): void {
  const watch = `const parent = process.ppid;
    setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 1000);`;
  new Worker(watch, { eval: true }).unref();
}

function fail(error: unknown): void {
  const { code, message } = describeFailure(error);
  send({ kind: "failure", code, message });
}

function send(message: Message): void {
  process.send?.(message);
}
