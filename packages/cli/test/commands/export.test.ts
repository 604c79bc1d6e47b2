import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transformSync } from "amaro";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { MIX, run, runJson, writeLook } from "./support.js";

describe("synthconv export", () => {
  it("writes a function in each language, with the knobs and the strength in it", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "knob.safetensors"), 0.25, [MIX]);
    for (const [extension, language, head] of [
      ["glsl", "glsl", "vec3 film(vec3 colour) {"],
      ["wgsl", "wgsl", "fn film(colour: vec3<f32>) -> vec3<f32> {"],
      ["ts", "typescript", "export function film(red: number"],
    ] as const) {
      const output = join(folder, `out/film.${extension}`);
      const settings = ["--set", "mix=1", "--strength", "0.5", "--name", "film"];
      const { document } = await runJson("export", look, "-o", output, ...settings);
      expect(document).toMatchObject({
        look,
        output,
        language,
        name: "film",
        settings: { mix: 1 },
        strength: 0.5,
      });
      expect(document.usage).toContain("film(");
      const text = await readFile(output, "utf8");
      expect(text.startsWith("// exported by synthconv from knob.safetensors, mix=1, strength 0.5\n")).toBe(
        true,
      );
      expect(text).toContain(head);
    }
    const { code } = transformSync(await readFile(join(folder, "out/film.ts"), "utf8"), {
      mode: "strip-only",
    });
    const { film } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    // The look adds 0.25 with its knob at 1, and half of it here.
    for (const value of film(0.1, 0.2, 0.3).entries())
      expect(value[1]).toBeCloseTo(0.1 * (value[0] + 1) + 0.125, 6);
  });

  it.each([
    [["x.hlsl"], 2, "--output: expected a name that ends in .glsl, .wgsl or .ts, received"],
    [["x.glsl", "--name", "mix"], 2, "--name: expected a name that is no word of GLSL ES 3.0, received mix"],
    [["x.glsl", "--name", "a b"], 2, '--name: expected letters and digits, a letter first, received "a b"'],
    [["old.glsl"], 1, "expected a name that is free, received a file that exists"],
  ])("refuses %j, and writes nothing", async ([name = "", ...options], exitCode, message) => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.1);
    await writeFile(join(folder, "old.glsl"), "precious");
    const ended = await run("export", look, "-o", join(folder, name), ...options);
    expect(ended.stderr).toContain(message);
    expect(ended.exitCode).toBe(exitCode);
    expect(await readFile(join(folder, "old.glsl"), "utf8")).toBe("precious");
    expect((await readdir(folder)).sort()).toEqual(["look.safetensors", "old.glsl"]);
  });
});
