import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sharedTemporaryFolder, temporaryFolder } from "../../../../test-support/folders.js";
import { outputOf } from "../../../../test-support/programs.js";
import { filesIn, run, runJson, start, writeLook, writePhotos } from "../support.js";

const shared = sharedTemporaryFolder();
const look = writeLook(join(shared, "look.safetensors"));
const photos = writePhotos(join(shared, "photos"), 12);
const cli = join(import.meta.dirname, "../../../cli/bin/synthconv.cjs");

describe("synthconv-batch run", () => {
  it("writes what synthconv apply writes, byte for byte, and nothing twice", async () => {
    const [out, applied] = [join(temporaryFolder(), "out"), join(temporaryFolder(), "applied")];
    const first = await runJson("run", await look, await photos, "--to", out, "--dither");
    expect(first).toMatchObject({ photos: 12, written: 12, failed: 0, alreadyDone: 0 });
    const args = ["apply", await look, await photos, "-o", applied, "--backend", "plain", "--dither"];
    outputOf(process.execPath, [cli, ...args, "--quiet"]);
    expect(await filesIn(out)).toEqual(await filesIn(applied));
    const names = [...(await filesIn(out)).keys()];
    await rm(join(out, names[3] ?? ""));
    const again = await runJson("run", await look, await photos, "--to", out, "--dither");
    expect(again).toMatchObject({ written: 1, alreadyDone: 11, plan: first.plan });
    expect(await filesIn(out)).toEqual(await filesIn(applied));
  });

  it("takes photos for what --input-space says, as synthconv apply does", async () => {
    const folder = temporaryFolder();
    const source = await writePhotos(join(folder, "photos"), 2);
    const options = ["--input-space", "display-p3", "--quality", "80", "--format", "jpeg"];
    await runJson("run", await look, source, "--to", join(folder, "p3"), ...options);
    await runJson("run", await look, source, "--to", join(folder, "srgb"), ...options.slice(2));
    const args = ["apply", await look, source, "-o", join(folder, "applied"), "--backend", "plain"];
    outputOf(process.execPath, [cli, ...args, "--quiet", ...options]);
    expect(await filesIn(join(folder, "p3"))).toEqual(await filesIn(join(folder, "applied")));
    expect(await filesIn(join(folder, "p3"))).not.toEqual(await filesIn(join(folder, "srgb")));
    const wrong = await run("run", await look, source, "--to", join(folder, "x"), "--input-space", "p3");
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("Did you mean display-p3?")]);
  });

  it("lists what fails with its reason, goes on, and tries it again the next time", async () => {
    const folder = temporaryFolder();
    const [source, out] = [await writePhotos(join(folder, "photos"), 4), join(folder, "out")];
    const broken = join(source, "0/9.jpg");
    await writeFile(broken, "no photo");
    await writeFile(join(source, "0/raw.cr3"), "");
    await writeFile(join(source, "0/clip.mp4"), "");
    const first = await run("run", await look, source, "--to", out);
    expect(first.stdout).toBe(
      `4 photos written to ${out}, 1 failed, 1 camera raw left out, 1 other file left out\n`,
    );
    expect([first.exitCode, first.stderr]).toEqual([1, expect.stringContaining("0/9.jpg: ")]);
    expect(first.stderr).toContain("1 camera raw left out: convert them to JPEG, TIFF, PNG or AVIF first");
    const failures = join(folder, "failed.jsonl");
    const report = await run("report", "--to", out, "--failures", failures);
    expect(report.stdout).toMatch(/^plan [0-9a-f]{16}: 4 written, 1 failed, 0 open\nFORMAT: .*0\/9\.jpg/);
    expect(report.exitCode).toBe(1);
    const lines = (await readFile(failures, "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ output: "0/9.jpg", code: "FORMAT" }]);
    await writeFile(broken, await readFile(join(source, "0/1.jpg")));
    const second = await runJson("run", await look, source, "--to", out);
    expect(second).toMatchObject({
      written: 1,
      alreadyDone: 4,
      failed: 0,
      leftOut: { unread: { "camera raw": 1 } },
    });
  });

  it("takes a list of names, from its folder and from elsewhere, and names what is not there", async () => {
    const folder = temporaryFolder();
    await writePhotos(join(folder, "a"), 2);
    const list = join(folder, "list.txt");
    await writeFile(list, `# mine\r\na/0/0.png\r\n\n${join(await photos, "0/1.jpg")}\nmissing.jpg\n`);
    const { stderr, ...document } = await runJson("run", await look, list, "--to", join(folder, "out"));
    expect(document).toMatchObject({
      photos: 2,
      written: 2,
      leftOut: { refused: [{ reason: "it is not there" }] },
    });
    expect(stderr).toMatch(/missing\.jpg: left out: it is not there/);
    expect([...(await filesIn(join(folder, "out"))).keys()]).toEqual(["/1.jpg", "/a/0/0.png"]);
  });
});

describe("plan, work, status and cancel", () => {
  it("do the same in steps; a cancelled plan goes on when it is planned again", async () => {
    const out = join(temporaryFolder(), "out");
    const plan = ["plan", await look, await photos, "--to", out, "--shard-size", "5"];
    expect(await runJson(...plan)).toMatchObject({ shards: 3, openShards: 3 });
    expect((await run("cancel", "--to", out)).stdout).toMatch(/is cancelled: plan again to go on/);
    expect(await runJson("work", "--to", out)).toMatchObject({ written: 0 });
    await run(...plan);
    expect(await runJson("work", "--to", out)).toMatchObject({ written: 12, failed: 0, shards: 3 });
    expect(await runJson("status", "--to", out)).toMatchObject({
      shards: { finished: 3, begun: 0, total: 3 },
      photos: { done: 12, failed: 0, total: 12 },
      isCancelled: false,
    });
    expect((await run("report", "--to", out)).exitCode).toBe(0);
  });

  it("refuse a look that is not the planned one any more, and photos that were changed since", async () => {
    const folder = temporaryFolder();
    const [source, out] = [await writePhotos(join(folder, "photos"), 3), join(folder, "out")];
    const { plan } = await runJson("plan", await look, source, "--to", out);
    await writeFile(join(source, "0/1.jpg"), await readFile(join(await photos, "0/3.jpg")));
    await rm(join(source, "0/2.png"));
    expect(await runJson("work", "--to", out)).toMatchObject({ written: 1, failed: 2 });
    const { failures } = await runJson("report", "--to", out);
    expect(failures.map(({ code }: { code: string }) => code)).toEqual(["CHANGED", "GONE"]);
    await run("plan", await look, source, "--to", out);
    const { plan: next } = await runJson("status", "--to", out);
    expect(next).not.toBe(plan);
    await writeLook(join(out, ".synthconv-batch", next, "look.safetensors"), 0.3);
    const { stderr, exitCode } = await run("work", "--to", out);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("expected the look of the plan, ")]);
    await rm(join(out, ".synthconv-batch", next, "look.safetensors"));
    expect((await run("work", "--to", out)).stderr).toContain("received nothing of that name. Plan again");
  });

  it("end with the photos at hand at a signal, and the same command goes on", async () => {
    const folder = temporaryFolder();
    // Enough that a signal which comes late finds some of them undone.
    const [source, out] = [await writePhotos(join(folder, "photos"), 150, 100), join(folder, "out")];
    const args = ["run", await look, source, "--to", out, "--shard-size", "150", "--concurrency", "1"];
    const { child, ended } = start(args);
    while ((await readdir(join(out, "0")).catch(() => [])).length === 0) await delay(20);
    child.kill("SIGTERM");
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr]).toEqual([
      130,
      expect.stringMatching(/interrupted; \d+ photos written, each whole; the same command goes on/),
    ]);
    const before = (await filesIn(out)).size;
    expect(before).toBeLessThan(150);
    expect(await runJson(...args)).toMatchObject({ alreadyDone: before, written: 150 - before, failed: 0 });
  });

  it("say what is missing: a plan, another version's bytes", async () => {
    const out = join(temporaryFolder(), "out");
    expect((await run("status", "--to", out)).stderr).toMatch(
      /expected a planned destination, received one without/,
    );
    await run("plan", await look, await photos, "--to", out);
    const path = join(out, ".synthconv-batch/manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...manifest, version: 9 }));
    expect((await run("work", "--to", out)).stderr).toMatch(
      /expected a manifest of version 1, received version 9/,
    );
  });
});
