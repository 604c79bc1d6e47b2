/** Node's pool of threads, where the image library works: its size is said before the first module is loaded. */
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

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

  it("never has more than Node can give", () => {
    expect(sizeOf("apply look.safetensors photos --jobs 9000")).toBe(128);
  });
});
