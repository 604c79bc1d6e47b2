/** What a worker loads: each of its processes and threads loads it again, while a batch waits. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { repository } from "../../../../test-support/module-graph.js";

const built = join(repository, "packages/batch/dist");

/** The modules that a process loads with this one, by V8's coverage. */
function loadedWith(module: string): string[] {
  const folder = temporaryFolder();
  const env = { ...process.env, NODE_V8_COVERAGE: folder };
  const script = `await import(${JSON.stringify(pathToFileURL(join(built, module)).href)}); process.disconnect?.();`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  return reports
    .flatMap(({ result }) => result.map(({ url }: { readonly url: string }) => url))
    .filter((url) => url.startsWith("file:"));
}

const CODEC = /node_modules\/sharp\//;
const STORE_CLIENT = /node_modules\/@(aws-sdk|smithy)\//;
const QUEUE = /node_modules\/(bullmq|ioredis)\//;

describe("a worker on a folder", () => {
  it("loads no image codec where it hands out shards, no client of a store that nobody named, and no queue", () => {
    const loaded = loadedWith("commands/work.js");
    expect(loaded.some((url) => url.endsWith("/batch/dist/work/work-shard.js"))).toBe(true);
    expect(loaded.filter((url) => [CODEC, STORE_CLIENT, QUEUE].some((one) => one.test(url)))).toEqual([]);
  });

  it("loads the codec, and still no client, where photos are made", () => {
    const loaded = loadedWith("photo/make-planned.js");
    expect(loaded.some((url) => CODEC.test(url))).toBe(true);
    expect(loaded.filter((url) => [STORE_CLIENT, QUEUE].some((one) => one.test(url)))).toEqual([]);
  });
});
