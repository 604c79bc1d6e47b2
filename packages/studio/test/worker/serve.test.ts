import { describe, expect, it } from "vitest";
import type { FromWorker, RequestName, ToWorker } from "../../src/protocol/index.js";
import type { Handler, Handlers } from "../../src/worker/handler.js";
import { serve, type Wire } from "../../src/worker/serve.js";

/** Serves one request with a handler, and gives what came back in order. */
function serveOne(handler: Handler<RequestName>): { sent: FromWorker[]; receive(message: ToWorker): void } {
  const sent: FromWorker[] = [];
  const wire: Wire = { postMessage: (message) => void sent.push(message), onmessage: null };
  serve(wire, { engine: handler } as Handlers);
  return { sent, receive: (data) => wire.onmessage?.({ data } as MessageEvent<ToWorker>) };
}

const ASK: ToWorker = { kind: "ask", id: 7, name: "engine", ask: {} };
const ENGINE = { backend: "plain", isolated: false };

describe("the worker", () => {
  it("answers under the request's id", async () => {
    const { sent, receive } = serveOne(() => ({ answer: ENGINE, transfer: [] }));
    receive(ASK);
    await expect.poll(() => sent).toEqual([{ kind: "answer", id: 7, answer: ENGINE }]);
  });

  it("answers what throws, at once or later, by a fault with its name and message", async () => {
    const error = Object.assign(new Error("expected a photo"), { name: "FormatError" });
    for (const handler of [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ]) {
      const { sent, receive } = serveOne(handler);
      receive(ASK);
      const fault = { name: "FormatError", message: "expected a photo" };
      await expect.poll(() => sent).toEqual([{ kind: "fault", id: 7, fault }]);
    }
  });

  it("aborts a request that is cancelled, which tells no news from then on", async () => {
    let heard: AbortSignal | undefined;
    const { sent, receive } = serveOne(async (_ask, { signal, tell }) => {
      heard = signal;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      tell("late" as never);
      return { answer: ENGINE, transfer: [] };
    });
    receive(ASK);
    await expect.poll(() => heard?.aborted).toBe(false);
    receive({ kind: "cancel", id: 7 });
    await expect.poll(() => sent).toEqual([{ kind: "answer", id: 7, answer: ENGINE }]);
    expect(heard?.aborted).toBe(true);
  });
});
