import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "bench/test/**/*.test.ts", "conformance/test/**/*.test.ts"],
    // Two cores: a pool of processes larger than that only adds start-up time.
    maxWorkers: 2,
    setupFiles: ["test-support/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
