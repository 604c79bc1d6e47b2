import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { applyLut, ColourComparison, currentBackend, parseLook, readLut, setBackend } from "synthconv/look";
import { beforeAll, describe, expect, it } from "vitest";
import { sharedTemporaryFolder, temporaryFolder } from "../../../../test-support/folders.js";
import { InterruptedError } from "../../src/frame/failure.js";
import { main } from "../../src/main.js";
import { documentedJson } from "./documentation.js";
import { run, runJson, samplesOf } from "./support.js";

/** Few, for the time that it takes; the network is then clearly on its way, no more. */
const STEPS = "200";

describe("synthconv demo", () => {
  const folder = join(sharedTemporaryFolder(), "new", "demo");
  // biome-ignore lint/suspicious/noExplicitAny: the document of --json
  let document: any;

  beforeAll(async () => {
    const outcome = await runJson("demo", "--out", folder, "--steps", STEPS);
    expect(outcome.exitCode).toBe(0);
    document = outcome.document;
  });

  it("leaves the files that it says, and no others", async () => {
    expect((await readdir(folder)).sort()).toEqual(document.files.toSorted());
    for (const name of document.files.filter((file: string) => file.endsWith(".png"))) {
      const { info } = await sharp(join(folder, name)).raw().toBuffer({ resolveWithObject: true });
      expect([name, info.width]).toEqual([name, name === "contact-sheet.png" ? 1200 : 512]);
    }
  });

  it("measures the half that was not trained on, at settings that were and that were not", () => {
    const { heldOut } = document;
    expect(heldOut.map(({ mix }: { mix: number }) => mix)).toEqual([
      0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ]);
    for (const exam of heldOut) {
      expect(exam.colours).toBe(256 * 512);
      // The photo as it is lies 10 from either end of the knob.
      expect(exam.deltaE2000.mean).toBeLessThan(4);
    }
  });

  it("gives a document whose fields docs/cli.md describes", () => {
    const { heldOut, gradients, ...fields } = documentedJson("demo") as Record<string, [object]>;
    const { heldOut: measured, gradients: flow, ...own } = document;
    expect(Object.keys(fields).sort()).toEqual(Object.keys(own).sort());
    expect(Object.keys(heldOut?.[0] ?? {}).sort()).toEqual(Object.keys(measured[0]).sort());
    expect(Object.keys(gradients?.[0] ?? {}).sort()).toEqual(Object.keys(flow[0]).sort());
  });

  it("shows a gradient at every fully connected layer", () => {
    expect(document.gradients).toHaveLength(6);
    for (const { parameter, second, last, moved } of document.gradients) {
      expect([parameter, second > 0, last > 0, moved > 0]).toEqual([parameter, true, true, true]);
    }
  });

  it("writes a look that says how it was trained and measured, and pictures that it makes again", async () => {
    const file = join(folder, "look.safetensors");
    const { schema } = parseLook(await readFile(file), file);
    expect(schema.condition.map(({ name }) => name)).toEqual(["mix"]);
    expect(schema.training?.steps).toBe(Number(STEPS));
    expect(schema.error).toEqual(document.error);
    const again = join(temporaryFolder(), "again.png");
    await run("apply", file, join(folder, "original.png"), "-o", again, "--set", "mix=0.1");
    expect(await samplesOf(again)).toEqual(await samplesOf(join(folder, "mix-0.10.png")));
  });

  it("writes a .cube that does what the look does", async () => {
    const file = join(folder, "mix-0.70.cube");
    const lut = readLut(await readFile(file), file).lut;
    const unit = async (name: string): Promise<Float32Array> =>
      Float32Array.from(await samplesOf(join(folder, name)), (code) => code / 255);
    const comparison = new ColourComparison();
    comparison.add(applyLut(lut, await unit("original.png")), await unit("mix-0.70.png"));
    expect(comparison.result().deltaE2000.mean).toBeLessThan(0.3);
  });

  it("prints next commands that work", async () => {
    expect(document.next).toHaveLength(4);
    for (const line of document.next) {
      const words = line.replace(/^(npx )?synthconv /, "").split(" ");
      expect([line, await run(...words)]).toEqual([
        line,
        expect.objectContaining({ exitCode: 0, stderr: "" }),
      ]);
    }
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["mine.png", "mine.cube"]));
  });

  it("runs again in its own folder: the same look to the bit, and files of others stay", async () => {
    const look = join(folder, "look.safetensors");
    const before = await readFile(look);
    await writeFile(join(folder, "notes.txt"), "mine");
    const { exitCode, stdout } = await run("demo", "--out", folder, "--steps", STEPS);
    expect(exitCode).toBe(0);
    expect(await readFile(look)).toEqual(before);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
    expect(stdout).toMatch(/^ {2}mix 0\.7 +never seen +\d/m);
    expect(stdout).toMatch(/^ {2}generator\.hidden\.0\.weight +\[32,1\] +\d\.\de-\d/m);
    for (const line of document.next) expect(stdout).toContain(line);
  });
});

describe("synthconv demo refuses", () => {
  it("a folder with other files, and with --force writes beside them", async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, "original.png"), "somebody's");
    const refused = await run("demo", "--out", folder, "--steps", "2");
    expect(refused).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `synthconv demo: ${folder}: expected a folder that is new, empty or an earlier demo's, received one that holds original.png. Choose another place with --out, or write into this one with --force.\n`,
    });
    expect(await readFile(join(folder, "original.png"), "utf8")).toBe("somebody's");
    expect(await readdir(folder)).toHaveLength(1);
    const backend = ["--backend", "plain"];
    const forced = await run("demo", "--out", folder, "--steps", "2", "--force", "--quiet", ...backend);
    expect(currentBackend()).toBe("plain");
    setBackend(undefined);
    expect(forced).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await sharp(join(folder, "original.png")).metadata()).width).toBe(512);
  });

  it("a place that cannot be written into, with one line and before it trains", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "file");
    await writeFile(file, "");
    for (const output of [file, join(file, "below")]) {
      const { exitCode, stdout, stderr } = await run("demo", "--out", output);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/^synthconv demo: .*file.*: expected a folder.*ENOTDIR.*\n$/);
    }
    await mkdir(join(folder, "synthconv-demo.md"));
    const { exitCode, stderr } = await run("demo", "--out", folder, "--force");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^synthconv demo: .*synthconv-demo\.md: expected a writable file, received a folder.*\n$/,
    );
  });

  it("steps and operands that make no sense", async () => {
    const folder = join(temporaryFolder(), "demo");
    for (const wrong of [["--steps", "1"], ["--seed", "-1"], ["photo.jpg"]]) {
      expect((await run("demo", "--out", folder, ...wrong)).exitCode).toBe(2);
    }
    expect(await readdir(join(folder, ".."))).toEqual([]);
  });

  it("to leave anything but its note behind when it is interrupted", async () => {
    const folder = join(temporaryFolder(), "demo");
    let stderr = "";
    const exitCode = await main(["demo", "--out", folder, "--quiet"], {
      stdout: { write: () => true },
      stderr: { write: (text) => (stderr += text) },
      signal: AbortSignal.abort(new InterruptedError()),
      debug: false,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: "synthconv demo: interrupted\n" });
    expect(await readdir(folder)).toEqual(["synthconv-demo.md"]);
  });
});
