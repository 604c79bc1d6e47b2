import { defineConfig } from "vite";

/** A folder for any static host, also below a path: every address is relative. */
export default defineConfig({
  base: "./",
  build: {
    outDir: "site",
    target: "es2023",
    // What is small as data in an address is what the security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
