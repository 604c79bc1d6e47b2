/** Compiles kernel.ts at the start of a run: one second, and no build product to keep. */
import { readFileSync } from "node:fs";

// As scripts/build-kernels.mjs builds the library's kernels.
const FLAGS = ["-O2", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd"];

export interface CeilingModules {
  readonly plain: WebAssembly.Module;
  /** Undefined where this engine has no relaxed SIMD. */
  readonly relaxed: WebAssembly.Module | undefined;
}

export async function compileCeilings(): Promise<CeilingModules> {
  const plain = await compile([]);
  const relaxed = await compile(["--enable", "relaxed-simd"]);
  return {
    plain: new WebAssembly.Module(plain),
    relaxed: WebAssembly.validate(relaxed) ? new WebAssembly.Module(relaxed) : undefined,
  };
}

async function compile(flags: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { default: compiler } = await import("assemblyscript/asc");
  const source = readFileSync(new URL("../../src/ceilings/kernel.ts", import.meta.url), "utf8");
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await compiler.main(
    ["kernel.ts", "--outFile", "kernel.wasm", ...FLAGS, ...flags],
    {
      readFile: (name) => (name === "kernel.ts" ? source : null),
      writeFile: (name, contents) => {
        if (name === "kernel.wasm" && typeof contents !== "string") binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  if (binary === undefined)
    throw new Error(`the ceilings' kernel: ${error?.message}\n${stderr.toString()}`, { cause: error });
  return binary;
}
