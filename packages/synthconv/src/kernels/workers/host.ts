/** Workers of Node and of browsers behind one interface. */
import type { HostWorker } from "../threads/pool.js";

/** The part of node:worker_threads that is used here; the library also runs where Node's types are absent. */
interface NodeThreads {
  readonly Worker: new (
    url: URL,
    options: { readonly execArgv: readonly string[]; readonly name: string },
  ) => NodeWorker;
  readonly parentPort: NodePort | null;
}

interface NodePort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): Promise<unknown>;
  unref(): void;
  once(event: "message" | "error" | "exit", listener: (value: unknown) => void): void;
}

interface NodeSystem {
  availableParallelism(): number;
}

interface NodeProcess {
  getBuiltinModule?(name: "node:worker_threads"): NodeThreads;
  getBuiltinModule?(name: "node:os"): NodeSystem;
}

// Not an import: `node:` modules do not exist in browsers, and bundlers would stumble over them.
function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { readonly process?: NodeProcess }).process;
}

function nodeThreads(): NodeThreads | undefined {
  return nodeProcess()?.getBuiltinModule?.("node:worker_threads");
}

/** Why there can be no workers here; undefined where there can. */
export function obstacle(): string | undefined {
  if (typeof SharedArrayBuffer === "undefined" || globalThis.crossOriginIsolated === false) {
    return "there is no shared memory: a page needs the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
  }
  if (nodeThreads() === undefined && typeof Worker === "undefined") {
    return "there are no workers: Node 20.19 or newer has them";
  }
  return undefined;
}

/** Cores that this process may use. */
export function availableThreads(): number {
  const system = nodeProcess()?.getBuiltinModule?.("node:os");
  return system?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/**
 * Starts one worker and waits until it is ready. It does not keep a Node process alive.
 *
 * @param setup its first message.
 * @param onEnd called when it has ended, for whatever reason.
 */
export async function startWorker(setup: unknown, onEnd: () => void): Promise<HostWorker> {
  const threads = nodeThreads();
  return threads === undefined ? startBrowserWorker(setup, onEnd) : startNodeWorker(threads, setup, onEnd);
}

function startNodeWorker(threads: NodeThreads, setup: unknown, onEnd: () => void): Promise<HostWorker> {
  // Behind a name, so that bundlers for browsers do not take this for one more file to copy.
  const here = import.meta.url;
  // Options of the main script, such as --input-type, can make a worker fail.
  const worker = new threads.Worker(new URL("./worker.js", here), { execArgv: [], name: "synthconv" });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new Error(`it ended with ${code}`));
      onEnd();
    });
    worker.once("message", () => {
      worker.unref();
      resolve({
        postMessage: (message) => worker.postMessage(message),
        terminate: async () => {
          await worker.terminate();
        },
      });
    });
    worker.postMessage(setup);
  });
}

function startBrowserWorker(setup: unknown, onEnd: () => void): Promise<HostWorker> {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => {
      reject(new Error(message));
      onEnd();
    };
    worker.onmessage = () =>
      resolve({
        postMessage: (message) => worker.postMessage(message),
        terminate: async () => worker.terminate(),
      });
    worker.postMessage(setup);
  });
}

/** Inside a worker: says that it is ready when the setup has come, and calls back for every message after it. */
export function receive<Setup, Message>(onMessage: (setup: Setup, message: Message) => void): void {
  let setup: Setup | undefined;
  const port = nodeThreads()?.parentPort ?? globalThis;
  const take = (data: unknown): void => {
    if (setup === undefined) {
      setup = data as Setup;
      port.postMessage("ready");
    } else onMessage(setup, data as Message);
  };
  if ("on" in port) port.on("message", take);
  else port.onmessage = ({ data }: MessageEvent<unknown>) => take(data);
}
