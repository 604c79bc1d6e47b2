/** The process of a command line: signals while it cannot be bothered, and streams that fail. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import sharp, { type Sharp } from "sharp";
import { lookLayout } from "synthconv/internal";
import { serializeLook } from "synthconv/look";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { outcomeOf, program, start, writeLook } from "../commands/support.js";

const onUnix = describe.skipIf(process.platform === "win32");

onUnix("a signal while a command is in its longest phase", () => {
  const folder = sharedTemporaryFolder();
  const at = (name: string): string => join(folder, name);
  const [look, photo] = [at("look.safetensors"), at("photo.jpg")];

  beforeAll(async () => {
    await writeLook(look, 0.1);
    writeFileSync(at("x.cube"), `LUT_3D_SIZE 2\n${"0 0 0\n".repeat(8)}`);
    await noise(6000, 4000).jpeg().toFile(photo);
    const flat = { create: { width: 9000, height: 9000, channels: 3 as const, background: "grey" } };
    await sharp(flat).jpeg().toFile(at("flat.jpg"));
    writeFileSync(at("loop.mjs"), "for (;;);");
    writeFileSync(at("large.safetensors"), largeLook());
    spawnSync("mkdir", [at("run")]);
    const record = (step: number): string =>
      `{"step":${step},"loss":0.5,"learningRate":0.1,"gradientNorm":1}\n`;
    writeFileSync(
      at("run/history.jsonl"),
      Array.from({ length: 3_000_000 }, (_, step) => record(step)).join(""),
    );
  }, 120_000);

  // All of these take half a minute and more when nobody stops them (inspect and the run's doctor some seconds); the
  // signal is promised to end them within two seconds.
  const LIMIT_MS = 10_000;
  const WORK_SECONDS = 0.9;

  /** Resolves when the process and its children have been at work for a while: loading takes half of that. */
  async function inItsWork({ pid }: ChildProcess): Promise<void> {
    if (process.platform !== "linux") return delay(5000);
    const isAtWork = (): boolean =>
      processorSeconds(pid) + childrenOf(pid).reduce((sum, child) => sum + processorSeconds(child), 0) >
      WORK_SECONDS;
    await vi.waitUntil(isAtWork, { timeout: 50_000, interval: 20 });
  }

  const wide = ["--channels", "256", "--hidden", "3", "--batch", "4194304", "--threads", "1"];
  it.each([
    ["apply, decoding", ["apply", look, photo, "-o", at("photo.avif")], "SIGINT"],
    ["apply, encoding", ["apply", look, photo, "-o", at("photo.avif")], "SIGTERM", 2500],
    ["bake", ["bake", look, "-o", at("large.cube"), "--size", "256"], "SIGTERM"],
    ["compare", ["compare", at("flat.jpg"), at("flat.jpg")], "SIGINT"],
    ["train, a step", ["train", at("x.cube"), "-o", at("new.safetensors"), ...wide], "SIGTERM"],
    ["train, photos", ["train", "--before", photo, "--after", photo, "-o", at("pair.safetensors")], "SIGINT"],
    ["demo", ["demo", "--out", at("demo"), "--steps", "1000000", "--quiet"], "SIGTERM"],
    ["doctor, a module", ["doctor", at("loop.mjs")], "SIGINT"],
    ["doctor, a run", ["doctor", at("run")], "SIGTERM"],
    ["inspect", ["inspect", at("large.safetensors")], "SIGINT"],
  ] as [string, string[], NodeJS.Signals, number?][])(
    "ends synthconv %s soon, with one line",
    async (_title, args, signal, later = 0) => {
      const { child, ended } = start(...args);
      await inItsWork(child);
      await delay(later);
      const sent = performance.now();
      child.kill(signal);
      const outcome = await ended;
      expect(performance.now() - sent).toBeLessThan(LIMIT_MS);
      // A decoder that is at work cannot be stopped: the process then ends by the signal, which shells report as 130.
      expect([130, "SIGINT"]).toContain(outcome.signal ?? outcome.exitCode);
      expect(outcome.stderr).toMatch(new RegExp(`^synthconv ${args[0]}: interrupted.*\\n$`));
      expect(outcome.stdout).toBe("");
    },
  );

  it("leaves no lock, no temporary and no output behind", async () => {
    const names = await readdir(folder, { recursive: true });
    expect(
      names.filter((name) => /lock|\.tmp$|photo\.avif|large\.cube|new\.safetensors$/.test(name)),
    ).toEqual([]);
  });

  it("gives --json a document of its own", async () => {
    const { child, ended } = start("bake", look, "-o", at("large.cube"), "--size", "256", "--json");
    await inItsWork(child);
    child.kill("SIGINT");
    const { stdout, exitCode } = await ended;
    expect(JSON.parse(stdout)).toEqual({ error: { code: "INTERRUPTED", message: "interrupted" } });
    expect(exitCode).toBe(130);
  });

  it("a reader that takes nothing does not keep a signal waiting", async () => {
    // A document that is larger than a pipe, and nobody reads it.
    expect(spawnSync("mkfifo", [at("unread")]).status).toBe(0);
    const unread = openSync(at("unread"), constants.O_RDWR);
    const absent = Array.from({ length: 600 }, (_, i) => at(`absent-${i}.png`));
    const args = ["apply", look, ...absent, "-o", at("out/"), "--json"];
    const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", unread, "pipe"] });
    let lines = 0;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      lines += text.split("\n").length - 1;
    });
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
    await vi.waitUntil(() => lines === absent.length, { timeout: 60_000 });
    await delay(1000);
    child.kill("SIGTERM");
    expect(await ended).toBe("SIGINT");
    closeSync(unread);
  });

  it.skipIf(process.platform !== "linux")("nor does one of stderr, and one signal is enough", async () => {
    // More errors than a pipe holds.
    expect(spawnSync("mkfifo", [at("unread-errors")]).status).toBe(0);
    const unread = openSync(at("unread-errors"), constants.O_RDWR);
    const absent = Array.from({ length: 600 }, (_, i) => at(`absent-${i}.png`));
    const args = [program, "apply", look, ...absent, "-o", at("out/")];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", unread] });
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
    // It has worked and is held up: it uses no more time.
    let used = 0;
    await vi.waitUntil(
      () => {
        const before = used;
        used = processorSeconds(child.pid);
        return used > 0.3 && used === before;
      },
      { timeout: 60_000, interval: 500 },
    );
    const sent = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toBe("SIGINT");
    expect(performance.now() - sent).toBeLessThan(LIMIT_MS);
    closeSync(unread);
  });

  it("a second signal ends it at once", async () => {
    const { child, ended } = start("bake", look, "-o", at("large.cube"), "--size", "256");
    await inItsWork(child);
    child.kill("SIGINT");
    await delay(50);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ exitCode: 130, stderr: "synthconv bake: interrupted\n" });
  });
});

describe.skipIf(process.platform !== "linux")("streams that fail", () => {
  const folder = sharedTemporaryFolder();
  const look = join(folder, "look.safetensors");
  beforeAll(() => writeLook(look, 0.1).then(() => undefined));

  it.each([
    ["synthconv inspect", ["inspect", look]],
    ["synthconv inspect", ["inspect", look, "--json"]],
    ["synthconv bake", ["bake", look, "-o", join(folder, "x.cube"), "--size", "2"]],
    ["synthconv help", ["help", "apply"]],
    ["synthconv", ["--version"]],
  ])("%s %j says in one line that stdout has no room, and fails", async (name, args) => {
    const full = openSync("/dev/full", "w");
    const outcome = await outcomeOf(
      spawn(process.execPath, [program, ...args], { stdio: ["ignore", full, "pipe"] }),
    );
    expect(outcome).toMatchObject({
      exitCode: 1,
      stderr: `${name}: stdout: expected a place for the report, received a full disk (ENOSPC). Free some space and try again.\n`,
    });
  });

  it("a stderr without room changes nothing but that its words are lost", async () => {
    const full = openSync("/dev/full", "w");
    const args = [program, "inspect", join(folder, "absent")];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", full] });
    expect(await outcomeOf(child)).toMatchObject({ exitCode: 1, stdout: "" });
  });

  it.each([
    ["inspect", look],
    ["bake", look, "-o", join(folder, "y.cube"), "--size", "2"],
  ])("a reader that has gone is no failure: synthconv %s", (...args) => {
    const words = [process.execPath, program, ...args].map((word) => `"${word}"`).join(" ");
    const { stdout, stderr } = spawnSync("bash", ["-c", `${words} | true; echo "\${PIPESTATUS[0]}"`], {
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
  });
});

/** What a process has used by now, in all its threads (proc(5)); 0 where it has ended. */
function processorSeconds(pid: unknown): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function childrenOf(pid: unknown): string[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const texts = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
    return texts
      .join(" ")
      .split(" ")
      .filter((child) => child !== "");
  } catch {
    return [];
  }
}

/** A photo that is hard to compress. */
function noise(width: number, height: number): Sharp {
  const grain = { type: "gaussian" as const, mean: 128, sigma: 40 };
  return sharp({ create: { width, height, channels: 3, background: "black", noise: grain } });
}

/** A look of some 9 million parameters. */
function largeLook(): Uint8Array {
  const schema = {
    condition: [{ name: "mix", minimum: 0, maximum: 1, default: 0.5 }],
    network: { channels: [3, 128, 128, 3], activation: "relu", residual: true },
    generator: { hidden: [512], activation: "relu" },
    colourSpace: "srgb",
  } as const;
  const parameters = new Map(
    [...lookLayout(schema as never).parameters].map(([name, shape]) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [name, new Float32Array(size).fill(0.001)] as const;
    }),
  );
  return serializeLook({ schema: schema as never, parameters });
}
