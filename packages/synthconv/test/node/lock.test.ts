import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { acquireLock } from "../../src/node/lock.js";
import { LockError, type LockOwner } from "../../src/node/lock-owner.js";

function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

function ownerOf(pid: number, change: Partial<LockOwner> = {}): string {
  const since = "2026-01-02T03:04:05.000Z";
  return JSON.stringify({ pid, host: hostname(), since, processStart: "", token: "t", ...change });
}

describe("acquireLock", () => {
  it("is held by one, refused to the next, and free again after its release", async () => {
    const path = join(temporaryFolder(), "lock");
    const lock = await acquireLock(path);
    expect(lock.owner).toMatchObject({ pid: process.pid, host: hostname() });
    const refusal = await acquireLock(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockError);
    expect(refusal).toMatchObject({ code: "LOCKED", owner: lock.owner });
    expect(String(refusal)).toContain(
      `${path}: expected no other process at work here, received a lock of process ${process.pid} on ${hostname()} since `,
    );
    await lock.release();
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await (await acquireLock(path)).release();
  });

  it("takes over the lock of a dead process", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "lock");
    writeFileSync(path, ownerOf(deadProcess()));
    const lock = await acquireLock(path);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(lock.owner);
    expect(readdirSync(folder)).toEqual(["lock"]);
    await lock.release();
  });

  it.runIf(process.platform === "linux")(
    "takes over a lock whose process number belongs to a later process by now",
    async () => {
      const path = join(temporaryFolder(), "lock");
      writeFileSync(path, ownerOf(process.pid, { processStart: "1" }));
      await (await acquireLock(path)).release();
    },
  );

  it("leaves a lock of another machine alone, whose processes it cannot see", async () => {
    const path = join(temporaryFolder(), "lock");
    writeFileSync(path, ownerOf(deadProcess(), { host: "elsewhere" }));
    await expect(acquireLock(path)).rejects.toThrow(
      "on elsewhere since 2026-01-02T03:04:05.000Z. Wait for it to end; if it no longer runs on elsewhere, delete ",
    );
    expect(existsSync(path)).toBe(true);
  });

  it.each(["", "{", '{"pid":0}', "not ours"])(
    "takes over a lock without an owner in it: %j",
    async (text) => {
      const folder = temporaryFolder();
      const path = join(folder, "lock");
      writeFileSync(path, text);
      const lock = await acquireLock(path);
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(lock.owner);
      await lock.release();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("takes over a lock whose claim was left by a process that was killed", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "lock");
    for (const name of ["lock", "lock.claim"]) writeFileSync(join(folder, name), ownerOf(deadProcess()));
    await (await acquireLock(path)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === "linux")("takes over the lock of a process that is a zombie", async () => {
    const path = join(temporaryFolder(), "lock");
    // A program that takes the place of the shell and never asks how the shell's child has ended.
    const shell = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [pid] = (await once(shell.stdout, "data")) as [Buffer];
    const stat = (one: unknown): string => readFileSync(`/proc/${Number(one)}/stat`, "utf8");
    await vi.waitUntil(() => stat(shell.pid).includes("(sleep)"), 10_000);
    process.kill(Number(pid), "SIGKILL");
    await vi.waitUntil(() => stat(pid).includes(") Z "), 10_000);
    writeFileSync(path, ownerOf(Number(pid)));
    await (await acquireLock(path)).release();
    shell.kill();
  });

  it("is there with its owner or not at all", async () => {
    const folder = temporaryFolder();
    // No room for a name that long: the lock cannot be written.
    const path = join(folder, "x".repeat(300));
    await expect(acquireLock(path)).rejects.toThrow(
      "expected a place for a lock file, received a name that is too long",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a lock that is no file, and says which", async () => {
    const path = join(temporaryFolder(), "lock");
    mkdirSync(path);
    await expect(acquireLock(path)).rejects.toThrow(`${path}: expected a lock file, received a folder`);
  });

  it("goes to exactly one of many that find a dead process's lock at once", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "lock");
    writeFileSync(path, ownerOf(deadProcess()));
    const outcomes = await Promise.allSettled(Array.from({ length: 16 }, () => acquireLock(path)));
    const held = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(held).toHaveLength(1);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(held[0]?.owner);
    expect(readdirSync(folder)).toEqual(["lock"]);
    await held[0]?.release();
  });

  it("does not outlive a process that forgets to give it back", async () => {
    const path = join(temporaryFolder(), "lock");
    const script = `
      import { acquireLock } from ${JSON.stringify(new URL("../../dist/node.js", import.meta.url).href)};
      await acquireLock(process.argv[1]);
      process.exit(3);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, path], { stdio: "inherit" });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).toBe(3);
    expect(existsSync(path)).toBe(false);
  });
});
