/** --verify: the exports in their real consumers, and what is said where one is missing or does not agree. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compareColours, linearToSrgb } from "synthconv/look";
import { afterEach, describe, expect, it, type TestContext, vi } from "vitest";
import { needBrowser } from "../../../../test-support/browser.js";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { need, needTool, pythonWith } from "../../../../test-support/needs.js";
import { onnxRuntime as needOnnxRuntime } from "../../../../test-support/onnx.js";
import { EXPORT_TARGETS } from "../../src/commands/export/targets.js";
import { verifyingColours } from "../../src/verify/colours.js";
import { type Consumer, MissingConsumer } from "../../src/verify/consumer.js";
import { onnxRuntime } from "../../src/verify/packages.js";
import { verificationExit, verificationLine, verifyExport } from "../../src/verify/verify.js";
import { MIX, run, runJson, writeLook } from "../commands/support.js";

const signal = new AbortController().signal;
const onnxFolder = join(import.meta.dirname, "../../../../conformance/onnxruntime");

describe("the colours that are tried", () => {
  it("are 10,000 different ones in the cube: corners, greys, skin, and the rest all over it", () => {
    const colours = verifyingColours();
    expect(colours.length).toBe(30_000);
    expect(colours.every((value) => value >= 0 && value <= 1)).toBe(true);
    const rows = Array.from({ length: 10_000 }, (_, at) => colours.slice(3 * at, 3 * at + 3).join());
    // Black and white are corners and greys.
    expect(new Set(rows).size).toBeGreaterThan(9_990);
    const eighths = rows.map((row) =>
      row
        .split(",")
        .map((value) => (Number(value) < 0.5 ? 0 : 1))
        .join(""),
    );
    for (const eighth of new Set(eighths)) {
      expect(eighths.filter((one) => one === eighth).length).toBeGreaterThan(1_100);
    }
  });
});

describe("synthconv export --verify", () => {
  it("has a consumer for everything that it writes", () => {
    for (const { consumer, name } of EXPORT_TARGETS) expect(consumer?.title, name).toMatch(/\w/);
  });

  it.for([
    ["glsl", "WebGL 2 of Chromium"],
    ["wgsl", "WebGPU of Chromium"],
    ["ts", `Node ${process.versions.node}`],
  ] as const)("runs a .%s in %s", async ([extension, title], context) => {
    if (extension !== "ts") needBrowser(context);
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.25, [MIX]);
    const output = join(folder, `film.${extension}`);
    const options = ["--name", "film", "--set", "mix=0.7", "--strength", "0.5", "--verify"];
    const { document, exitCode } = await runJson("export", look, "-o", output, ...options);
    const { verification } = document;
    need(context, !verification.missing?.includes("this Chromium has no"), verification.missing);
    expect(verification).toMatchObject({ consumer: title, colours: 10_000, agrees: true, missing: null });
    expect(verification.deltaE2000.mean).toBeLessThan(0.001);
    expect(exitCode).toBe(0);
  });

  // The knob adds from -0.25 to 0.25.
  it("runs an .onnx in ONNX Runtime, with its condition", async (context) => {
    await needOnnxRuntime(context);
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.25, [MIX]);
    const output = join(folder, "film.onnx");
    await run("export", look, "-o", output);
    const colours = verifyingColours();
    const given = { file: output, name: "look", usage: "", condition: [0.9], folder: onnxFolder, signal };
    const result = await onnxRuntime.run({ ...given, colours });
    for (const at of [0, 1, 777, 29_999]) expect(result[at]).toBeCloseTo((colours[at] as number) + 0.2, 5);
  });
});

/** Puts the Python that has these packages before the others. */
function needPython(context: TestContext, ...modules: string[]): void {
  const { SYNTHCONV_CONSUMERS_PYTHON: python, PATH } = process.env;
  if (python !== undefined) vi.stubEnv("PATH", `${dirname(python)}:${PATH}`);
  pythonWith(context, ...modules);
}

afterEach(() => void vi.unstubAllEnvs());

describe("weights for PyTorch", () => {
  it.for([1, 0.6])("are run by the line that is printed, at a strength of %s", async (strength, context) => {
    needPython(context, "torch", "safetensors");
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.25, [MIX]);
    const output = join(folder, 'it\'s a "film".safetensors');
    const options = ["--set", "mix=0.7", "--strength", String(strength), "--verify"];
    const { document, exitCode } = await runJson("export", look, "-o", output, ...options);
    expect(document.verification).toMatchObject({ consumer: "PyTorch", agrees: true, missing: null });
    expect(document.verification.deltaE2000.max).toBeLessThan(0.001);
    expect(document.usage).toContain(`load_file(${JSON.stringify(output)})`);
    expect(exitCode).toBe(0);
    // A file of weights is no look, and says so.
    expect((await run("inspect", output)).stderr).toContain(
      'received "pt". Looks are made by synthconv train',
    );
  });

  it("stand where Python has no PyTorch, and how to get it is said", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.25);
    const output = join(folder, "weights.safetensors");
    await writeFile(
      join(folder, "python3"),
      "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'torch'\" >&2\nexit 1\n",
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", folder);
    const { document, exitCode } = await runJson("export", look, "-o", output, "--verify");
    const missing = "python3 has no torch; to get it: python3 -m pip install torch safetensors numpy";
    expect(document.verification).toMatchObject({ agrees: null, missing });
    expect(exitCode).toBe(1);
    vi.stubEnv("PATH", join(folder, "nothing"));
    const again = await runJson("export", look, "-o", output, "--verify", "--force");
    expect(again.document.verification.missing).toMatch(/^python3 is not installed; to get it: https:/);
  });
});

describe("synthconv convert --verify", () => {
  it.for(["cube", "clf", "3dl", "csp", "spi1d", "spi3d", "png"])(
    "runs a .%s in what reads it, against the LUT that it was made of",
    async (extension, context) => {
      needTool(context, "ffmpeg");
      needPython(context, "PyOpenColorIO");
      const folder = temporaryFolder();
      const look = await writeLook(join(folder, "look.safetensors"), 0.1);
      const source = join(folder, "look.cube");
      const curves = join(folder, "curves.cube");
      await run("bake", look, "-o", source);
      await writeFile(curves, "LUT_1D_SIZE 3\n0.0 0.1 0.0\n0.4 0.6 0.5\n1.0 0.9 1.0\n");
      for (const [from, to] of [
        ...(extension === "spi1d" ? [] : [[source, "lattice"]]),
        ...(extension === "spi1d" || extension === "cube" || extension === "csp" ? [[curves, "curves"]] : []),
      ] as const) {
        const output = join(folder, `${to} of it.${extension}`);
        const { document, exitCode } = await runJson("convert", from as string, output, "--verify");
        const byFfmpeg = to === "lattice" && ["cube", "png"].includes(extension);
        const consumer = byFfmpeg ? "ffmpeg" : "OpenColorIO";
        expect(document.verification).toMatchObject({ consumer, agrees: true, colours: 10_000 });
        expect(exitCode).toBe(0);
      }
    },
  );

  it("refuses what neither reads, before it writes", async () => {
    const folder = temporaryFolder();
    const source = join(folder, "x.cube");
    await writeFile(source, "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n");
    const ended = await run("convert", source, join(folder, "x.png"), "--format", "tiles", "--verify");
    expect(ended.stderr).toContain("--verify: expected a LUT that ffmpeg or OpenColorIO reads, received ");
    expect(ended.exitCode).toBe(2);
    expect(existsSync(join(folder, "x.png"))).toBe(false);
  });
});

describe("synthconv bake --verify", () => {
  it.for(["cube", "png"])("runs a .%s through ffmpeg", async (extension, context) => {
    needTool(context, "ffmpeg");
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.1);
    const output = join(folder, `it's a look.${extension}`);
    const { document, exitCode } = await runJson("bake", look, "-o", output, "--verify");
    expect(document.verification).toMatchObject({ consumer: "ffmpeg", agrees: true });
    // Where the look leaves the cube a lattice bends beside the bound: 0.1 in the mean at the most.
    expect(document.verification.deltaE2000.mean).toBeLessThan(0.1);
    expect(exitCode).toBe(0);
  });

  it.for(["clf", "3dl", "csp", "spi3d"])("runs a .%s through OpenColorIO", async (extension, context) => {
    needPython(context, "PyOpenColorIO");
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.1);
    const output = join(folder, `look.${extension}`);
    const { document, exitCode } = await runJson("bake", look, "-o", output, "--verify");
    expect(document.verification).toMatchObject({ consumer: "OpenColorIO", agrees: true });
    expect(document.verification.deltaE2000.mean).toBeLessThan(0.1);
    expect(exitCode).toBe(0);
  });

  it("refuses a format that neither reads, and writes nothing", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.1);
    const ended = await run("bake", look, "-o", join(folder, "x.png"), "--for", "unreal", "--verify");
    expect(ended.stderr).toContain("--verify: expected a LUT that ffmpeg or OpenColorIO reads, received ");
    expect(ended.exitCode).toBe(2);
    expect(existsSync(join(folder, "x.png"))).toBe(false);
  });
});

describe("verifyExport", () => {
  const options = {
    ...{ file: "x", name: "look", usage: "", tolerance: 0.01, space: "srgb", signal },
    applyLook: (colours: Float32Array) => {
      for (const [at, value] of colours.entries()) colours[at] = 0.9 * value;
    },
  };
  const consumer = (of: (colours: Float32Array) => Float32Array): Consumer => ({
    title: "something",
    run: async ({ colours }) => of(colours),
  });

  it("tells a consumer that makes something else, and ends with 1", async () => {
    const wrong = await verifyExport(
      consumer((colours) => colours.map((value) => 0.92 * value)),
      options,
    );
    expect(wrong.agrees).toBe(false);
    expect(wrong.deltaE2000?.mean).toBeGreaterThan(0.3);
    expect(verificationExit(wrong)).toBe(1);
    expect(verificationLine(wrong)).toMatch(
      /^NOT THE LOOK in something, 10,000 colours: mean deltaE 2000 \d/,
    );
    const right = await verifyExport(
      consumer((colours) => colours.map((value) => 0.9 * value)),
      options,
    );
    expect([right.agrees, verificationExit(right)]).toEqual([true, 0]);
  });

  it("measures what a display shows of a look that writes another space", async () => {
    const off = consumer((colours) => colours.map((value) => 0.9 * value + 0.002));
    const { deltaE2000 } = await verifyExport(off, { ...options, space: "linear" });
    const colours = verifyingColours();
    const seen = (change: (value: number) => number): Float32Array =>
      colours.map((value) => linearToSrgb(change(value)));
    const expected = compareColours(
      seen((value) => 0.9 * value + 0.002),
      seen((value) => 0.9 * value),
    );
    expect(deltaE2000?.mean).toBeCloseTo(expected.deltaE2000.mean, 3);
    expect(deltaE2000?.max).toBeGreaterThan(1);
  });

  it("says what is missing and how to get it, and ends with 1", async () => {
    const missing = await verifyExport(
      consumer(() => {
        throw new MissingConsumer("it is not installed", "install it");
      }),
      options,
    );
    expect(missing).toMatchObject({ agrees: null, deltaE2000: null, colours: 10_000 });
    expect(verificationLine(missing)).toBe(
      "not verified, the file stands: it is not installed; to get it: install it",
    );
    expect(verificationExit(missing)).toBe(1);
  });

  it("says so of ONNX Runtime where no package of it is near", async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, "x.onnx"), "");
    const given = {
      file: join(folder, "x.onnx"),
      name: "look",
      usage: "",
      space: "srgb",
      folder,
      signal,
      colours: verifyingColours(),
    };
    await expect(onnxRuntime.run(given)).rejects.toThrow("onnxruntime-node is not installed here");
  });
});
