import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transformSync } from "amaro";
import { applyNetwork, lookFromLink, readLookLink, synthesize } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { onnxRuntime } from "../../../../test-support/onnx.js";
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
      expect(text).toMatch(
        /^\/\/ exported by synthconv from knob.safetensors, mix=1, strength 0.5, reads and writes sRGB: greys tinted by 0.0 of 255 and .*\n/,
      );
      // The look adds 0.25, half of it here: of 33 nodes an axis keeps 29.
      expect(document.guarantees.clipped).toBeCloseTo(1 - (29 / 33) ** 3, 9);
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

  it("writes ONNX with the knobs as an input, or baked where one is set", async (context) => {
    const open = await onnxRuntime(context);
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "knob.safetensors"), 0.25, [MIX]);
    const image = { shape: [1, 3, 1, 2], data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) };
    const output = join(folder, "film.onnx");
    const kept = await runJson("export", look, "-o", output);
    expect(kept.document).toMatchObject({ language: "onnx", condition: true, settings: null });
    expect(kept.document.usage).toContain(
      '.run(None, {"image": image, "condition": numpy.float32([[0.5]])})',
    );
    const condition = { shape: [1, 1], data: Float32Array.of(1) };
    const whole = await (await open(await readFile(output)))({ image, condition });
    const baked = await runJson("export", look, "-o", output, "--force", "--set", "mix=1");
    expect(baked.document).toMatchObject({ condition: false, settings: { mix: 1 } });
    const alone = await (await open(await readFile(output)))({ image });
    for (const [at, value] of image.data.entries()) {
      expect(whole.output?.data[at]).toBeCloseTo(value + 0.25, 5);
      expect(alone.output?.data[at]).toBeCloseTo(value + 0.25, 5);
    }
  });

  it.each([
    [
      ["x.hlsl"],
      2,
      "--output: expected a name that ends in .glsl, .wgsl, .ts, .onnx or .safetensors, received",
    ],
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

  it("prints a link that holds the look: with its knobs, or as it is set, with its strength, behind the studio's address", async () => {
    const file = await writeLook(join(temporaryFolder(), "knob.safetensors"), 0.25, [MIX]);
    const { document } = await runJson("export", file, "--link");
    expect(document).toMatchObject({ settings: null, styles: null, strength: 1, condition: true });
    expect(document.link).toMatch(/^http:\/\/127\.0\.0\.1:4173\/#look1\.[\w-]+$/);
    expect(document.deltaE2000.mean).toBeLessThanOrEqual(0.02);
    expect(lookFromLink(document.link).schema.condition).toEqual([MIX]);
    const asked = ["--set", "mix=1", "--strength", "0.35", "--studio", "https://looks.example/studio/"];
    const { stdout } = await run("export", file, "--link", ...asked);
    const [link = "", figures] = stdout.split("\n");
    expect(link).toMatch(/^https:\/\/looks\.example\/studio\/#look1\./);
    expect(figures).toMatch(/^\d+ characters; its rounding makes a mean deltaE 2000 of 0\.0\d\d, /);
    const { look, strength } = readLookLink(link);
    expect([look.schema.condition, strength]).toEqual([[], 0.35]);
    const colour = Float32Array.of(0.1, 0.2, 0.3);
    applyNetwork(synthesize(look), colour, { channels: 3, strength });
    // The look adds 0.25 with its knob at 1.
    for (const [nth, value] of colour.entries()) expect(value).toBeCloseTo(0.1 * (nth + 1) + 0.35 * 0.25, 3);
  });

  it.each([
    [
      ["--link", "-o", "x.glsl"],
      /^synthconv export: expected either --output <file>, .* or --link, received both/,
    ],
    [[], /^synthconv export: expected either --output <file>, .* or --link, received neither/],
    [
      ["--link", "--studio", "looks"],
      /--studio: expected the address of a studio, such as http.*received "looks"/,
    ],
    [["--link", "--studio", "file:///x/"], /--studio: expected the address of a studio/],
  ])("refuses %j", async (options, message) => {
    const file = await writeLook(join(temporaryFolder(), "knob.safetensors"), 0.25, [MIX]);
    const { exitCode, stderr, stdout } = await run("export", file, ...options);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});
