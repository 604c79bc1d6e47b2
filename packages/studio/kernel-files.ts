/**
 * Kernels as files of the site. The library has each build of a kernel in base64, so that it loads alike everywhere; a page
 * that is fetched pays for that: base64 compresses badly, and of two builds a browser runs one. Here each build is a .wasm
 * beside the site's code, fetched by whoever first runs it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import type { Plugin } from "vite";
import { NOT_FETCHED_REPAIR } from "./not-fetched.ts";

const KERNELS = join(import.meta.dirname, "../synthconv/dist/kernels");
// The last folder of the name: whoever builds this may have the repository in one of that name.
const GENERATED = /^.*\/kernels\/(.+)\/generated\/(plain|relaxed)\.js$/;
const FETCH = "\0fetch-kernel";

export function kernelFiles(): Plugin {
  const references = new Map<string, string>();
  return {
    name: "kernel-files",
    enforce: "pre",
    buildStart() {
      for (const name of readdirSync(KERNELS, { recursive: true, encoding: "utf8" })) {
        const path = `/kernels/${name.split(sep).join(posix.sep)}`;
        const [, kernel, build] = GENERATED.exec(path) ?? [];
        if (kernel === undefined) continue;
        const source = bytesIn(readFileSync(join(KERNELS, name), "utf8"));
        const file = `${kernel.replaceAll("/", "-")}-${build}.wasm`;
        references.set(`${kernel}/${build}`, this.emitFile({ type: "asset", name: file, source }));
      }
    },
    resolveId: (id) => (id === FETCH ? id : undefined),
    load: (id) => (id === FETCH ? FETCH_CODE : undefined),
    transform(_, id) {
      const [, kernel, build] = GENERATED.exec(id.split(sep).join(posix.sep)) ?? [];
      if (kernel === undefined) return undefined;
      const url = `import.meta.ROLLUP_FILE_URL_${references.get(`${kernel}/${build}`)}`;
      const code = `import { fetchKernel } from ${JSON.stringify(FETCH)};\nexport const wasmBase64 = () => fetchKernel(${url});\n`;
      return { code, map: null };
    },
  };
}

function bytesIn(module: string): Buffer {
  const [, base64] = /"([A-Za-z0-9+/=]{100,})"/.exec(module) ?? [];
  if (base64 === undefined)
    throw new Error("kernel-files: expected the base64 of a kernel in a generated module");
  return Buffer.from(base64, "base64");
}

/** Workers may wait for a file, and a kernel's first call does: calls are synchronous. */
const FETCH_CODE = `
export function fetchKernel(address) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  let why = "";
  try {
    request.send();
  } catch (error) {
    why = error.message;
  }
  if (request.status === 200) return new Uint8Array(request.response);
  throw new Error(
    \`The studio's file \${address.split("/").at(-1)} could not be fetched (\${request.status || why}). ${NOT_FETCHED_REPAIR}\`,
  );
}
`;
