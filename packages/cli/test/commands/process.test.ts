/** What only a separate process shows: exit codes, signals, pipes, limits of the system. */
import { spawn, spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { outcomeOf, program, start, writeLook, writePhoto } from "./support.js";

async function setUpBatch(count: number) {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "look.safetensors"), 0.125);
  const photos = join(folder, "photos");
  await mkdir(photos);
  const photo = await writePhoto(join(photos, "0.png"), { width: 600, height: 400 });
  for (let i = 1; i < count; i++) await copyFile(photo, join(photos, `${i}.png`));
  return { folder, look, photos, out: join(folder, "out") };
}

/** Resolves as soon as the folder holds a finished photo. */
async function firstOutput(out: string): Promise<void> {
  for (;;) {
    const names = await readdir(out).catch(() => []);
    if (names.some((name) => name.endsWith(".png"))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the synthconv process", () => {
  it.each([
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [[], 0, /Usage: synthconv <command>/, /^$/],
    [["help"], 0, /Usage: synthconv <command>/, /^$/],
    [["help", "bake"], 0, /Usage: synthconv bake/, /^$/],
    [["bake", "--help"], 0, /Examples:\n {2}synthconv bake/, /^$/],
    [["inspect", "missing.safetensors"], 1, /^$/, /^synthconv inspect: missing.safetensors: .*\n$/],
    [["inpsect"], 2, /^$/, /^synthconv: unknown command 'inpsect' \(did you mean inspect\?\)\n$/],
    [["--frobnicate"], 2, /^$/, /^synthconv: unknown option '--frobnicate'\n$/],
  ])("%j ends with %d", async (args, exitCode, stdout, stderr) => {
    const outcome = await start(...args).ended;
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toMatch(stdout);
    expect(outcome.stderr).toMatch(stderr);
  });

  it("every command's help has an example, and its options are described", async () => {
    const { stdout } = await start("--help").ended;
    const names = [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names.filter((one) => one !== "help")) {
      const help = (await start(name, "--help").ended).stdout;
      expect(help).toMatch(new RegExp(`Examples?:\\n {2}synthconv ${name}`));
      for (const option of ["--json", "-q, --quiet", "-h, --help"]) {
        expect(help, name).toMatch(new RegExp(`^ {2}${option} {2,}\\w`, "m"));
      }
    }
  });

  it("says how a file is named whose name looks like an option", async () => {
    const cwd = temporaryFolder();
    await writeFile(join(cwd, "-x.jpg"), "");
    const args = [program, "apply", "look.safetensors", "-x.jpg", "-o", "out.jpg"];
    const { stderr, status } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "synthconv apply: unknown option '-x.jpg' (the file of that name is ./-x.jpg)\n",
    });
  });

  it("shows the stack with SYNTHCONV_DEBUG=1 only", () => {
    const options = { encoding: "utf8", env: { ...process.env, SYNTHCONV_DEBUG: "1" } } as const;
    const { stderr } = spawnSync(process.execPath, [program, "inspect", "missing.safetensors"], options);
    expect(stderr).toMatch(/\n {4}at /);
  });

  it("loads the image library only for commands that need it", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.125);
    const main = new URL("../../dist/main.js", import.meta.url).href;
    const code = `
      const { main } = await import(${JSON.stringify(main)});
      for (const args of [["--help"], ["inspect", process.argv[1], "--quiet"]]) await main(args);
      process.exit(process.report.getReport().sharedObjects.some((path) => /sharp|vips/.test(path)) ? 1 : 0);`;
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", code, "--", look]);
    expect(status).toBe(0);
  });

  it.skipIf(process.platform === "win32")("ends quietly when its reader has seen enough", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.125);
    const shell = `"${process.execPath}" "${program}" inspect "${look}" --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", shell], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toBe("{\n0\n");
  });

  it.skipIf(process.platform === "win32")(
    "Ctrl-C ends a batch with 130, whole files and no leftovers",
    async () => {
      const { look, photos, out } = await setUpBatch(40);
      const { child, ended } = start("apply", look, photos, "-o", out);
      await firstOutput(out);
      child.kill("SIGINT");
      const { exitCode, stderr, stdout } = await ended;
      expect(exitCode).toBe(130);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^synthconv apply: interrupted; \d+ of 40 photos written, each whole\n$/);
      const names = await readdir(out);
      expect(names.length).toBeLessThan(40);
      for (const name of names) await sharp(join(out, name), { failOn: "warning" }).stats();
    },
  );

  it.skipIf(process.platform === "win32")(
    "kill -9 in a batch leaves no partial photo under a photo's name",
    async () => {
      const { look, photos, out } = await setUpBatch(20);
      const { child, ended } = start("apply", look, photos, "-o", out);
      await firstOutput(out);
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      const done = (await readdir(out)).filter((name) => name.endsWith(".png"));
      for (const name of done) await sharp(join(out, name), { failOn: "warning" }).stats();
      // A second run does what is missing, and nothing is skipped silently.
      const again = await start("apply", look, photos, "-o", out, "--json").ended;
      const { written, failed } = JSON.parse(again.stdout);
      expect(written).toBe(20 - done.length);
      expect(failed).toBe(done.length);
      expect((await readdir(out)).filter((name) => name.endsWith(".png"))).toHaveLength(20);
    },
  );

  it.skipIf(process.platform === "win32")("a full disk leaves the old file and no temporary", async () => {
    const { folder, look, photos } = await setUpBatch(1);
    const output = join(folder, "out.png");
    await writeFile(output, "precious");
    // The shell's limit on file sizes (8 blocks of 1 KB) stands for the full disk.
    const shell = `ulimit -f 8; exec "${process.execPath}" "${program}" apply "${look}" "${photos}/0.png" -o "${output}" --force`;
    const { exitCode, stderr } = await outcomeOf(spawn("bash", ["-c", shell]));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^synthconv apply: .*out\.png: expected a writable file, received .*\(EFBIG\)/);
    expect(await readFile(output, "utf8")).toBe("precious");
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "out.png", "photos"]);
  });

  it("applies a look to a JPEG of 24 megapixels in less than 600 MB", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.125);
    const photo = await writePhoto(join(folder, "photo.jpg"), { width: 6000, height: 4000 });
    const main = new URL("../../dist/main.js", import.meta.url).href;
    const code = `
      const { main } = await import(${JSON.stringify(main)});
      process.exitCode = await main(["apply", ...process.argv.slice(1), "--quiet"]);
      console.log(process.resourceUsage().maxRSS);`;
    const args = ["--input-type=module", "-e", code, "--", look, photo, "-o", join(folder, "out.jpg")];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(0);
    expect(Number(stdout) / 1000).toBeLessThan(600);
  });
});
