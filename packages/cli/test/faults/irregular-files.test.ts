/** Pipes, devices and sockets where a command expects a file or folder: refused at once, in one line. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { run, writeLook, writePhoto } from "../commands/support.js";

describe.skipIf(process.platform === "win32")("files that are no files", () => {
  const folder = sharedTemporaryFolder();
  const at = (...names: string[]): string => join(folder, ...names);
  const [look, photo] = [at("look.safetensors"), at("photo.png")];

  beforeAll(async () => {
    await writeLook(look, 0.1);
    await writePhoto(photo);
    for (const name of ["pipe", "pipe.png", "pipe.cube", "pipe.safetensors", "pipe.ts"]) {
      expect(spawnSync("mkfifo", [at(name)]).status).toBe(0);
    }
    for (const name of ["history.jsonl", "lock", "checkpoint-000000001.safetensors"]) {
      mkdirSync(at(`run-${name}`));
      expect(spawnSync("mkfifo", [at(`run-${name}`, name)]).status).toBe(0);
    }
    mkdirSync(at("demo"));
    expect(spawnSync("mkfifo", [at("demo", "synthconv-demo.md")]).status).toBe(0);
    mkdirSync(at("photos"));
    await writePhoto(at("photos", "a.png"));
    expect(spawnSync("mkfifo", [at("photos", "b.png")]).status).toBe(0);
    writeFileSync(at("x.cube"), `LUT_3D_SIZE 2\n${"0 0 0\n".repeat(8)}`);
  });

  const training = ["-o", at("new.safetensors"), "--steps", "1", "--channels", "1"];
  const commandLines: readonly (readonly string[])[] = [
    ...["/dev/zero", at("pipe")].flatMap((file) => [
      ["apply", file, photo, "-o", at("new.png")],
      ["apply", look, file, "-o", at("new.png")],
      ["bake", file, "-o", at("new.cube")],
      ["convert", file, at("new.cube")],
      ["compare", file, photo],
      ["compare", photo, file],
      ["inspect", file],
      ["train", file, ...training],
      ["train", "--before", photo, "--after", file, ...training],
      ["train", at("x.cube"), ...training, "--run", file],
      ["demo", "--out", file],
    ]),
    ["apply", look, photo, "-o", at("pipe.png"), "--force"],
    ["bake", look, "-o", at("pipe.cube"), "--force"],
    ["convert", at("x.cube"), at("pipe.cube"), "--force"],
    ["compare", photo, photo, "-o", at("pipe.png"), "--force"],
    ["train", at("x.cube"), ...training, "-o", at("pipe.safetensors"), "--force"],
    ["train", at("x.cube"), ...training, "--run", at("run-history.jsonl")],
    ["train", at("x.cube"), ...training, "--run", at("run-lock")],
    ["train", at("x.cube"), ...training, "--resume", "--run", at("run-checkpoint-000000001.safetensors")],
    ["doctor", at("pipe.ts")],
    ["doctor", at("run-history.jsonl")],
    ["doctor", at("run-checkpoint-000000001.safetensors")],
    ["demo", "--out", at("demo")],
  ];

  it.each(commandLines.map((args) => [args.map((arg) => arg.replace(`${folder}/`, "")).join(" "), args]))(
    "synthconv %s is refused in one line",
    async (_title, args) => {
      const { exitCode, stdout, stderr } = await run(...(args as string[]));
      expect(stderr).toMatch(/^synthconv \w+: .*expected .*\n$/);
      expect(stdout).toMatch(/^(0 photos written to .*, 1 failed\n)?$/);
      expect(exitCode).toBe(1);
    },
    10_000,
  );

  it("a socket is refused like a pipe", async () => {
    const socket = at("socket");
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    const { exitCode, stderr } = await run("inspect", socket);
    expect(stderr).toContain("socket: expected a look, received a device or pipe. Name a regular file.\n");
    expect(exitCode).toBe(1);
  });

  it("a pipe with a photo's name in a folder is another file, and the photos are done", async () => {
    const { exitCode, stdout } = await run("apply", look, at("photos"), "-o", at("out"));
    expect(stdout).toBe(`1 photo written to ${at("out")}, 1 other file left out\n`);
    expect(exitCode).toBe(0);
  });

  it.each(["apply", "bake", "compare", "convert", "demo", "doctor", "inspect", "train"])(
    "synthconv %s refuses a path with a null byte",
    async (command) => {
      const { exitCode, stderr } = await run(command, "a\0b", "c", "-o", "d");
      expect(stderr).toBe(`synthconv ${command}: expected arguments without null bytes, received a\\u{0}b\n`);
      expect(exitCode).toBe(2);
    },
  );
});
