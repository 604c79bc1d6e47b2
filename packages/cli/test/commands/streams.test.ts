/** `-`: stdin as an input, stdout as an output. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { main } from "../../src/main.js";
import { tiff } from "../image/material.js";
import { program, run, writeLook, writePhoto } from "./support.js";

/** Runs a command line in this process with something in its stdin. */
async function runWith(
  stdin: Uint8Array,
  ...args: string[]
): Promise<{ exitCode: number; stdout: Buffer; stderr: string }> {
  const parts: Buffer[] = [];
  let stderr = "";
  const exitCode = await main(args, {
    stdin: { readAll: async () => Buffer.from(stdin) },
    stdout: { write: (chunk) => parts.push(Buffer.from(chunk)) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout: Buffer.concat(parts), stderr };
}

async function setUp() {
  const folder = temporaryFolder();
  const look = await writeLook(join(folder, "look.safetensors"), 0.125);
  return { folder, look };
}

describe("synthconv apply with -", () => {
  it.each(["jpg", "png", "webp", "tif", "avif"])(
    "makes of a .%s in stdin the bytes that it makes of the file",
    async (extension) => {
      const { folder, look } = await setUp();
      const photo = await writePhoto(join(folder, `a.${extension}`));
      const output = join(folder, `out.${extension}`);
      expect((await run("apply", look, photo, "-o", output)).exitCode).toBe(0);
      const made = await readFile(output);
      expect(await runWith(await readFile(photo), "apply", look, "-", "-o", "-")).toEqual({
        exitCode: 0,
        stdout: made,
        stderr: "",
      });
      const named = join(folder, `named.${extension}`);
      const toFile = await runWith(await readFile(photo), "apply", look, "-", "-o", named);
      expect(toFile.stdout.toString()).toBe(`1 photo written to ${named}\n`);
      expect(await readFile(named)).toEqual(made);
    },
  );

  it("copies the bytes of stdin at strength 0, and reads a TIFF whose colours are multiplied by alpha twice", async () => {
    const { look } = await setUp();
    const strip = Buffer.from(Array.from({ length: 64 }, (_, i) => (i % 4 === 3 ? 128 : i)));
    const bytes = tiff({
      width: 4,
      height: 4,
      bits: 8,
      samples: 4,
      photometric: 2,
      extraSamples: [1],
      strip,
    });
    const { exitCode, stdout } = await runWith(bytes, "apply", look, "-", "-o", "-", "--strength", "0");
    expect({ exitCode, same: stdout.equals(bytes) }).toEqual({ exitCode: 0, same: true });
  });

  it("writes stdout in the format that --format names, and a GIF as a PNG", async () => {
    const { folder, look } = await setUp();
    const photo = await writePhoto(join(folder, "a.png"));
    for (const [name, format] of [
      ["jpeg", "jpeg"],
      ["JPG", "jpeg"],
      ["tif", "tiff"],
      ["webp", "webp"],
    ] as const) {
      const { stdout } = await runWith(Buffer.alloc(0), "apply", look, photo, "-o", "-", "--format", name);
      expect((await sharp(stdout).metadata()).format).toBe(format);
    }
    const gif = await readFile(await writePhoto(join(folder, "a.gif")));
    const { stdout, stderr } = await runWith(gif, "apply", look, "-", "-o", "-");
    expect((await sharp(stdout).metadata()).format).toBe("png");
    expect(stderr).toContain("warning: stdin: it is written as a PNG: a GIF holds 256 colours only\n");
  });

  it("reads a look from stdin, as bake and inspect do", async () => {
    const { folder, look } = await setUp();
    const bytes = await readFile(look);
    const photo = await writePhoto(join(folder, "a.png"));
    const { stdout } = await runWith(bytes, "apply", "-", photo, "-o", "-");
    expect(stdout).toEqual((await runWith(bytes, "apply", look, photo, "-o", "-")).stdout);
    const cube = join(folder, "a.cube");
    expect((await runWith(bytes, "bake", "-", "-o", cube, "--size", "2")).exitCode).toBe(0);
    expect((await runWith(bytes, "inspect", "-")).stdout.toString()).toContain("-: a look, version 1");
    const wrong = await runWith(await readFile(photo), "inspect", "-");
    expect(wrong.stderr).toContain("stdin: expected a look, as synthconv train writes it, received a PNG");
  });

  it.each([
    [["-", "-", "-o", "-"], "expected stdin, -, once, received it twice"],
    [["LOOK", "-", "-", "-o", "out"], "expected stdin, -, once, received it twice"],
    [["LOOK", "a.png", "b.png", "-o", "-"], "expected one photo with stdout, -o -, received 2 photos"],
    [["LOOK", "-", "b.png", "-o", "out"], "expected one photo with stdin, -, received 2 photos"],
    [["LOOK", "FOLDER", "-o", "-"], "expected one photo with stdout, -o -, received a folder"],
    [
      ["LOOK", "-", "-o", "FOLDER"],
      "--output: expected a photo's name (.jpg, .png, .webp, .tif or .avif) or - for the photo from stdin, received FOLDER",
    ],
    [["LOOK", "-", "-o", "-", "--json"], "--json: expected another output than -, received both for stdout"],
    [["LOOK", "-", "-o", "a.jpg", "--format", "png"], "--format: expected the format of a.jpg, received png"],
    [
      ["LOOK", "-", "-o", "-", "--format", "bmp"],
      '--format: expected jpeg, png, webp, tiff or avif, received "bmp"',
    ],
  ])("refuses %j and writes nothing", async (args, message) => {
    const { folder, look } = await setUp();
    const places: Readonly<Record<string, string>> = { LOOK: look, FOLDER: folder };
    const { exitCode, stderr } = await runWith(
      Buffer.alloc(0),
      "apply",
      ...args.map((arg) => places[arg] ?? arg),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`synthconv apply: ${message.replace("FOLDER", folder)}\n`);
    expect(readdirSync(folder)).toEqual(["look.safetensors"]);
  });

  it("refuses a terminal as stdout", async () => {
    const { folder, look } = await setUp();
    const photo = await writePhoto(join(folder, "a.png"));
    let stderr = "";
    const stdout = { isTTY: true, write: () => expect.unreachable() };
    const streams = { stdout, stderr: { write: (text: string) => (stderr += text) } };
    expect(await main(["apply", look, photo, "-o", "-"], streams)).toBe(2);
    expect(stderr).toContain("--output: expected a file or a pipe as stdout, received a terminal");
  });

  it("refuses what came through stdin by that name", async () => {
    const { look } = await setUp();
    for (const [bytes, received] of [
      ["", "an empty file"],
      ["%PDF-1.7", "a PDF document"],
    ] as const) {
      const { exitCode, stdout, stderr } = await runWith(Buffer.from(bytes), "apply", look, "-", "-o", "-");
      expect({ exitCode, bytes: stdout.length }).toEqual({ exitCode: 1, bytes: 0 });
      expect(stderr).toMatch(
        new RegExp(`^synthconv apply: stdin: expected a photo .*, received ${received}`),
      );
    }
  });

  it("takes ./- for a file of that name", async () => {
    const { folder, look } = await setUp();
    await mkdir(join(folder, "in"));
    const photo = await writePhoto(join(folder, "a.png"));
    expect((await run("apply", look, photo, "-o", join(folder, "-"))).exitCode).toBe(0);
    expect(readdirSync(join(folder, "-"))).toEqual(["a.png"]);
  });
});

describe("- in other commands", () => {
  it("is one of the photos of compare", async () => {
    const { folder } = await setUp();
    const photo = await writePhoto(join(folder, "a.png"));
    const bytes = await readFile(photo);
    for (const operands of [
      ["-", photo],
      [photo, "-"],
    ]) {
      const { stdout } = await runWith(bytes, "compare", ...operands, "--json");
      expect(JSON.parse(stdout.toString())).toMatchObject({ width: 24, psnr: null });
    }
    const twice = await runWith(bytes, "compare", "-", "-");
    expect(twice).toMatchObject({
      exitCode: 2,
      stderr: "synthconv compare: expected one photo from stdin, received two\n",
    });
  });

  it("is refused as their output", async () => {
    const { folder, look } = await setUp();
    const photo = await writePhoto(join(folder, "a.png"));
    const commands = [
      ["compare", photo, photo],
      ["bake", look],
      ["train", join(folder, "x.cube")],
    ];
    for (const command of commands) {
      const { exitCode, stderr } = await run(...command, "-o", "-");
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^synthconv \w+: --output: expected .*, received "?-/);
    }
  });
});

describe.skipIf(process.platform === "win32")("stdin and stdout of a process", () => {
  it("carry a photo of some megabytes whole, and a reader that goes is an error of one line", async () => {
    const { folder, look } = await setUp();
    const photo = join(folder, "a.tif");
    const create = {
      width: 1500,
      height: 1000,
      channels: 3 as const,
      background: "grey",
      noise: { type: "gaussian" as const, mean: 128, sigma: 30 },
    };
    await sharp({ create }).toFile(photo);
    // Quiet: on a busy machine it takes the seconds after which progress is shown.
    const command = `"${process.execPath}" "${program}" apply "${look}" - -o - --format tiff --quiet`;
    const shell = `cat "${photo}" | ${command}`;
    const { stdout, stderr, status } = spawnSync("bash", ["-c", shell], { maxBuffer: 2 ** 28 });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
    expect((await sharp(stdout).metadata()).width).toBe(1500);
    const cut = spawnSync("bash", ["-c", `${shell} | head -c 10 > /dev/null; echo "\${PIPESTATUS[1]}"`], {
      encoding: "utf8",
    });
    expect(cut).toMatchObject({
      stdout: "1\n",
      stderr:
        "synthconv apply: stdout: expected a reader that takes the whole file, received one that has gone (EPIPE)\n",
    });
  });
});
