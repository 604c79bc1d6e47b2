import { defineConfig } from "vite";
import { kernelFiles } from "./kernel-files.ts";
import { offlineFiles, SERVICE_WORKER } from "./offline-files.ts";
import { sharedWorkers } from "./workers.ts";

/**
 * What several of the page, its worker, threads and training run, by who waits for it first. All of a group is fetched
 * where any of it is: only what a first visit needs anyhow stands here.
 */
const SHARED = [
  // The page too.
  {
    name: "common",
    test: /dist\/core\/(arguments|describe-value|errors|faults|kinds|nearest-name|visible-text)\.js|src\/(files\/(?!encode-photo|folder|free-name|save)|protocol\/|texts\/)/,
  },
  {
    name: "looks",
    test: /fetch-kernel|valibot|dist\/(core\/(activations|arena|choices|copy|erf|extremes|float-array|initializers|random|results|shape|shared-memory|sums)\.js|colour\/(spaces\/|transfer)|format\/safetensors|generator|kernels\/(base|interleaved|pixel-network|product|threads)\/|kernels\/workers\/host|look\/(apply|blend-networks|clamp|condition|condition-schema|coverage|layout|look|records|schema|styles|synthesize)\.js)/,
  },
];

/** A folder for any static host, also below a path: every address is relative. */
export default defineConfig({
  base: "./",
  plugins: [kernelFiles(), sharedWorkers(), offlineFiles()],
  build: {
    outDir: "site",
    target: "es2023",
    // What is small as data in an address is what the security policy refuses.
    assetsInlineLimit: 0,
    // For the page alone: what is imported later is imported by workers too, which have no document to preload by.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
    },
    rolldownOptions: {
      // Its package does not say so, and without it training fetched a writer of ONNX.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/pbf\//, sideEffects: false }] },
      input: { index: "index.html", [SERVICE_WORKER]: "src/offline/service-worker.ts" },
      output: {
        // Few large files are compressed better than the many small ones that chance would make of what is shared.
        codeSplitting: { groups: SHARED, includeDependenciesRecursively: false },
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
