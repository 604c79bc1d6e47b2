import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { kernelFiles } from "./kernel-files.ts";

const SERVICE_WORKER = "service-worker";

/** A folder for any static host, also below a path: every address is relative. */
export default defineConfig({
  base: "./",
  plugins: [kernelFiles(), listFiles()],
  build: {
    outDir: "site",
    target: "es2023",
    // What is small as data in an address is what the security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", [SERVICE_WORKER]: "src/offline/service-worker.ts" },
      output: {
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es", plugins: () => [kernelFiles()] },
});

/** Writes the hash of every file into the service worker, which thereby is another one for another site. */
function listFiles(): Plugin {
  return {
    name: "list-files",
    writeBundle({ dir = "" }) {
      const worker = join(dir, `${SERVICE_WORKER}.js`);
      const names = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => file !== worker);
      const files = names.sort().map((file) => {
        const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
        return [
          file
            .slice(dir.length + 1)
            .split(sep)
            .join("/"),
          hash,
        ];
      });
      const text = JSON.stringify(Object.fromEntries(files));
      const version = JSON.stringify(createHash("sha256").update(text).digest("hex"));
      const code = readFileSync(worker, "utf8").replaceAll(/\bVERSION\b/g, version);
      writeFileSync(
        worker,
        code.replaceAll(/\bFILES\b/g, () => text),
      );
    },
  };
}
