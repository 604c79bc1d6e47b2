/** A batch that is run again: after an interruption, with what is new, with another look or other settings. */
import { appendFileSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { recordPath } from "../../src/commands/apply/apply-record.js";
import { main } from "../../src/main.js";
import { MIX, run, runJson, writeLook, writePhoto } from "./support.js";

const COUNT = 4;

describe("synthconv apply, run again", () => {
  let folder: string;
  let look: string;
  let photos: string;
  let out: string;
  const at = (...names: string[]): string => join(folder, ...names);

  beforeEach(async () => {
    folder = temporaryFolder();
    look = await writeLook(at("look.safetensors"), 0.125, [MIX]);
    photos = at("photos");
    out = at("out");
    await mkdir(photos);
    for (let i = 0; i < COUNT; i++) await writePhoto(at("photos", `${i}.png`), { width: 20 + i });
  });

  const apply = (...options: string[]) => runJson("apply", look, photos, "-o", out, ...options);
  const inodes = () => Array.from({ length: COUNT }, (_, i) => statSync(at("out", `${i}.png`)).ino);
  const bytes = () => Array.from({ length: COUNT }, (_, i) => readFileSync(at("out", `${i}.png`)));

  /** Interrupts after `count` photos; a document that comes on stdout is given back. */
  async function interruptedAfter(count: number, ...options: string[]) {
    const controller = new AbortController();
    let stdout = "";
    const exitCode = await main(["apply", look, photos, "-o", out, "--json", ...options], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      // Asked for between two photos; the command looks at nothing else while it has no strip to pause after.
      signal: new Proxy(controller.signal, {
        get(signal, name) {
          if (name === "throwIfAborted" && statsOf().length >= count)
            controller.abort(new Error("interrupted"));
          const value = Reflect.get(signal, name);
          return typeof value === "function" ? value.bind(signal) : value;
        },
      }),
      debug: false,
    });
    return { exitCode, document: JSON.parse(stdout) };
  }

  const statsOf = (): string[] =>
    Array.from({ length: COUNT }, (_, i) => at("out", `${i}.png`)).filter((path) =>
      statSync(path, { throwIfNoEntry: false }),
    );

  it("a document that is interrupted lists what was done, and what was asked for", async () => {
    const { exitCode, document } = await interruptedAfter(2);
    expect(exitCode).toBe(130);
    expect(document).toMatchObject({
      error: { code: "INTERRUPTED", message: `interrupted; 2 of ${COUNT} photos written, each whole` },
      look,
      written: 2,
      skipped: 0,
      failed: 0,
      photos: [
        { input: at("photos", "0.png"), output: at("out", "0.png"), status: "written" },
        { input: at("photos", "1.png"), output: at("out", "1.png"), status: "written" },
      ],
    });
    expect(document.photos).toHaveLength(2);
  });

  it("--resume does what is missing and leaves the rest, and the end is that of an uninterrupted run", async () => {
    await interruptedAfter(2);
    const before = [0, 1].map((i) => statSync(at("out", `${i}.png`)).ino);
    const { exitCode, document } = await apply("--resume");
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ written: 2, skipped: 2, failed: 0 });
    expect(document.photos.map(({ status, reason }: never) => [status, reason])).toEqual([
      ["skipped", "done"],
      ["skipped", "done"],
      ["written", undefined],
      ["written", undefined],
    ]);
    expect(inodes().slice(0, 2)).toEqual(before);
    const resumed = bytes();
    await rm(out, { recursive: true });
    await apply();
    expect(bytes()).toEqual(resumed);
  });

  it("a run that has finished leaves nothing but photos; with --resume the record stays", async () => {
    await apply();
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "out", "photos"]);
    expect(await readdir(out)).toEqual(["0.png", "1.png", "2.png", "3.png"]);
    await apply("--resume");
    expect(await readdir(folder)).toContain(".out.synthconv-apply.jsonl");
    expect(await readdir(out)).toEqual(["0.png", "1.png", "2.png", "3.png"]);
  });

  it("--resume knows what a finished run without a record made: it is made again and compared", async () => {
    await apply();
    const before = inodes();
    const { exitCode, document } = await apply("--resume");
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ written: 0, skipped: COUNT });
    expect(inodes()).toEqual(before);
  });

  it.each([
    ["other settings", ["--set", "mix=0.9"]],
    ["another strength", ["--strength", "0.5"]],
    ["dither", ["--dither"]],
  ])("--resume makes anew what it made with %s", async (_title, options) => {
    await apply("--resume", "--set", "mix=0.75");
    const { exitCode, document } = await apply("--resume", ...options);
    expect(exitCode).toBe(0);
    expect(document.written).toBe(COUNT);
    const resumed = bytes();
    await rm(out, { recursive: true });
    await apply(...options);
    expect(bytes()).toEqual(resumed);
  });

  it("--resume makes anew what it made with another look of the same name", async () => {
    await apply("--resume");
    await writeLook(look, 0.3);
    expect((await apply("--resume")).document).toMatchObject({ written: COUNT, failed: 0 });
  });

  it.each(["the same size and time", "another size"])(
    "--resume makes anew what has another input, of %s",
    async (kind) => {
      await apply("--resume");
      const input = at("photos", "1.png");
      const { atime, mtime, size } = statSync(input);
      if (kind === "another size") await writePhoto(input, { width: 40 });
      else {
        // The last bytes of a PNG are its end's checksum: the photo in it is another one only to those who look.
        await writePhoto(at("other.png"), { width: 21 });
        writeFileSync(input, readFileSync(at("other.png")));
      }
      utimesSync(input, atime, mtime);
      if (kind !== "another size") expect(statSync(input).size).toBe(size);
      const { document } = await apply("--resume");
      expect(document).toMatchObject({ written: 1, skipped: COUNT - 1 });
      expect(document.photos[1].status).toBe("written");
    },
  );

  it("--resume does not touch a file that it did not make, or that was edited since", async () => {
    await apply("--resume");
    await copyFile(at("photos", "0.png"), at("out", "2.png"));
    appendFileSync(at("out", "3.png"), "edited");
    const { exitCode, document } = await apply("--resume", "--strength", "0.5");
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({ written: 2, failed: 2 });
    expect(document.photos[2].error.message).toBe(
      `${at("out", "2.png")}: expected a name that is free, or what this look and these settings make of the photo, ` +
        "received another file. Overwrite it with --force, keep it with --skip-existing, or choose another name.",
    );
    expect(readFileSync(at("out", "2.png"))).toEqual(readFileSync(at("photos", "0.png")));
    expect(readFileSync(at("out", "3.png")).toString("latin1")).toMatch(/edited$/);
    expect((await apply("--resume", "--strength", "0.5", "--force")).document).toMatchObject({
      written: 2,
      skipped: 2,
    });
  });

  it("--resume lives with a record that is damaged", async () => {
    await apply("--resume");
    const record = recordPath(out);
    const text = readFileSync(record, "utf8");
    for (const damaged of [
      "",
      "\0".repeat(100),
      text.slice(0, -40),
      `${text.slice(0, 40)}${text}`,
      '{"output":1}\n',
    ]) {
      writeFileSync(record, damaged);
      const { exitCode, document } = await apply("--resume");
      expect(exitCode).toBe(0);
      expect(document).toMatchObject({ written: 0, skipped: COUNT });
    }
  });

  it("--resume does one photo into one file, too", async () => {
    const one = ["apply", look, at("photos", "0.png"), "-o", at("one.png"), "--resume"];
    expect((await runJson(...one)).document).toMatchObject({ written: 1, skipped: 0 });
    expect((await runJson(...one)).document).toMatchObject({ written: 0, skipped: 1 });
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "one.png", "photos"]);
  });

  it("--skip-existing leaves whatever file is there, and does the rest", async () => {
    await mkdir(out);
    writeFileSync(at("out", "1.png"), "mine");
    const { exitCode, document } = await apply("--skip-existing");
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ written: COUNT - 1, skipped: 1, failed: 0 });
    expect(document.photos[1]).toEqual({
      input: at("photos", "1.png"),
      output: at("out", "1.png"),
      status: "skipped",
      reason: "exists",
    });
    expect(readFileSync(at("out", "1.png"), "utf8")).toBe("mine");
    const { stdout } = await run("apply", look, photos, "-o", out, "--skip-existing");
    expect(stdout).toBe(`0 photos written to ${out}, 4 already there\n`);
  });

  it("--skip-existing still reports a folder in a photo's place", async () => {
    await mkdir(at("out", "1.png"), { recursive: true });
    const { exitCode, document } = await apply("--skip-existing");
    expect(exitCode).toBe(1);
    expect(document.photos[1].error.message).toContain("received a folder");
  });

  it.each([["--force"], ["--resume"]])("--skip-existing with %s is refused", async (other) => {
    const { exitCode, stderr } = await run("apply", look, photos, "-o", out, "--skip-existing", other);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`synthconv apply: option '--skip-existing' cannot be used with option '${other}'\n`);
  });
});
