import { copyFile, mkdir, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson, samplesOf, writeLook, writePhoto } from "./support.js";

describe("synthconv apply", () => {
  it("does a photo once that is named twice, alone and by its folder", async () => {
    const root = temporaryFolder();
    const folder = join(root, "in");
    await mkdir(folder);
    for (const name of ["a.gif", "b.png"]) await writePhoto(join(folder, name));
    const look = await writeLook(join(root, "l.safetensors"), 0.1);
    await symlink(folder, join(root, "link"));
    const names = [folder, join(folder, "b.png"), `${folder}/`, join(root, "link"), join(folder, "a.gif")];
    const { exitCode, stdout } = await run("apply", look, ...names, "-o", join(root, "out"));
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `2 photos written to ${join(root, "out")}\n`,
    });
    expect((await readdir(join(root, "out"))).sort()).toEqual(["a.png", "b.png"]);
  });

  it.skipIf(process.platform === "win32")(
    "loses no photo where two outputs are one file, as on disks that do not tell a.jpg from A.jpg",
    async () => {
      const root = temporaryFolder();
      const [folder, output] = [join(root, "in"), join(root, "out")];
      await mkdir(folder);
      await mkdir(output);
      for (const name of ["a.png", "b.png"]) await writePhoto(join(folder, name));
      // A link stands for such a disk.
      await symlink("a.png", join(output, "b.png"));
      const look = await writeLook(join(root, "l.safetensors"), 0.1);
      for (const option of ["--force", "--resume", "--skip-existing"]) {
        const { exitCode, stdout, stderr } = await run("apply", look, folder, "-o", output, option);
        expect({ option, exitCode }).toEqual({ option, exitCode: 1 });
        expect(stdout).toContain("1 failed");
        expect(stderr).toContain(
          `b.png: expected a file of its own, received that of ${join(output, "a.png")}, which this run has written`,
        );
        await rm(join(output, "a.png"));
      }
    },
  );

  it("refuses empty names, as an unset variable leaves them", async () => {
    const root = temporaryFolder();
    const look = await writeLook(join(root, "l.safetensors"), 0.1);
    const photo = await writePhoto(join(root, "a.png"));
    expect(await run("apply", look, photo, "-o", "")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: 'synthconv apply: --output: expected a name, received an empty one, ""\n',
    });
    expect((await run("apply", look, "", "-o", join(root, "b.png"))).stderr).toBe(
      'synthconv apply: expected names of files, received an empty one, ""\n',
    );
    expect((await run("compare", photo, photo, "-o", "")).exitCode).toBe(2);
  });

  describe("on GIFs", () => {
    it("writes a PNG and says so: beside a photo of that name under a longer one", async () => {
      const root = temporaryFolder();
      const folder = join(root, "in");
      await mkdir(folder);
      for (const name of ["a.gif", "b.GIF", "b.png"]) await writePhoto(join(folder, name));
      const look = await writeLook(join(root, "l.safetensors"), 0.1);
      const output = join(root, "out");
      const { exitCode, document } = await runJson("apply", look, folder, "-o", output);
      expect(exitCode).toBe(0);
      const warning = "it is written as a PNG: a GIF holds 256 colours only";
      expect(document.photos).toMatchObject([
        { output: join(output, "a.png"), format: "png", warnings: expect.arrayContaining([warning]) },
        { output: join(output, "b.GIF.png"), format: "png", warnings: expect.arrayContaining([warning]) },
        { output: join(output, "b.png"), format: "png", warnings: [] },
      ]);
      expect(await samplesOf(join(output, "a.png"))).toEqual(await samplesOf(join(output, "b.GIF.png")));
      const again = await runJson("apply", look, folder, "-o", output, "--skip-existing");
      expect(again).toMatchObject({ exitCode: 0, document: { skipped: 3, failed: 0 } });
    });
  });

  describe("on a folder of other photos", () => {
    async function mixedFolder(): Promise<{ look: string; folder: string; output: string }> {
      const root = temporaryFolder();
      const folder = join(root, "in");
      await mkdir(folder);
      await writePhoto(join(folder, "a.png"));
      for (const name of ["b.HEIC", "c.heif", "d.jxl", "e.CR3", "f.nef", "g.dng", "notes.txt"]) {
        await writeFile(join(folder, name), "");
      }
      return { look: await writeLook(join(root, "l.safetensors"), 0.1), folder, output: join(root, "out") };
    }

    it("names the formats that are not read with their counts", async () => {
      const { look, folder, output } = await mixedFolder();
      const { exitCode, stdout, stderr } = await run("apply", look, folder, "-o", output);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("2 HEIC, 1 JPEG XL, 3 camera raw left out, 1 other file left out");
      expect(stderr).toContain(
        "warning: 2 HEIC, 1 JPEG XL, 3 camera raw left out: convert them to JPEG, TIFF, PNG or AVIF first",
      );
      const { document } = await runJson("apply", look, folder, "-o", output, "--force");
      expect(document).toMatchObject({ unread: { HEIC: 2, "JPEG XL": 1, "camera raw": 3 }, otherFiles: 1 });
    });

    it("exits with 1 under --strict", async () => {
      const { look, folder, output } = await mixedFolder();
      expect((await run("apply", look, folder, "-o", output, "--strict")).exitCode).toBe(1);
      for (const name of ["b.HEIC", "c.heif", "d.jxl", "e.CR3", "f.nef", "g.dng"])
        await rm(join(folder, name));
      expect((await run("apply", look, folder, "-o", output, "--strict", "--force")).exitCode).toBe(0);
    });

    it("says what there is where nothing can be read", async () => {
      const { look, folder, output } = await mixedFolder();
      await rm(join(folder, "a.png"));
      const { exitCode, stderr } = await run("apply", look, folder, "-o", output);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("received none that can be read (2 HEIC, 1 JPEG XL, 3 camera raw) in");
    });
  });

  it("gives the exact bytes of names that are no UTF-8, or not what is shown", async () => {
    const root = temporaryFolder();
    const folder = join(root, "in");
    await mkdir(folder);
    const names = [
      Buffer.from("caf\xe9.png", "latin1"),
      Buffer.from("x\u202Egnp.png"),
      Buffer.from("plain.png"),
    ];
    for (const name of names) {
      await copyFile(await writePhoto(join(root, "p.png")), Buffer.concat([Buffer.from(`${folder}/`), name]));
    }
    const look = await writeLook(join(root, "l.safetensors"), 0.1);
    const { document } = await runJson("apply", look, folder, "-o", join(root, "out"));
    const photos = document.photos as { input: string; inputBytes?: string; outputBytes?: string }[];
    expect(photos.map(({ input }) => input.slice(folder.length + 1))).toEqual([
      "caf\\xe9.png",
      "plain.png",
      "x\\u{202e}gnp.png",
    ]);
    expect(photos.map(({ inputBytes }) => inputBytes !== undefined)).toEqual([true, false, true]);
    for (const { inputBytes, outputBytes } of photos) {
      if (inputBytes === undefined || outputBytes === undefined) continue;
      const [input, output] = [inputBytes, outputBytes].map((text) => Buffer.from(text, "base64")) as [
        Buffer,
        Buffer,
      ];
      expect((await stat(input)).isFile() && (await stat(output)).isFile()).toBe(true);
      expect(names.some((name) => input.subarray(folder.length + 1).equals(name))).toBe(true);
    }
  });
});
