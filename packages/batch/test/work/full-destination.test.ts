import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import {
  FAULT_KINDS,
  failingDiskEnvironment,
  needFailingDisk,
  operationsIn,
} from "../../../cli/test/faults/failing-disk.js";
import { filesIn, runJson, start, writeLook, writePhotos } from "../support.js";

// How much of an undisturbed run's writing fits on the disk.
const ROOM = [0.4, 0.95];

it("a destination that is full fails no photo: what is whole stays, and with room the same command ends it", async (context) => {
  const folder = temporaryFolder();
  const library = needFailingDisk(context, folder);
  const look = await writeLook(join(folder, "look.safetensors"));
  const photos = await writePhotos(join(folder, "photos"), 9);
  const [calm, log] = [join(folder, "calm"), join(folder, "log")];
  const kind = FAULT_KINDS.find(({ name }) => name === "ENOSPC that stays");
  if (kind === undefined) throw new Error("failing-disk.ts has no full disk");
  const args = (out: string) => ["run", look, photos, "--to", out, "--concurrency", "1"];
  const sound = failingDiskEnvironment(library, calm, { kind, at: 0 }, log);
  expect(await start(args(calm), sound).ended).toMatchObject({ exitCode: 0 });
  const whole = await filesIn(calm);
  const writes = operationsIn(log).filter((one) => one.kind === "w");
  for (const room of ROOM) {
    const out = join(folder, `out-${room}`);
    const at = writes[Math.floor(room * writes.length)]?.at ?? 0;
    const disk = failingDiskEnvironment(library, out, { kind, at });
    const { exitCode, stderr } = await start(args(out), disk).ended;
    expect([exitCode, stderr], `full from operation ${at} on`).toEqual([
      1,
      expect.stringContaining("ENOSPC"),
    ]);
    const kept = await filesIn(out);
    expect(kept.size).toBeLessThanOrEqual(whole.size);
    for (const [name, bytes] of kept) expect(bytes, name).toEqual(whole.get(name));
    expect(await runJson(...args(out))).toMatchObject({ failed: 0, photos: whole.size });
    expect(await filesIn(out)).toEqual(whole);
    const left = await readdir(out, { recursive: true });
    expect(left.filter((name) => name.endsWith(".tmp") || name.endsWith(".new"))).toEqual([]);
  }
}, 180_000);
