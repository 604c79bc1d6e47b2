import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { sharedTemporaryFolder, temporaryFolder } from "../../../../test-support/folders.js";
import { redisAddress } from "../../src/carrier/redis-connection.js";
import { startRedis } from "../redis-server.js";
import { filesIn, run, runJson, start, writeLook, writePhotos } from "../support.js";

const shared = sharedTemporaryFolder();
const look = writeLook(join(shared, "look.safetensors"));
const photos = writePhotos(join(shared, "photos"), 12);
const hostile = fileURLToPath(new URL("hostile-photos.cjs", import.meta.url));

describe("workers on Redis", () => {
  it("do together what run does alone, however often a shard comes, and leave no jobs behind", async (context) => {
    const { url } = await startRedis(context);
    const [out, alone] = [join(temporaryFolder(), "out"), join(temporaryFolder(), "alone")];
    const plan = ["plan", await look, await photos, "--to", out, "--shard-size", "3", "--redis", url];
    const { plan: name } = await runJson(...plan);
    await runJson(...plan);
    expect(await runJson("status", "--to", out, "--redis", url)).toMatchObject({
      queue: { waiting: 4, active: 0, failed: 0 },
    });
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue("synthconv-batch", { connection });
    const data = { plan: name, destination: pathToFileURL(out).href, shard: 2 };
    await queue.add("shard", data, { jobId: "twice" });
    const workers = [1, 2].map(() => run("work", "--redis", url, "--drain", "--json"));
    const counts = (await Promise.all(workers)).map(({ stdout }) => JSON.parse(stdout).written);
    expect(counts[0] + counts[1]).toBeGreaterThanOrEqual(12);
    await run("run", await look, await photos, "--to", alone, "--shard-size", "3");
    expect(await filesIn(out)).toEqual(await filesIn(alone));
    const left = await connection.keys("*");
    expect(left.filter((key) => /:\d|twice|[0-9a-f]{16}/.test(key))).toEqual([]);
    await queue.close();
    connection.disconnect();
  });

  it("list a photo that ends its process, or never ends, and do all others", async (context) => {
    const { url } = await startRedis(context);
    const folder = temporaryFolder();
    const [source, out] = [join(folder, "photos"), join(folder, "out")];
    await cp(await photos, source, { recursive: true });
    await writeFile(join(source, "0/4-kills.jpg"), "any");
    await writeFile(join(source, "0/6-sleeps.jpg"), "any");
    await run("plan", await look, source, "--to", out, "--shard-size", "14", "--redis", url);
    const args = ["work", "--redis", url, "--drain", "--lost-after", "1s", "--photo-timeout", "2s"];
    const worker = () =>
      start([...args, "--concurrency", "1"], { NODE_OPTIONS: `--require ${hostile}` }).ended;
    expect(await worker()).toMatchObject({ signal: "SIGKILL" });
    expect(await worker()).toMatchObject({ exitCode: 0, signal: null });
    const { failures, written } = await runJson("report", "--to", out);
    expect(written).toBe(12);
    expect(failures).toMatchObject([
      { output: "0/4-kills.jpg", code: "CRASH", message: expect.stringContaining("was ended by SIGKILL") },
      { output: "0/6-sleeps.jpg", code: "TIMEOUT", message: expect.stringContaining("2 s went by") },
    ]);
  });

  it("stay while it is away, and end the plan when it is back", async (context) => {
    const redis = await startRedis(context);
    const { url } = redis;
    const [source, out] = [join(temporaryFolder(), "photos"), join(temporaryFolder(), "out")];
    await writePhotos(source, 40, 60);
    const plan = ["plan", await look, source, "--to", out, "--shard-size", "1", "--redis", url];
    const { plan: name } = await runJson(...plan);
    const args = ["work", "--redis", url, "--lost-after", "2s", "--concurrency", "1", "--quiet"];
    const { child, ended } = start(args);
    const results = join(out, ".synthconv-batch", name, "results");
    const finished = async () => (await readdir(results).catch(() => [])).length;
    while ((await finished()) === 0) await delay(20);
    await redis.stop();
    // A shard that was brought is finished; for longer than a lock holds nothing else comes.
    await delay(1500);
    const before = await finished();
    await delay(2500);
    expect(await finished()).toBe(before);
    expect(before).toBeLessThan(40);
    expect(child.exitCode).toBeNull();
    await redis.start();
    while ((await finished()) < 40) await delay(50);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ exitCode: 0, signal: null });
    expect(await runJson("report", "--to", out)).toMatchObject({ written: 40, failures: [] });
  }, 120_000);

  for (const [what, more, exitCode] of [
    ["waits for shards", [], 0],
    ["ends with the queue", ["--drain"], 130],
  ] as const) {
    it(`end at the first signal while it is away, where the worker ${what}`, async (context) => {
      const redis = await startRedis(context);
      const { url } = redis;
      const [source, out] = [join(temporaryFolder(), "photos"), join(temporaryFolder(), "out")];
      await writePhotos(source, 40, 60);
      const plan = ["plan", await look, source, "--to", out, "--shard-size", "1", "--redis", url];
      const { plan: name } = await runJson(...plan);
      const { child, ended } = start([
        "work",
        "--redis",
        url,
        "--lost-after",
        "2s",
        "--concurrency",
        "1",
        "--quiet",
        ...more,
      ]);
      const results = join(out, ".synthconv-batch", name, "results");
      while ((await readdir(results).catch(() => [])).length === 0) await delay(20);
      await redis.stop();
      child.kill("SIGTERM");
      expect(await ended).toMatchObject({ exitCode, signal: null });
      await redis.start();
      // A shard that nobody could give back goes to another worker once its lock has run out.
      await runJson("work", "--redis", url, "--drain", "--lost-after", "2s");
      expect(await runJson("report", "--to", out)).toMatchObject({ written: 40, failures: [] });
    }, 120_000);
  }

  it("leave out what was cancelled", async (context) => {
    const { url } = await startRedis(context);
    const out = join(temporaryFolder(), "out");
    await run("plan", await look, await photos, "--to", out, "--shard-size", "3", "--redis", url);
    expect(await runJson("cancel", "--to", out, "--redis", url)).toMatchObject({ removedFromQueue: 4 });
    expect(await runJson("work", "--redis", url, "--drain")).toMatchObject({ written: 0 });
  });
});

describe("a Redis", () => {
  it("that throws data away or keeps none is refused before work, with the command that repairs it", async (context) => {
    const forgetful = await startRedis(context, []);
    const { stderr, exitCode } = await run("work", "--redis", forgetful.url, "--drain");
    expect([exitCode, stderr]).toEqual([
      1,
      `synthconv-batch work: ${forgetful.url}: expected a Redis that keeps its data, received neither an append-only file ` +
        "nor snapshots. A restart would lose the queue: redis-cli CONFIG SET appendonly yes\n",
    ]);
    const evicting = await startRedis(context, ["--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"]);
    const { stderr: other } = await run("plan", "l", "p", "--to", "o", "--redis", evicting.url);
    expect(other).toMatch(
      /expected maxmemory-policy noeviction, received allkeys-lru\. Others throw .*: redis-cli CONFIG SET maxmemory-policy/,
    );
  });

  it("has its password from the environment or a file, and never from an argument, nor in a message", async () => {
    expect(() => redisAddress("redis://user:geheim@host")).toThrow(
      /expected an address without a password, .*_FILE/,
    );
    expect(() => redisAddress("geheim")).toThrow(
      "--redis: expected an address such as redis://localhost:6379, received another text",
    );
    const file = join(temporaryFolder(), "password");
    await writeFile(file, "geheim\n");
    const url = "redis://host:1";
    expect(redisAddress(url, { SYNTHCONV_REDIS_PASSWORD: "x" })).toMatchObject({ shown: url, password: "x" });
    expect(redisAddress(url, { SYNTHCONV_REDIS_PASSWORD_FILE: file })).toMatchObject({ password: "geheim" });
    expect(() => redisAddress(url, { SYNTHCONV_REDIS_PASSWORD_FILE: `${file}s` })).toThrow(
      `SYNTHCONV_REDIS_PASSWORD_FILE: expected the name of a file that holds the password, received ${file}s, ` +
        "which cannot be read (ENOENT)",
    );
  });

  it("or a destination is asked for, and not both", async () => {
    const expected = "expected --redis, or --to without it, received ";
    expect((await run("work")).stderr).toContain(`${expected}neither`);
    expect((await run("work", "--to", "x", "--redis", "redis://x")).stderr).toContain(`${expected}both`);
  });
});
