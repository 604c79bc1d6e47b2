/** The entry of a thread, or of a process, that makes photos: `ToMaker` in, `Outcome` out, one after the other. */
import { parentPort } from "node:worker_threads";
import { plainLine } from "synthconv-cli/internal";
import { PreparedPlan } from "./make-planned.js";
import type { FromMaker, ToMaker } from "./messages.js";

/** Plans that this one works on; several only while one follows the other. */
const plans = new Map<string, PreparedPlan | string>();

const send = (message: FromMaker): void => {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
};

const receive = async (message: ToMaker): Promise<void> => {
  if (message.kind === "plan") {
    plans.set(message.plan.name, prepare(message));
    return;
  }
  const plan = plans.get(message.plan) ?? "the plan is not known here";
  send(typeof plan === "string" ? { kind: "store", message: plan } : await plan.make(message.photo));
};

/** The reason why it cannot be, in words, for every photo of the plan. */
function prepare({ plan }: Extract<ToMaker, { kind: "plan" }>): PreparedPlan | string {
  try {
    // Over a process's channel arrays of bytes come as such: `serialization: "advanced"`.
    return new PreparedPlan(plan);
  } catch (error) {
    return plainLine(error instanceof Error ? error.message : String(error));
  }
}

if (parentPort === null) {
  process.on("message", (message: ToMaker) => void receive(message));
  // The worker is gone, and with it who would take the outcome.
  process.on("disconnect", () => process.exit());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
} else parentPort.on("message", (message: ToMaker) => void receive(message));
send({ kind: "ready" });
