/** Folders that cannot be read: said, counted, and never passed over. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, writeLook, writePhoto } from "../commands/support.js";
import { FAULT_KINDS, needFailingDisk, runOnFailingDisk } from "./failing-disk.js";

async function setUp() {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "look.safetensors"), 0.125);
  const photos = join(folder, "photos");
  await mkdir(join(photos, "b"), { recursive: true });
  const photo = await writePhoto(join(photos, "a.png"));
  for (const name of ["b/b.png", "c.png"]) await copyFile(photo, join(photos, name));
  return { folder, look, photos, photo, out: join(folder, "out") };
}

/** Makes folders below one until their path has more than 4096 bytes, with a photo at every level. */
function makeDeep(folder: string, photo: string): void {
  const name = "d".repeat(200);
  const script = `cd "$1"; for i in $(seq 24); do mkdir ${name} && cd ${name} && cp "$2" p.png; done`;
  expect(spawnSync("bash", ["-c", script, "bash", folder, photo]).status).toBe(0);
  // Node does not get to the end of it either.
  onTestFinished(() => void spawnSync("rm", ["-rf", folder]));
}

describe.skipIf(process.platform === "win32")("a tree that is deeper than paths may be long", () => {
  it("apply does what it can reach, names the folder, and fails", async () => {
    const { look, photos, photo, out } = await setUp();
    makeDeep(join(photos, "b"), photo);
    const { exitCode, document } = await runJson("apply", look, photos, "-o", out);
    expect(exitCode).toBe(1);
    expect(document.unreadFolders).toHaveLength(1);
    const [{ input, error }] = document.unreadFolders;
    expect(Buffer.byteLength(input)).toBeGreaterThan(4000);
    expect(error.message).toContain(
      "expected a readable folder, received a name that is too long (ENAMETOOLONG)",
    );
    expect(document.written).toBeGreaterThan(15);
    expect(document.failed).toBeLessThanOrEqual(1);
    const { stdout, stderr } = await run("apply", look, photos, "-o", out, "--force");
    expect(stdout).toMatch(/^\d+ photos written to .*, 1 folder not read\n$/);
    expect(stderr).toMatch(/ENAMETOOLONG/);
  });

  it("train refuses it", async () => {
    const { folder, photos, photo } = await setUp();
    makeDeep(join(photos, "b"), photo);
    const args = ["--before", photos, "--after", photos, "-o", join(folder, "new.safetensors")];
    const { exitCode, stderr } = await run("train", ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^synthconv train: .*expected a readable folder, received a name that is too long/,
    );
  });
});

describe("a folder that may not be entered", () => {
  it.for(["statx", "scandir"])(
    "is reported by apply where the system refuses %s, and the rest is done",
    async (name, context) => {
      const { folder, look, out } = await setUp();
      const library = needFailingDisk(context, folder);
      const [kind] = FAULT_KINDS.filter((one) => one.name === "EACCES");
      if (kind === undefined) throw new Error("no such fault");
      const args = ["apply", look, "photos", "-o", "out", "--json", "--quiet"];
      const log = join(folder, "log");
      await runOnFailingDisk(library, folder, [...args, "--force"], { kind, at: 0 }, log);
      const lines = readFileSync(log, "utf8").split("\n");
      const at = 1 + lines.findIndex((line) => line.endsWith(` ${name} photos/b`));
      expect(at).toBeGreaterThan(0);
      const { exitCode, stdout, stderr } = await runOnFailingDisk(library, folder, [...args, "--force"], {
        kind,
        at,
      });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^synthconv apply: photos\/b: expected a readable folder, received no permission \(EACCES\)/,
      );
      expect(JSON.parse(stdout)).toMatchObject({
        written: 2,
        failed: 0,
        unreadFolders: [{ input: "photos/b" }],
      });
      expect((await readdir(out)).sort()).toEqual(["a.png", "b", "c.png"]);
    },
  );
});
