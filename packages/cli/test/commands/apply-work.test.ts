/** Folders at work: several photos at a time, runs that only say what they would do, lists of what failed, names nobody gave. */
import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { OutputClaims } from "../../src/commands/apply/output-claims.js";
import { MIX, run, runJson, writeLook, writePhoto } from "./support.js";

const COUNT = 7;

describe("synthconv apply on folders", () => {
  let folder: string;
  let look: string;
  let photos: string;
  const at = (...names: string[]): string => join(folder, ...names);

  beforeEach(async () => {
    folder = temporaryFolder();
    look = await writeLook(at("warm.safetensors"), 0.125, [MIX]);
    photos = at("photos");
    await mkdir(photos);
    for (let i = 0; i < COUNT; i++) await writePhoto(at("photos", `${i}.png`), { width: 40 + i });
  });

  describe("--jobs", () => {
    it.each([2, 3, 64])(
      "%i at a time give the files, the document and the order of one at a time",
      async (jobs) => {
        writeFileSync(at("photos", "2.png"), "no photo");
        const one = await runJson("apply", look, photos, "-o", at("one"));
        const many = await runJson("apply", look, photos, "-o", at("many"), "--jobs", String(jobs));
        expect(many.exitCode).toBe(1);
        const text = JSON.stringify(many.document).replaceAll(at("many"), at("one"));
        expect(JSON.parse(text)).toEqual(one.document);
        const names = readdirSync(at("one")).sort();
        expect(readdirSync(at("many")).sort()).toEqual(names);
        for (const name of names)
          expect(readFileSync(at("many", name))).toEqual(readFileSync(at("one", name)));
      },
    );

    it("let only one photo into a file that has two names", async () => {
      await mkdir(at("out"));
      writeFileSync(at("out", "0.png"), "old");
      linkSync(at("out", "0.png"), at("out", "1.png"));
      const { document } = await runJson("apply", look, photos, "-o", at("out"), "--force", "--jobs", "7");
      const { document: alone } = await runJson("apply", look, photos, "-o", at("alone"), "--force");
      expect(document.failed).toBe(alone.failed);
      expect(readFileSync(at("out", "1.png"))).toEqual(readFileSync(at("alone", "1.png")));
      expect(readFileSync(at("out", "0.png"))).toEqual(readFileSync(at("alone", "0.png")));
    });

    it("fail where the second name leads to the first output", async () => {
      await mkdir(at("out"));
      symlinkSync("0.png", at("out", "1.png"));
      const { document } = await runJson("apply", look, photos, "-o", at("out"), "--jobs", "7", "--force");
      const first = await runJson("apply", look, at("photos", "0.png"), "-o", at("first.png"));
      expect(first.exitCode).toBe(0);
      expect(document.written + document.failed).toBe(COUNT);
      expect(readFileSync(at("out", "0.png"))).toEqual(readFileSync(at("first.png")));
    });

    it.each(["0", "65", "1.5", "two"])("%s are refused", async (jobs) => {
      const { exitCode, stderr } = await run("apply", look, photos, "-o", at("out"), "--jobs", jobs);
      expect(exitCode).toBe(2);
      expect(stderr).toBe(
        `synthconv apply: --jobs: expected a whole number from 1 to 64, received "${jobs}"\n`,
      );
    });
  });

  describe("--dry-run", () => {
    it("says what would be written, what is there and what would fail, and touches nothing", async () => {
      const out = at("out");
      await runJson("apply", look, at("photos", "0.png"), at("photos", "1.png"), "-o", `${out}/`);
      const before = readdirSync(folder).sort();
      const { exitCode, stdout, stderr } = await run("apply", look, photos, "-o", out, "--dry-run");
      expect(exitCode).toBe(1);
      expect(stdout.split("\n")[0]).toBe(`${at("photos", "2.png")} -> ${at("out", "2.png")}`);
      expect(stdout).toContain(`5 photos would be written to ${out}, 2 would fail\n`);
      expect(stderr.match(/a file that exists/g)).toHaveLength(2);
      expect(readdirSync(folder).sort()).toEqual(before);
      expect(readdirSync(out)).toEqual(["0.png", "1.png"]);
    });

    it("has a document of its own, and what it says comes true", async () => {
      const options = ["apply", look, photos, "-o", at("out"), "--skip-existing"];
      await runJson("apply", look, at("photos", "3.png"), "-o", `${at("out")}/`);
      const dry = await runJson(...options, "--dry-run");
      expect(dry.document).toMatchObject({ dryRun: true, planned: 6, written: 0, skipped: 1, failed: 0 });
      expect(existsSync(at("out", "0.png"))).toBe(false);
      const real = await runJson(...options);
      expect(real.document.written).toBe(dry.document.planned);
      const places = (document: { photos: { input: string; output: string }[] }) =>
        document.photos.map(({ input, output }) => [input, output]);
      expect(places(real.document)).toEqual(places(dry.document));
    });
  });

  describe("--failures", () => {
    const failures = () =>
      readFileSync(at("failed.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));

    it("lists what --json says failed, a document per line, and is empty when nothing fails any more", async () => {
      writeFileSync(at("photos", "1.png"), "no photo");
      writeFileSync(at("photos", "5.png"), "");
      const options = ["apply", look, photos, "-o", at("out"), "--failures", at("failed.jsonl"), "--resume"];
      const { document, exitCode } = await runJson(...options);
      expect(exitCode).toBe(1);
      expect(failures()).toEqual(
        document.photos.filter((one: { status: string }) => one.status === "failed"),
      );
      expect(failures().map(({ input }) => input)).toEqual([at("photos", "1.png"), at("photos", "5.png")]);
      await rm(at("photos", "1.png"));
      await rm(at("photos", "5.png"));
      await runJson(...options);
      expect(readFileSync(at("failed.jsonl"), "utf8")).toBe("");
    });

    it("replaces no file that is something else, and no input", async () => {
      writeFileSync(at("notes.txt"), "mine");
      const { exitCode, stderr } = await run(
        "apply",
        look,
        photos,
        "-o",
        at("out"),
        "--failures",
        at("notes.txt"),
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        "expected a name that is free, or the list of failures of an earlier run, received another file.",
      );
      expect(readFileSync(at("notes.txt"), "utf8")).toBe("mine");
      expect(existsSync(at("out"))).toBe(false);
      const input = at("photos", "0.png");
      const taken = await run("apply", look, input, "-o", at("a.png"), "--failures", input);
      expect(taken).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("inputs are never overwritten"),
      });
    });
  });

  describe("without --output", () => {
    it("a photo goes beside itself, under its name and the look's", async () => {
      const { exitCode, stdout } = await run("apply", look, at("photos", "0.png"));
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: `1 photo written to ${at("photos", "0-warm.png")}\n`,
      });
      const jpeg = await run("apply", look, at("photos", "0.png"), "--format", "jpeg");
      expect(jpeg.exitCode).toBe(0);
      expect(existsSync(at("photos", "0-warm.jpg"))).toBe(true);
      const again = await run("apply", look, at("photos", "0.png"));
      expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("a file that exists") });
    });

    it("a folder goes beside itself, with its tree", async () => {
      await mkdir(at("photos", "below"));
      await writePhoto(at("photos", "below", "a.png"), { width: 9 });
      const { exitCode } = await run("apply", look, `${photos}/`);
      expect(exitCode).toBe(0);
      expect(readdirSync(at("photos-warm"))).toHaveLength(COUNT + 1);
      expect(readdirSync(at("photos-warm", "below"))).toEqual(["a.png"]);
    });

    it.each([
      [
        "several photos",
        () => [at("photos", "0.png"), at("photos", "1.png")],
        "for several photos, a folder, received none (2 operands)",
      ],
      ["stdin", () => ["-"], "with stdin, received none (-)"],
      ["a whole disk", () => ["/"], "for a whole disk, received none (/)"],
    ])("%s need one", async (_what, operands, words) => {
      const { exitCode, stderr } = await run("apply", look, ...operands());
      expect(exitCode).toBe(2);
      expect(stderr).toBe(`synthconv apply: --output: expected a name ${words}: add -o\n`);
    });
  });
});

describe("claims on outputs", () => {
  it("are held one after the other for names that some disk takes for one, and together for others", async () => {
    const claims = new OutputClaims();
    const folder = temporaryFolder();
    const held: string[] = [];
    const signal = () => {
      let give = () => {};
      const given = new Promise<void>((resolve) => {
        give = resolve;
      });
      return { give, given };
    };
    const twinBegan = signal();
    const otherBegan = signal();
    // Each name ends only once the other is held too: no clock decides what runs together.
    const twin = (name: string) =>
      claims.during(join(folder, name), async () => {
        expect(held).toEqual([]);
        held.push(name);
        twinBegan.give();
        await otherBegan.given;
        held.pop();
      });
    const other = claims.during(join(folder, "b.jpg"), async () => {
      await twinBegan.given;
      // Time in which the second twin would begin, were it not made to wait: too short a time finds less, never fails.
      await new Promise((resolve) => setTimeout(resolve, 20));
      otherBegan.give();
    });
    await Promise.all([twin("a.jpg"), twin("A.JPG"), other]);
  });

  it("are one for a link to a file that is still to be written, and that file", async () => {
    const claims = new OutputClaims();
    const folder = temporaryFolder();
    symlinkSync("a.jpg", join(folder, "link.jpg"));
    symlinkSync(join(folder, "link.jpg"), join(folder, "far.jpg"));
    symlinkSync("circle.jpg", join(folder, "circle.jpg"));
    const names = ["a.jpg", "link.jpg", "far.jpg", "circle.jpg"];
    let held = 0;
    const most = await Promise.all(
      names.map((name) =>
        claims.during(Buffer.from(join(folder, ".", name)), async () => {
          if (name !== "circle.jpg") held++;
          const now = held;
          // Time in which another would begin, were it not made to wait.
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (name !== "circle.jpg") held--;
          return now;
        }),
      ),
    );
    expect(most.slice(0, 3)).toEqual([1, 1, 1]);
  });

  it("end with work that fails", async () => {
    const claims = new OutputClaims();
    const path = join(temporaryFolder(), "a.jpg");
    const failing = claims.during(path, async () => Promise.reject(new Error("full")));
    await expect(failing).rejects.toThrow("full");
    await expect(claims.during(path, async () => "done")).resolves.toBe("done");
  });
});
