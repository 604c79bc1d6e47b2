import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identityCube, writeCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { readEvents } from "../../../synthconv/src/format/events/index.js";
import { run, runJson } from "./support.js";

/** A small training's folder, watched every ten steps or not at all. */
async function trained({ watch }: { watch: boolean }): Promise<string> {
  const folder = temporaryFolder();
  const cube = identityCube(5);
  await writeFile(
    join(folder, "x.cube"),
    writeCube({ stages: [{ ...cube, table: cube.table.map((value) => value ** 1.5) }] }),
  );
  const runFolder = join(folder, "run");
  const size = ["--channels", "4", "--steps", "40", "--batch", "64"];
  const { exitCode, stderr } = await run(
    ...["train", join(folder, "x.cube"), "-o", join(folder, "x.safetensors"), "--run", runFolder, ...size],
    ...(watch ? ["--watch", "10"] : []),
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return runFolder;
}

describe("synthconv doctor, on a run", () => {
  it("says first that all is well, by the watched steps", async () => {
    const folder = await trained({ watch: true });
    const { exitCode, stdout } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(
      /Every trained parameter \(1\) learns: a gradient arrived and moved it, seen in all 4 watched steps \(0 to 30\)\.$/,
    );
    expect(stdout).toContain("generator.head.bias");
  });

  it("says what it can of one that was not watched, and what would tell more", async () => {
    const folder = await trained({ watch: false });
    const { exitCode, document } = await runJson("doctor", folder);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ version: 4, healthy: true, steps: 40, findings: [] });
    expect(document.verdict).toContain("synthconv train --watch 100 tells gradients");
  });

  it("changes nothing in the folder, and can look while the run is at work", async () => {
    const folder = await trained({ watch: true });
    await writeFile(join(folder, "lock"), "");
    const before = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect((await run("doctor", folder)).exitCode).toBe(0);
    const after = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect(after).toEqual(before);
  });

  it("writes a page with histograms, and an event file", async () => {
    const folder = await trained({ watch: true });
    const out = temporaryFolder();
    const page = join(out, "new", "report.html");
    const events = join(out, "tb");
    expect((await run("doctor", folder, "--html", page, "--tensorboard", events)).exitCode).toBe(0);
    const html = await readFile(page, "utf8");
    expect(html).toContain("<!doctype html>");
    expect(html).toContain("Histograms over the steps");
    expect(await readdir(events)).toEqual(["events.out.tfevents.0.synthconv"]);
    const name = "events.out.tfevents.0.synthconv";
    expect(await readFile(join(events, name))).toEqual(await readFile(join(folder, name)));
    const again = await run("doctor", folder, "--html", page);
    expect({ exitCode: again.exitCode, stderr: again.stderr }).toEqual({
      exitCode: 1,
      stderr: `synthconv doctor: ${page}: expected a name that is free, received a file that exists. Overwrite it with --force, or choose another name.\n`,
    });
    expect((await run("doctor", folder, "--html", page, "--force")).exitCode).toBe(0);
  });

  it("writes the losses of an unwatched run for TensorBoard", async () => {
    const folder = await trained({ watch: false });
    const events = join(temporaryFolder(), "tb");
    await run("doctor", folder, "--tensorboard", events);
    const bytes = await readFile(join(events, "events.out.tfevents.0.synthconv"));
    const steps = readEvents(bytes, "x").events.slice(1);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    expect(steps[0]?.values[0]).toMatchObject({ kind: "scalar", tag: "train/loss" });
  });

  it("leaves out half an event of a killed run, and says so", async () => {
    const folder = await trained({ watch: true });
    const path = join(folder, "events.out.tfevents.0.synthconv");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 9));
    const { exitCode, stdout, stderr } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("in all 3 watched steps (0 to 20)");
    expect(stderr).toMatch(
      /^synthconv doctor: warning: .*tfevents.*: its last \d+ bytes are no whole event and were left out; the rest is good\n$/,
    );
  });

  it("goes on without a damaged checkpoint, and says so", async () => {
    const folder = await trained({ watch: true });
    await writeFile(join(folder, "checkpoint-000000040.safetensors"), "no");
    const { exitCode, stderr } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: ");
    expect(stderr.split("\n")).toHaveLength(2);
  });
});

describe("synthconv doctor, on a run that cannot be read, says in one line that", () => {
  async function refused(target: string, exitCode = 1): Promise<string> {
    const outcome = await run("doctor", target);
    expect({ exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({ exitCode, stdout: "" });
    expect(outcome.stderr.split("\n")).toHaveLength(2);
    return outcome.stderr;
  }

  it("there is nothing of that name", async () => {
    const target = join(temporaryFolder(), "none");
    expect(await refused(target)).toContain(
      `${target}: expected the folder of a run, or a module, received nothing of that name`,
    );
  });

  it("the folder is empty, or holds no run", async () => {
    const folder = temporaryFolder();
    expect(await refused(folder)).toContain(
      `${folder}: expected the folder of a training run, received an empty folder.`,
    );
    await writeFile(join(folder, "x.txt"), "");
    expect(await refused(folder)).toContain(
      "received a folder without checkpoint, history or events. Keep a run with",
    );
  });

  it("the run has not come to a checkpoint yet", async () => {
    const folder = await trained({ watch: false });
    await rm(join(folder, "checkpoint-000000040.safetensors"));
    expect(await refused(folder)).toContain(
      "expected a checkpoint or a watched step, received a run that has neither yet.",
    );
  });

  it("a newer build wrote it", async () => {
    const folder = await trained({ watch: true });
    const path = join(folder, "checkpoint-000000040.safetensors");
    const bytes = await readFile(path);
    await writeFile(path, bytes.toString("latin1").replace('"version":"1"', '"version":"9"'), "latin1");
    expect(await refused(folder)).toContain(
      `${path}: expected version 1 or older, received version 9. Upgrade synthconv`,
    );
  });

  it("its history or its events are damaged", async () => {
    const folder = await trained({ watch: true });
    await appendFile(join(folder, "history.jsonl"), "oops\n");
    expect(await refused(folder)).toContain("history.jsonl, line 41: expected a record");
    await rm(join(folder, "history.jsonl"));
    const path = join(folder, "events.out.tfevents.0.synthconv");
    const bytes = await readFile(path);
    bytes[70] = (bytes[70] as number) ^ 1;
    await writeFile(path, bytes);
    expect(await refused(folder)).toContain("tfevents.0.synthconv, record 2 at byte 40: expected ");
  });
});
