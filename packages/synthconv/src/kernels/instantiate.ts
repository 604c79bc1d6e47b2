import { type Backend, currentBackend } from "./backend.js";
import { kernelMemory } from "./memory.js";

/** The two builds of a kernel, as the generated modules hold them. */
export interface KernelBuilds {
  readonly plain: string;
  readonly relaxed: string;
}

/**
 * A function that returns the exports of a kernel for the current backend, or undefined for `reference`.
 * Each build is compiled once, when it is first used. `Exports` is the binding's statement of what kernel.ts
 * exports; the conformance suite holds it to that.
 */
export function kernelLoader<Exports>(builds: KernelBuilds): () => Exports | undefined {
  const loaded = new Map<Backend, Exports>();
  return () => {
    const backend = currentBackend();
    if (backend === "reference") return undefined;
    let kernel = loaded.get(backend);
    if (kernel === undefined) {
      const bytes = Uint8Array.from(atob(builds[backend]), (character) => character.charCodeAt(0));
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        env: { memory: kernelMemory() },
      });
      kernel = instance.exports as unknown as Exports;
      loaded.set(backend, kernel);
    }
    return kernel;
  };
}
