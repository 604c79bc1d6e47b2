/** The page's end of the wire: asks, waits, drops what is stale, and starts the worker anew where it failed. */
import type { Answer, Ask, Fault, FromWorker, News, RequestName, ToWorker } from "../protocol/index.js";
import { texts } from "../texts/index.js";

/** A worker as far as it is needed; tests give their own. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

/** A request that the worker refused; the message is for the person. */
export class RequestError extends Error {
  override readonly name: string;
  constructor({ name, message }: Fault) {
    super(message);
    this.name = name;
  }
}

/** The worker itself ended: what was asked may be asked again, of a new one. */
export class WorkerFailedError extends Error {
  override readonly name = "WorkerFailedError";
}

/** Nobody wants this answer any more: a newer request took its place, or its signal was aborted. */
export class StaleError extends Error {
  override readonly name = "StaleError";
}

export interface AskOptions<Name extends RequestName> {
  readonly signal?: AbortSignal;
  readonly onNews?: (news: News<Name>) => void;
  readonly transfer?: readonly Transferable[];
  /** A request with the same key makes this one stale: the worker is told, and its answer is dropped. */
  readonly latest?: string;
}

interface Pending {
  readonly latest: string | undefined;
  readonly onNews: ((news: never) => void) | undefined;
  resolve(answer: Answer<RequestName>): void;
  reject(error: Error): void;
}

export class WorkerClient {
  readonly #start: () => WorkerPort;
  readonly #pending = new Map<number, Pending>();
  #port: WorkerPort | undefined;
  #lastId = 0;

  /** @param start makes a worker; called at the first request, and at the first one after a failure. */
  constructor(start: () => WorkerPort) {
    this.#start = start;
  }

  /**
   * @throws {RequestError} when the worker refused it.
   * @throws {WorkerFailedError} when the worker ended meanwhile.
   * @throws {StaleError} when the signal was aborted, or a request with the same key came after it.
   */
  ask<Name extends RequestName>(
    name: Name,
    ask: Ask<Name>,
    { signal, onNews, transfer = [], latest }: AskOptions<Name> = {},
  ): Promise<Answer<Name>> {
    if (signal?.aborted) return Promise.reject(new StaleError(texts.faults.stale));
    if (latest !== undefined) this.#dropStale(latest);
    const id = ++this.#lastId;
    const port = this.#open();
    return new Promise((resolve, reject) => {
      const drop = (): void => this.#cancel(id);
      const settled = (): void => signal?.removeEventListener("abort", drop);
      this.#pending.set(id, {
        ...{ latest, onNews },
        resolve(answer) {
          settled();
          resolve(answer as Answer<Name>);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener("abort", drop);
      port.postMessage({ kind: "ask", id, name, ask }, [...transfer]);
    });
  }

  /** Ends the worker, whatever it does; the next request starts a new one. */
  restart(): void {
    this.#fail();
  }

  #open(): WorkerPort {
    if (this.#port !== undefined) return this.#port;
    const port = this.#start();
    port.onmessage = ({ data }) => this.#receive(data);
    port.onerror = (event) => {
      event.preventDefault?.();
      this.#fail();
    };
    port.onmessageerror = () => this.#fail();
    this.#port = port;
    return port;
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.kind === "news") {
      // What asked for the news knows what they are of.
      pending.onNews?.(message.news as never);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending.resolve(message.answer);
    else pending.reject(new RequestError(message.fault));
  }

  #dropStale(latest: string): void {
    for (const [id, pending] of this.#pending) if (pending.latest === latest) this.#cancel(id);
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#port?.postMessage({ kind: "cancel", id }, []);
    pending.reject(new StaleError(texts.faults.stale));
  }

  #fail(): void {
    this.#port?.terminate();
    this.#port = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new WorkerFailedError(texts.faults.workerFailed));
  }
}
