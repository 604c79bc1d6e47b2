/**
 * Workers that are killed, a queue that is restarted, and every shard delivered twice: what is left behind is the same,
 * byte for byte, as of a run that nothing disturbed. A short form; `npm run test:batch` has 20,000 photos.
 */
import { readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { sharp } from "synthconv-cli/internal/photo";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { type RedisServer, startRedis } from "../redis-server.js";
import { filesIn, runJson, start, writeLook } from "../support.js";

const COUNT = Number(process.env.SYNTHCONV_BATCH_PHOTOS ?? 120);
const SEED = Number(process.env.SYNTHCONV_BATCH_SEED ?? Date.now() % 1_000_000);
const WORKERS = 4;
const SHARD_SIZE = COUNT > 1000 ? 50 : 10;
const isLong = COUNT > 1000;
/** Milliseconds between two kills. */
const KILL_EVERY = isLong ? 3000 : 700;
const LOST_AFTER = isLong ? "3s" : "1s";

/** Each with colours of its own; 16 x 16, so that the engine is what takes the time. */
async function makePhotos(folder: string): Promise<string> {
  for (let index = 0; index < COUNT; index++) {
    const below = join(folder, String(Math.floor(index / 500)));
    if (index % 500 === 0) await mkdir(below, { recursive: true });
    const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) => (at * (index + 7) + (at >> 4)) & 255);
    const image = sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } });
    await writeFile(join(below, `${index}.png`), await image.png().toBuffer());
  }
  return folder;
}

/** Workers of which always one, by chance, is killed with -9 and replaced. */
class Crew {
  readonly #url: string;
  readonly #random: () => number;
  readonly #workers: ReturnType<typeof start>[] = [];
  kills = 0;

  constructor(url: string, random: () => number) {
    this.#url = url;
    this.#random = random;
    for (let index = 0; index < WORKERS; index++) this.#workers.push(this.#hire());
  }

  killOne(): void {
    const index = Math.floor(this.#random() * WORKERS);
    this.#workers[index]?.child.kill("SIGKILL");
    this.#workers[index] = this.#hire();
    this.kills++;
  }

  /** @returns how they ended: a worker that had not begun to listen for signals is ended by them. */
  async dismiss(): Promise<string[]> {
    for (const { child } of this.#workers) child.kill("SIGTERM");
    const ends = await Promise.all(this.#workers.map(({ ended }) => ended));
    return ends.map(({ exitCode, signal }) => String(signal ?? exitCode));
  }

  #hire(): ReturnType<typeof start> {
    return start(["work", "--redis", this.#url, "--lost-after", LOST_AFTER, "--concurrency", "1", "--quiet"]);
  }
}

async function deliverTwice(url: string, out: string, plan: string, shards: number): Promise<void> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue("synthconv-batch", { connection });
  const destination = pathToFileURL(out).href;
  const jobs = Array.from({ length: shards }, (_, shard) => ({
    name: "shard",
    data: { plan, destination, shard },
    opts: { jobId: `twice-${shard}`, removeOnComplete: true, attempts: 40 },
  }));
  await queue.addBulk(jobs);
  await queue.close();
  connection.disconnect();
}

async function finishedOf(out: string, plan: string): Promise<number> {
  return (await readdir(join(out, ".synthconv-batch", plan, "results")).catch(() => [])).filter((name) =>
    name.endsWith(".jsonl"),
  ).length;
}

async function restart(redis: RedisServer): Promise<void> {
  await redis.stop();
  await delay(isLong ? 3000 : 300);
  await redis.start();
}

/** Numbers in 0 to 1 of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function documentsOf(out: string, plan: string, shards: number): string[] {
  const folder = join(out, ".synthconv-batch");
  const results = Array.from({ length: shards }, (_, shard) => {
    return join(folder, plan, "results", `${String(shard).padStart(6, "0")}.jsonl`);
  });
  return [join(folder, "manifest.json"), ...results].map((path) => readFileSync(path, "utf8"));
}

describe("a run that is disturbed", () => {
  it("leaves the same manifest, results and outputs as one that is not", async (context) => {
    const redis = await startRedis(context);
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"));
    const photos = await makePhotos(join(folder, "photos"));
    const [calm, out] = [join(folder, "calm"), join(folder, "out")];
    const more = ["--shard-size", String(SHARD_SIZE)];
    expect(await runJson("run", look, photos, "--to", calm, ...more)).toMatchObject({
      written: COUNT,
      failed: 0,
    });
    const { plan, shards } = await runJson("plan", look, photos, "--to", out, ...more, "--redis", redis.url);
    await deliverTwice(redis.url, out, plan, shards);

    const crew = new Crew(redis.url, randomOf(SEED));
    const restartsAt = [shards / 4, shards / 2];
    let last = { time: performance.now(), finished: 0 };
    for (;;) {
      const finished = await finishedOf(out, plan);
      if (finished === shards) break;
      if (finished >= (restartsAt[0] ?? shards)) {
        restartsAt.shift();
        await restart(redis);
      }
      // Not before somebody came to work: on a busy machine a start takes longer than a life would be.
      if (performance.now() > last.time + KILL_EVERY && finished > last.finished) {
        crew.killOne();
        last = { time: performance.now(), finished };
      }
      await delay(50);
    }
    expect(restartsAt).toEqual([]);
    const ends = await crew.dismiss();
    if (isLong) process.stderr.write(`seed ${SEED}: ${COUNT} photos, ${crew.kills} workers killed\n`);
    expect(
      ends.every((end) => ["0", "SIGTERM"].includes(end)),
      `ends: ${ends}`,
    ).toBe(true);
    expect(crew.kills).toBeGreaterThan(0);
    expect(documentsOf(out, plan, shards), `seed ${SEED}`).toEqual(documentsOf(calm, plan, shards));
    expect(await filesIn(out), `seed ${SEED}`).toEqual(await filesIn(calm));
  }, 3_600_000);
});
