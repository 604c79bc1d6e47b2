import { defineConfig } from "vitest/config";

// Of these folders no test leaves anything in a module: their files share a process, which has loaded the library once.
const PLAIN = [
  ...["autograd", "colour", "core", "export", "fit", "format", "generator"],
  ...["hyper", "kernels", "look", "nn", "onnx", "ops", "pairs"],
  // But for the one file that puts a module of its own in another's place.
].map((folder) => `packages/synthconv/test/${folder}/**/!(unset-results).test.ts`);

export default defineConfig({
  test: {
    // Two cores: a pool of processes larger than that only adds start-up time.
    maxWorkers: 2,
    setupFiles: ["test-support/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A page on a machine that does ten other things answers after seconds: what is waited for comes, or the test ends.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: "plain", include: PLAIN, isolate: false } },
      {
        extends: true,
        test: {
          name: "each alone",
          include: [
            "packages/*/test/**/*.test.ts",
            "bench/test/**/*.test.ts",
            "conformance/test/**/*.test.ts",
          ],
          exclude: PLAIN,
        },
      },
    ],
  },
});
