/** Node's pool of threads, where the image library works: its size is said before the first module is loaded. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";

const { threadPoolSize } = createRequire(import.meta.url)("../../bin/thread-pool.cjs") as {
  threadPoolSize: (words: readonly string[]) => number;
};
const sizeOf = (line: string): number => threadPoolSize(line.split(" ").filter((word) => word !== ""));

describe("the pool of threads", () => {
  it("has one for apply, which has one photo in memory at a time", () => {
    expect(sizeOf("apply look.safetensors photos -o out")).toBe(1);
  });

  it("has one for each photo of --jobs, in either spelling; the last one counts", () => {
    expect(sizeOf("apply look.safetensors photos --jobs 16 -o out")).toBe(16);
    expect(sizeOf("apply look.safetensors photos --jobs=4")).toBe(4);
    expect(sizeOf("apply look.safetensors --jobs 3 photos --jobs 5")).toBe(5);
  });

  it("has two for commands that read two photos at once, and where there is no command", () => {
    for (const line of ["train a.jpg b.jpg -o look", "compare a.jpg b.jpg", "--help", ""])
      expect(sizeOf(line)).toBe(2);
  });

  it("has one where --jobs is no number of photos, which the command refuses then", () => {
    for (const jobs of ["--jobs", "--jobs=", "--jobs many", "--jobs -3", "--jobs 1.5", "--jobs 0"]) {
      expect(sizeOf(`apply look.safetensors photos ${jobs}`)).toBe(1);
    }
  });

  it("has one for each photo of the jobs in --config, which the command line outdoes", () => {
    const config = join(temporaryFolder(), "config.json");
    writeFileSync(config, '{ "apply": { "jobs": 6 } }');
    expect(sizeOf(`apply look.safetensors photos --config ${config}`)).toBe(6);
    expect(sizeOf(`apply look.safetensors photos --config=${config} --jobs 3`)).toBe(3);
    expect(sizeOf(`compare a.jpg b.jpg --config ${config}`)).toBe(2);
  });

  it("has one where the file of --config says nothing of jobs, is none or is a pipe", () => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries({ none: "{}", list: "[]", broken: "{", text: "apply" })) {
      writeFileSync(join(folder, name), text);
      expect(sizeOf(`apply look photos --config ${join(folder, name)}`)).toBe(1);
    }
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const path of [join(folder, "pipe"), join(folder, "missing"), folder, ""])
      expect(sizeOf(`apply look photos --config ${path}`)).toBe(1);
  });

  it("never has more than Node can give", () => {
    expect(sizeOf("apply look.safetensors photos --jobs 9000")).toBe(128);
  });
});
