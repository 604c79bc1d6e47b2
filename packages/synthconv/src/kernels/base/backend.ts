import { check, oneOf, optional, repairedBy, resultMemory } from "../../core/index.js";
import { kernelMemory } from "./memory.js";

/**
 * How kernels run. `reference`: plain loops with float64 sums. `plain`: WebAssembly SIMD, whose results are the
 * same bits on every machine. `relaxed`: WebAssembly relaxed SIMD, up to 1.3 times as fast; its multiply-add
 * may round once or twice, depending on the processor.
 */
export type Backend = "reference" | "plain" | "relaxed";

// Modules of one function that only run the instruction in question on zeros; WebAssembly.validate says
// whether this engine knows it: (module (func i32.const 0 i8x16.splat ... drop)).
const splatZero = [0x41, 0x00, 0xfd, 0x0f];
const probes = {
  plain: probe([...splatZero, 0x1a]),
  // f32x4.relaxed_madd is 0xfd 0x105.
  relaxed: probe([...splatZero, ...splatZero, ...splatZero, 0xfd, 0x85, 0x02, 0x1a]),
};

function probe(instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0x00, ...instructions, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00], // types: one, () -> ()
    ...[0x03, 0x02, 0x01, 0x00], // functions: one, of type 0
    ...[0x0a, body.length + 2, 0x01, body.length, ...body], // code
  ]);
}

const NEWER_ENGINE =
  "Relaxed SIMD needs Node 22 or newer, or a current browser; leave the choice out to get the fastest.";

let available: readonly Backend[] | undefined;
let chosen: Backend | undefined;

/** The backends of this JavaScript engine, slowest first. */
export function availableBackends(): readonly Backend[] {
  available ??= detect();
  return available;
}

function detect(): Backend[] {
  const found: Backend[] = ["reference"];
  if (typeof WebAssembly === "undefined") return found;
  if (WebAssembly.validate(probes.plain)) found.push("plain");
  if (WebAssembly.validate(probes.relaxed)) found.push("relaxed");
  return found;
}

/** The backend that kernels use now: the one set, else the fastest that this engine has. */
export function currentBackend(): Backend {
  return chosen ?? (availableBackends().at(-1) as Backend);
}

/**
 * Makes every kernel use one backend, for example `plain` for results that can be repeated bit for bit
 * elsewhere; `undefined` goes back to the fastest.
 *
 * @throws {ValueError} when this engine does not have the backend.
 */
export function setBackend(backend: Backend | undefined): void {
  const names = availableBackends();
  const one = { ...oneOf(names), expected: `a backend of this engine, one of ${names.join(", ")}` };
  const known = repairedBy(optional(one), (value) => {
    const isOfOthers = value === "plain" || value === "relaxed";
    return isOfOthers ? NEWER_ENGINE : (one.repair?.(value) ?? "Leave it out for the fastest.");
  });
  check("setBackend", "backend", backend, known);
  chosen = backend;
}

/** In base64, as the generated modules hold it; bundlers may put a function in its place that gives the bytes. */
export type KernelCode = string | (() => Uint8Array<ArrayBuffer>);

/** The two builds of a kernel. */
export interface KernelBuilds {
  readonly plain: KernelCode;
  readonly relaxed: KernelCode;
}

/**
 * A function that returns the exports of a kernel for the current backend, or undefined for `reference`.
 * Each build is compiled once, when it is first used. `Exports` is what TypeScript says that assembly/kernel.ts
 * exports; the conformance suite holds it to that.
 *
 * @param memory what the kernel sees. That of results is for kernels which need little room of their own.
 */
export function kernelLoader<Exports>(
  builds: KernelBuilds,
  memory: () => WebAssembly.Memory = kernelMemory,
): () => Exports | undefined {
  const loaded = new Map<Backend, Exports>();
  return () => {
    const backend = currentBackend();
    if (backend === "reference") return undefined;
    let kernel = loaded.get(backend);
    if (kernel === undefined) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(builds[backend])), {
        env: { memory: memory() },
      });
      kernel = instance.exports as unknown as Exports;
      loaded.set(backend, kernel);
    }
    return kernel;
  };
}

/** The same kernel in either memory that it may work in. */
export function kernelLoaders<Exports>(builds: KernelBuilds): (hasResults: boolean) => Exports | undefined {
  const [inTiles, inResults] = [kernelLoader<Exports>(builds), kernelLoader<Exports>(builds, resultMemory)];
  return (hasResults) => (hasResults ? inResults() : inTiles());
}

function bytesOf(code: KernelCode): Uint8Array<ArrayBuffer> {
  return typeof code === "string"
    ? Uint8Array.from(atob(code), (character) => character.charCodeAt(0))
    : code();
}

/** The codes that a kernel exports as `<prefix><name>`, by their names: what it knows of a table, under the table's keys. */
export function codesOf(
  constants: Readonly<Record<string, number>>,
  prefix: string,
): Readonly<Record<string, number>> {
  const entries = Object.entries(constants).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, code]) => [name.slice(prefix.length), code]));
}
