// What docs/batch.md says of planning, the queue, memory and speed: node scripts/measure-batch.mjs plan|queue|speed
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "packages/batch/dist");
const batch = join(root, "packages/batch/bin/synthconv-batch.cjs");
const cli = join(root, "packages/cli/bin/synthconv.cjs");
const node = `'${process.execPath}'`;
const [mode = "plan", countText] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "synthconv-measure-"));
try {
  await { plan: measurePlan, queue: measureQueue, speed: measureSpeed }[mode](Number(countText) || undefined);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A store that lists as many keys as are asked for, in pages of 1,000 as S3 does. */
async function measurePlan(count = 1_000_000) {
  const { makePlan } = await import(join(dist, "plan/make-plan.js"));
  const { settlePlan } = await import(join(dist, "plan/settle-plan.js"));
  const { openStore } = await import(join(dist, "store/stores.js"));
  const { parseLook } = await import("synthconv/look");
  const { readFileSync } = await import("node:fs");
  const lookBytes = readFileSync(trainLook());
  const store = { url: "s3://synthetic", close() {} };
  async function* photos() {
    for (let first = 0; first < count; first += 1000) {
      yield Array.from({ length: Math.min(1000, count - first) }, (_, index) => {
        const name = `2024/${String(Math.floor(first / 10_000)).padStart(4, "0")}/IMG_${String(first + index).padStart(8, "0")}.jpg`;
        const tag = (first + index).toString(16).padStart(32, "0");
        return { key: name, size: 8_000_000, identity: `8000000-${tag}`, modified: 0 };
      });
    }
  }
  const settings = {
    ...{
      set: {},
      style: {},
      strength: 1,
      dither: false,
      dropAlpha: false,
      bestEffort: false,
      backend: "plain",
    },
  };
  const destination = openStore(join(folder, "out"));
  const start = performance.now();
  const look = parseLook(lookBytes, "look");
  const made = await makePlan({ look, lookBytes, settings, sources: [{ store, photos }], destination });
  const { open } = await settlePlan(made, false);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `planned ${count} photos in ${open.length} shards: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB at most`,
  );
}

async function measureQueue(count = 10_000) {
  const { RedisCarrier } = await import(join(dist, "carrier/redis.js"));
  const { redisAddress } = await import(join(dist, "carrier/redis-connection.js"));
  const { child, url, redis } = await startRedis();
  const before = await usedMemory(redis);
  const carrier = new RedisCarrier({
    address: redisAddress(url),
    queue: "synthconv-batch",
    lostAfterMs: 30_000,
  });
  const jobs = Array.from({ length: count }, (_, shard) => ({
    ...{
      plan: "0123456789abcdef",
      destination: "s3://a-bucket-with-a-long-name/and/a/prefix/of/some/length",
      shard,
    },
  }));
  const start = performance.now();
  await carrier.offer(jobs);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = ((await usedMemory(redis)) - before) / 1e6;
  console.log(`offered ${count} jobs in ${seconds.toFixed(1)} s: ${megabytes.toFixed(1)} MB of Redis`);
  await carrier.close();
  redis.disconnect();
  child.kill();
}

/**
 * Photos of 6 megapixels: apply --jobs 2 beside two workers on Redis, in turn, of a few and of many, so that what a start
 * costs and what a photo costs are told apart.
 */
async function measureSpeed(count = 24) {
  const look = trainLook();
  const { child, url, redis } = await startRedis();
  const sizes = [Math.ceil(count / 4), count];
  const folders = await Promise.all(sizes.map((size) => makePhotos(size, `photos-${size}`)));
  const ways = {
    "apply --jobs 2": (photos, out) =>
      timed(`${node} '${cli}' apply '${look}' '${photos}' -o '${out}' --jobs 2 --quiet --backend plain`),
    "two workers": (photos, out) => {
      call(batch, ["plan", look, photos, "--to", out, "--redis", url, "--quiet"]);
      const worker = `${node} '${batch}' work --redis ${url} --drain --concurrency 1 --quiet`;
      return timed(`${worker} & ${worker} & wait`);
    },
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, sizes.map(() => [])]));
  for (let round = 0; round < 3; round++) {
    for (const [nth, photos] of folders.entries()) {
      for (const [name, way] of Object.entries(ways)) {
        const out = join(folder, "out");
        times[name][nth].push(way(photos, out));
        rmSync(out, { recursive: true });
      }
    }
  }
  for (const [name, [few, many]] of Object.entries(times)) {
    const each = (of) => {
      const [less, more] = [few, many].map((all) => median(all.map((one) => one[of])));
      return `${((more - less) / (sizes[1] - sizes[0])).toFixed(3)} s a photo, ${more.toFixed(1)} s for ${count}`;
    };
    console.log(`${name}: processor ${each("processor")}; wall ${each("wall")}`);
  }
  redis.disconnect();
  child.kill();
}

async function makePhotos(count, name) {
  const sharp = createRequire(join(root, "packages/cli/package.json"))("sharp");
  const photos = join(folder, name);
  mkdirSync(photos);
  const baboon = join(root, "packages/cli/dist/assets/baboon.png");
  const large = await sharp(baboon).resize(3000, 2000, { fit: "fill" }).jpeg({ quality: 92 }).toBuffer();
  for (let index = 0; index < count; index++) writeFileSync(join(photos, `${index}.jpg`), large);
  return photos;
}

function trainLook() {
  const [cube, look] = [join(folder, "look.cube"), join(folder, "look.safetensors")];
  writeFileSync(cube, "LUT_3D_SIZE 2\n0 0 0\n0.9 0 0\n0 0.8 0\n1 1 0\n0 0 0.7\n1 0 1\n0 1 1\n1 1 1\n");
  call(cli, ["train", cube, "-o", look, "--channels", "16", "--steps", "20", "--quiet"]);
  return look;
}

function call(program, args) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

/** Seconds, also of all processes that it starts: a busy machine lengthens the wall's more than the processor's. */
function timed(line) {
  const { status, stderr } = spawnSync(
    "bash",
    ["-c", `TIMEFORMAT='{"real":%R,"user":%U,"system":%S}'; time { ${line}; }`],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${line}: ${stderr}`);
  const { real, user, system } = JSON.parse(stderr.trim().split("\n").at(-1));
  return { wall: real, processor: user + system };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function startRedis() {
  const { Redis } = createRequire(join(root, "packages/batch/package.json"))("ioredis");
  const port = 20_000 + (process.pid % 20_000);
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--appendonly",
    "yes",
    "--save",
    "",
  ];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  await redis.ping();
  await delay(100);
  return { child, url, redis };
}

async function usedMemory(redis) {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
}
