import { fileURLToPath } from "node:url";
import { LUT_FORMATS } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { PHOTO_FORMATS } from "../../src/image/photo-formats.js";
import { documentedJson, documentedOptions, tableOf } from "./documentation.js";
import { run, runJson, start, writeLook, writePhoto } from "./support.js";

/** The options that every command has, which docs/cli.md describes once for all. */
const SHARED_OPTIONS = ["--config", "--json", "--quiet", "--help"];

async function commandNames(): Promise<string[]> {
  const { stdout } = await run("--help");
  return [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name as string);
}

const dotted = (extensions: readonly string[]): string => extensions.map((one) => `\`.${one}\``).join(", ");

describe("docs/cli.md", () => {
  it("describes the options that every command has, and no others", async () => {
    const names = await commandNames();
    expect(names).toContain("train");
    for (const name of names.filter((one) => one !== "help")) {
      const help = (await run(name, "--help")).stdout;
      const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
        ([, option]) => option as string,
      );
      const own = options.filter((option) => !SHARED_OPTIONS.includes(option));
      expect(documentedOptions(name).sort(), name).toEqual(own.sort());
    }
  });

  it("describes every field of the documents, and no others", async () => {
    const folder = temporaryFolder();
    const look = await writeLook(`${folder}/look.safetensors`, 0.1);
    const photo = await writePhoto(`${folder}/photo.png`);
    const pair = ["--before", photo, "--after", photo, "-o", `${folder}/x.safetensors`, "--steps", "1"];
    const commandLines = [
      ["apply", look, photo, "-o", `${folder}/out.png`],
      ["bake", look, "-o", `${folder}/x.cube`, "--size", "2"],
      ["export", look, "-o", `${folder}/x.glsl`],
      ["convert", `${folder}/x.cube`, `${folder}/x.clf`],
      ["compare", photo, photo, "-o", `${folder}/heat.png`],
      ["chart", "-o", `${folder}/chart.png`],
      ["train", ...pair, "--channels", "1", "--run", `${folder}/run`],
      ["inspect", `${folder}/x.safetensors`],
    ];
    for (const [command = "", ...args] of commandLines) {
      const { document, exitCode } = await runJson(command, ...args);
      expect(exitCode).toBe(0);
      expect(Object.keys(documentedJson(command)).sort(), command).toEqual(Object.keys(document).sort());
    }
    const module = fileURLToPath(
      new URL("../../../../examples/healthy/01-weights-are-values.ts", import.meta.url),
    );
    const { stdout } = await start("doctor", module, "--json", "--quiet").ended;
    expect(Object.keys(documentedJson("doctor")).sort()).toEqual(Object.keys(JSON.parse(stdout)).sort());
  });

  it("lists the LUT formats as the table of formats has them", () => {
    const rows = LUT_FORMATS.map(({ title, name, extensions, write, summary }) => [
      title,
      `\`${name}\``,
      dotted(extensions),
      "yes",
      write?.lattice === undefined
        ? ""
        : `${write.lattice.sizes} nodes per axis, default ${write.lattice.usualSize}`,
      summary,
    ]);
    expect(tableOf("LUT formats")).toEqual(rows);
  });

  it("lists the photo formats as the table of formats has them", () => {
    const rows = PHOTO_FORMATS.map(({ title, extensions, write, depths, holdsAlpha }) => [
      title,
      dotted(extensions),
      write === undefined ? "" : "yes",
      depths.join(", "),
      holdsAlpha ? "yes" : "",
    ]);
    expect(tableOf("Photo formats")).toEqual(rows);
  });
});
