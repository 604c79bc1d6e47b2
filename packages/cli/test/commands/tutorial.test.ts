import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { needTool } from "../../../../test-support/needs.js";
import { PHOTO_FILE } from "../../src/commands/demo/files.js";
import { program } from "./support.js";

// Eight processes, one of which trains.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const runProgram = promisify(execFile);
const folder = sharedTemporaryFolder();
let commands: string[] = [];

/** A line of the tutorial as a reader's shell runs it; what trains is a draft of few numbers, for the sake of time. */
async function shell(line: string): Promise<string> {
  const quick = line.startsWith("synthconv train ") ? `${line} --quality draft --size 60` : line;
  const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
  const { stdout } = await runProgram("sh", ["-c", quick], { cwd: folder, env });
  return stdout;
}

const starting = (words: string): string[] => commands.filter((line) => line.startsWith(words));

beforeAll(async () => {
  const tutorial = await readFile(new URL("../../../../docs/tutorial.md", import.meta.url), "utf8");
  commands = [...tutorial.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line !== ""),
  );
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "photos"));
  const named = join(folder, "bin", "synthconv");
  await writeFile(named, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  await chmod(named, 0o755);
  const photo = () => sharp(PHOTO_FILE).resize(192);
  await photo().toFile(join(folder, "before.jpg"));
  const edited = photo().linear([1.1, 1, 0.85], [0, 0, 12]);
  await edited.clone().jpeg({ quality: 95 }).toFile(join(folder, "after.jpg"));
  await photo()
    .flop()
    .toFile(join(folder, "photos", "other.jpg"));
});

describe("docs/tutorial.md", () => {
  it("is made of commands that run one after the other, and leave what they say", async () => {
    const own = starting("synthconv ");
    expect(own.length).toBeGreaterThan(6);
    let said = "";
    for (const line of own) said += await shell(line);
    expect(said).toContain("lut3d=file=mine.cube:interp=tetrahedral");
    const files = await readdir(folder);
    for (const file of [
      "mine.safetensors",
      "mine.html",
      "again.png",
      "mine.cube",
      "mine-obs.cube",
      "mine.glsl",
    ]) {
      expect(files).toContain(file);
    }
    expect(await readdir(join(folder, "graded"))).toEqual(["other.jpg"]);
    expect(await readFile(join(folder, "mine.glsl"), "utf8")).toMatch(/vec3 mine\(/);
  });

  it("grades a clip with the table that was baked", async (context) => {
    needTool(context, "ffmpeg");
    const [line = ""] = starting("ffmpeg ");
    await shell("ffmpeg -v error -f lavfi -i testsrc=duration=0.2:size=64x48 -pix_fmt yuv420p clip.mp4");
    await shell(line);
    expect(await readdir(folder)).toContain("graded.mp4");
  });
});
