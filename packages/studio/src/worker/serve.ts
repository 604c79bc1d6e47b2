/** Answers requests: each runs by itself, may tell news, and ends by an answer or a fault. */
import { type FromWorker, faultOf, type RequestName, type ToWorker } from "../protocol/index.js";
import type { Handler, Handlers } from "./handler.js";

/** One end of the wire: the global of a worker, or a port in a test. */
export interface Wire {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

export function serve(wire: Wire, handlers: Handlers): void {
  const running = new Map<number, AbortController>();
  wire.onmessage = ({ data }) => {
    if (data.kind === "cancel") {
      running.get(data.id)?.abort();
      return;
    }
    const { id, name, ask } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const { signal } = controller;
    // The table pairs every name with its own handler; a name alone no longer knows which.
    const handler = handlers[name] as Handler<RequestName>;
    const tell = (news: never, transfer: readonly Transferable[] = []): void => {
      if (!signal.aborted) wire.postMessage({ kind: "news", id, news }, [...transfer]);
    };
    // In a promise, so that a handler that throws at once answers as one that throws later.
    Promise.resolve()
      .then(() => handler(ask, { signal, tell }))
      .then(
        ({ answer, transfer }) => wire.postMessage({ kind: "answer", id, answer }, [...transfer]),
        (error: unknown) => wire.postMessage({ kind: "fault", id, fault: faultOf(error) }, []),
      )
      .finally(() => running.delete(id));
  };
}
