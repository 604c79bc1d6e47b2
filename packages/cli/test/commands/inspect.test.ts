import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSafetensors } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { MIX, run, runJson, writeLook, writePhoto } from "./support.js";

describe("synthconv inspect", () => {
  it("says what a look with a knob is", async () => {
    const look = await writeLook(join(temporaryFolder(), "shift.safetensors"), 0.25, [MIX]);
    const { exitCode, stdout, stderr } = await run("inspect", look);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("a look, version 1, ");
    expect(stdout).toContain("network    1x1 convolutions 3 - 4 - 3, relu, added to the input: 31 weights");
    expect(stdout).toContain("generator  fully connected 1 - 31, relu: 62 parameters");
    expect(stdout).toContain("knobs      mix  0 to 1  default 0.5");
    expect(stdout).toMatch(/generator\.head\.weight +\[31,1\] +0\.0242 +0\.0739 +0 +\|.{32}\| +0\.250/);
    expect(stdout).toContain("weights at mix=0.5");
    expect(stdout).toMatch(/layers\.1\.bias +\[3\] +0 /);
  });

  it("gives all of it as a document", async () => {
    const look = await writeLook(join(temporaryFolder(), "shift.safetensors"), 0.25);
    const { document } = await runJson("inspect", look);
    expect(document).toMatchObject({
      file: look,
      bytes: (await readFile(look)).length,
      format: "synthconv-look",
      version: 1,
      condition: [],
      network: { channels: [3, 4, 3], activation: "relu", residual: true },
      generator: { hidden: [], activation: "relu" },
      colourSpace: "srgb",
    });
    expect(document.parameters).toHaveLength(1);
    expect(document.parameters[0]).toMatchObject({
      name: "generator.head.bias",
      shape: [31],
      count: 31,
      nonFinite: 0,
    });
    expect(document.parameters[0].histogram.counts).toHaveLength(32);
    expect(document.weights.map((tensor: { name: string }) => tensor.name)).toEqual([
      "layers.0.weight",
      "layers.0.bias",
      "layers.1.weight",
      "layers.1.bias",
    ]);
  });

  it.each([
    ["a missing file", undefined, /received nothing of that name \(ENOENT\)/],
    ["an empty file", Buffer.alloc(0), /expected .*received/],
    ["a photo", Buffer.from("\x89PNG\r\n\x1a\n and so on", "latin1"), /expected .*received/],
    [
      "safetensors that are no look",
      writeSafetensors({ metadata: new Map(), tensors: new Map() }),
      /expected a look: safetensors with "format": "synthconv-look" in its metadata, received no such entry/,
    ],
    [
      "a header that claims more than the file holds",
      Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123, 125]),
      /expected .*received/,
    ],
  ])("refuses %s in one line that names the file", async (_what, bytes, message) => {
    const file = join(temporaryFolder(), "x.safetensors");
    if (bytes !== undefined) await writeFile(file, bytes);
    const { exitCode, stdout, stderr } = await run("inspect", file);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.startsWith(`synthconv inspect: ${file}: `)).toBe(true);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("refuses a truncated look, a look with NaN, and a folder", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(join(folder, "look.safetensors"), 0.25);
    const bytes = await readFile(look);
    const truncated = join(folder, "truncated.safetensors");
    await writeFile(truncated, bytes.subarray(0, bytes.length - 5));
    expect((await run("inspect", truncated)).exitCode).toBe(1);
    const broken = join(folder, "nan.safetensors");
    await writeLook(broken, 0.25);
    const damaged = Buffer.from(bytes);
    damaged.writeFloatLE(Number.NaN, bytes.length - 8);
    await writeFile(broken, damaged);
    expect((await run("inspect", broken)).stderr).toContain("expected finite numbers, received NaN");
    expect((await run("inspect", folder)).stderr).toContain("received a folder");
  });

  it("refuses a look of a newer version, and says to upgrade", async () => {
    const look = await writeLook(join(temporaryFolder(), "look.safetensors"), 0.25);
    const text = (await readFile(look)).toString("latin1");
    expect(text).toContain('"version":"1"');
    await writeFile(look, Buffer.from(text.replace('"version":"1"', '"version":"5"'), "latin1"));
    const { exitCode, document } = await runJson("inspect", look);
    expect(exitCode).toBe(1);
    expect(document.error).toEqual({
      code: "VERSION",
      message: `${look}: expected version 2 or older, received version 5. Upgrade synthconv to read this file.`,
    });
  });

  it.each(["jpg", "png", "tif", "webp", "gif"])(
    "says that a photo (.%s) is one, and what comes first",
    async (extension) => {
      const photo = await writePhoto(join(temporaryFolder(), `photo.${extension}`));
      const { exitCode, stderr } = await run("inspect", photo);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /: expected a look, as synthconv train writes it, received a (JPEG|PNG|TIFF|WebP|GIF)\. The look comes first, photos after it\.\n$/,
      );
    },
  );
});
