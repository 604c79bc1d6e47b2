/** One thread of the ceilings: its own memory and kernels; sleeps until the control numbers name a job. */
import { parentPort, workerData } from "node:worker_threads";
import type { CeilingModules } from "./compile.js";
import { CEILINGS, type Ceiling, CONTROL, ITERATIONS } from "./jobs.js";

export interface WorkerSetup {
  readonly control: SharedArrayBuffer;
  readonly modules: CeilingModules;
  /** Of the longest copy. */
  readonly mostBytes: number;
}

interface Kernel {
  multiplyAdds(iterations: number, scale: number, shift: number): number;
  copyVectors(from: number, to: number, bytes: number): void;
  copyBulk(from: number, to: number, bytes: number): void;
}

const { control: shared, modules, mostBytes } = workerData as WorkerSetup;
const control = new Int32Array(shared);
const memory = new WebAssembly.Memory({ initial: Math.ceil((2 * mostBytes) / 65536) + 1 });
const bytes = new Uint8Array(memory.buffer).fill(1);
const kernels = { plain: instantiate(modules.plain), relaxed: instantiate(modules.relaxed ?? modules.plain) };

function instantiate(module: WebAssembly.Module): Kernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
}

function work(ceiling: Ceiling, length: number): void {
  const { plain, relaxed } = kernels;
  if (ceiling === "multiply-add plain") plain.multiplyAdds(ITERATIONS, 0.999, 0.001);
  else if (ceiling === "multiply-add relaxed") relaxed.multiplyAdds(ITERATIONS, 0.999, 0.001);
  else if (ceiling === "vectors") plain.copyVectors(1024, 1024 + mostBytes, length);
  else if (ceiling === "memory.copy") plain.copyBulk(1024, 1024 + mostBytes, length);
  else bytes.set(bytes.subarray(1024, 1024 + length), 1024 + mostBytes);
}

parentPort?.postMessage("ready");
let ticket = 0;
for (;;) {
  Atomics.wait(control, CONTROL.ticket, ticket);
  ticket++;
  const ceiling = CEILINGS[control[CONTROL.ceiling] ?? -1];
  if (ceiling === undefined) break;
  for (let i = 0; i < (control[CONTROL.repeats] ?? 0); i++) work(ceiling, control[CONTROL.bytes] ?? 0);
  Atomics.add(control, CONTROL.finished, 1);
  Atomics.notify(control, CONTROL.finished);
}
