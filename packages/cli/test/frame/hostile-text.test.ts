/**
 * Strangers' text in every place that a command reads, and what comes out of the commands: nothing that steers a
 * terminal, and no line of its own.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { lookLayout } from "synthconv/internal";
import { type LookSchema, serializeLook } from "synthconv/look";
import { EVENT_FILE_NAME } from "synthconv/node";
import { describe, expect, it } from "vitest";
import { withBrowser } from "../../../../test-support/browser.js";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { firstEvent, writeEvents } from "../../../synthconv/src/format/events/index.js";
import { writeSafetensors } from "../../../synthconv/src/format/index.js";
import { run, writePhoto } from "../commands/support.js";

/** Stands at the beginning of a line in no report but one that a name forged. */
const FORGED = "synthconv-forged: all is well";

const codes = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
/** What a terminal must not receive: controls but for the newlines of reports, and what turns the direction of text. */
const STEERING = [
  ...codes(0x01, 0x1f),
  ...codes(0x7f, 0x9f),
  ...["\u061c", "\u200e", "\u200f", "\u2028", "\u2029"],
  ...codes(0x202a, 0x202e),
  ...codes(0x2066, 0x2069),
];
const HOSTILE: readonly (readonly [kind: string, text: string])[] = [
  ["an escape sequence", "\u001b[2J\u001b]0;owned\u0007x"],
  ["a line of its own", `x\n${FORGED}\r\n${FORGED}\r${FORGED}`],
  ["a C1 control", "\u009b31mx\u0085\u0090q"],
  ["directions", "x\u202egpj.\u2066a\u2069\u200f\u061c"],
  ["markup", `"'><img src=x onerror=hit()><script>hit()</script></title></style></svg></textarea>`],
  ["all of them", `x${STEERING.join("")}y`],
];
/** As a file may be called on Linux. */
const asName = (text: string): string => text.replaceAll("/", "").slice(0, 80);

function expectHarmless({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
  for (const text of [stdout, stderr]) {
    const found = STEERING.filter((character) => character !== "\n" && text.includes(character));
    expect(found, JSON.stringify(text)).toEqual([]);
    expect(text.split("\n").filter((line) => line.startsWith(FORGED))).toEqual([]);
  }
}

/** Runs it for people and for programs; both must have said something. */
async function expectHarmlessRuns(...args: string[]): Promise<string> {
  const outcome = await run(...args);
  expectHarmless(outcome);
  expect(outcome.stdout + outcome.stderr).not.toBe("");
  expectHarmless(await run(...args, "--json"));
  return outcome.stdout;
}

async function writeHostileLook(path: string, text: string): Promise<void> {
  const schema: LookSchema = {
    condition: [{ name: "mix", minimum: 0, maximum: 1, default: 0.5, description: text }],
    network: { channels: [3, 4, 3], activation: "relu", residual: true },
    generator: { hidden: [], activation: "relu" },
    colourSpace: "srgb",
    training: { source: text, steps: 1, batch: 1, learningRate: 0.1, loss: text, seed: 0, samples: 1 },
    error: {
      ...{ on: text, colours: 1, psnr: 40 },
      ...{ deltaE76: { mean: 1, p95: 1, max: 1 }, deltaE2000: { mean: 1, p95: 1, max: 1 } },
    },
  };
  const parameters = new Map(
    [...lookLayout(schema).parameters].map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((product, axis) => product * axis, 1)).fill(0.01),
    ]),
  );
  await writeFile(path, serializeLook({ schema, parameters }));
}

/** A run whose only parameter, and an event of another program, have such a name. */
async function writeHostileRun(folder: string, text: string): Promise<void> {
  await mkdir(folder);
  const facts = {
    format: "synthconv-history",
    version: 1,
    parameters: [{ name: text, shape: [2, 2], dtype: "float32", trainable: true, held: true }],
  };
  const scalar = (tag: string, value: number) => ({ kind: "scalar" as const, tag, scalar: value });
  const histogram = {
    ...{ minimum: 0, maximum: 1, count: 4, sum: 2, sumOfSquares: 1.5 },
    ...{ limits: [0.5, 1], counts: [2, 2] },
  };
  const step = (index: number) => ({
    ...{ wallTime: 1, step: index },
    values: [
      ...[scalar("train/loss", 1), scalar("train/learning_rate", 0.1), scalar("train/gradient_norm", 1)],
      ...[scalar(text, 1), scalar(`dead_units/${text}`, 1)],
      { kind: "histogram" as const, tag: `value/${text}`, histogram },
    ],
  });
  const text1 = { kind: "text" as const, tag: "synthconv/history", text: JSON.stringify(facts) };
  const events = [firstEvent(1), { wallTime: 1, step: 0, values: [text1] }, step(0), step(1)];
  await writeFile(join(folder, EVENT_FILE_NAME), writeEvents(events));
}

describe.each(HOSTILE)("what comes out of the commands on %s", (_, text) => {
  it("is harmless where a look says it", async () => {
    const folder = temporaryFolder();
    const look = join(folder, `${asName(text)}.safetensors`);
    await writeHostileLook(look, text);
    expect(await expectHarmlessRuns("inspect", look)).toContain("knobs");
    await expectHarmlessRuns("bake", look, "-o", join(folder, `${asName(text)}.cube`), "--title", text);
    await expectHarmlessRuns("bake", look, "-o", join(folder, "x.cube"), "--set", `${text}=1`);
    const photo = await writePhoto(join(folder, `${asName(text)}.png`));
    await expectHarmlessRuns("apply", look, photo, "-o", join(folder, `out${asName(text)}`, "x.png"));
    await expectHarmlessRuns("compare", photo, photo, "-o", join(folder, `heat${asName(text)}.png`));
    await expectHarmlessRuns("compare", photo, look);
  });

  it("is harmless where a file that is no look says it", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "x.safetensors");
    for (const bytes of [
      writeSafetensors({ metadata: new Map([["format", text]]), tensors: new Map() }),
      writeSafetensors({
        metadata: new Map([
          ["format", "synthconv-look"],
          ["version", text],
          ["schema", text],
        ]),
        tensors: new Map([[text, { shape: [1], data: new Float32Array(1) }]]),
      }),
      Buffer.from(text),
    ]) {
      await writeFile(file, bytes);
      await expectHarmlessRuns("inspect", file);
      await expectHarmlessRuns("train", file, "-o", join(folder, "y.safetensors"));
    }
  });

  it("is harmless where a LUT says it", async () => {
    const folder = temporaryFolder();
    const rows = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
    const line = text.replaceAll(/[\r\n]/g, "");
    const cube = join(folder, `${asName(text)}.cube`);
    for (const head of [
      `TITLE "${line}"\n# ${line}\n`,
      `TITLE ${text}\n`,
      `${line} 1\n`,
      `DOMAIN_MIN ${line}\n`,
    ]) {
      await writeFile(cube, `${head}LUT_3D_SIZE 2\n${rows}`);
      const size = ["--steps", "2", "--channels", "2", "--batch", "16", "--force"];
      await expectHarmlessRuns("train", cube, "-o", join(folder, `${asName(text)}.safetensors`), ...size);
    }
  });

  it("is harmless where a photo's profile and metadata say it", async () => {
    const folder = temporaryFolder();
    const photo = join(folder, `${asName(text)}.jpg`);
    const exif = { IFD0: { ImageDescription: text, Artist: text, Copyright: text } };
    const image = sharp({ create: { width: 16, height: 16, channels: 3, background: "teal" } });
    const tagged = await image.withIccProfile("p3").withExifMerge(exif).jpeg().toBuffer();
    const spoiled = Buffer.from(tagged);
    const description = spoiled.indexOf("Display P3");
    if (description > 0) spoiled.write(text.slice(0, 10), description, "latin1");
    const look = join(folder, "look.safetensors");
    await writeHostileLook(look, "x");
    for (const bytes of [tagged, spoiled, spoiled.subarray(0, 600)]) {
      await writeFile(photo, bytes);
      await expectHarmlessRuns("apply", look, photo, "-o", join(folder, "out"), "--force");
      await expectHarmlessRuns("compare", photo, photo);
    }
  });

  it("is harmless where a run says it, and stays in its elements of the page", async (context) => {
    const folder = temporaryFolder();
    const ofRun = join(folder, asName(text));
    await writeHostileRun(ofRun, text);
    const page = join(folder, "report.html");
    await expectHarmlessRuns("doctor", ofRun, "--html", page, "--force");
    const markup = await readFile(page, "utf8");
    expectHarmless({ stdout: markup, stderr: "" });
    await withBrowser(context, async (browser) => {
      const tab = await browser.newPage();
      await tab.exposeFunction("hit", () => {
        throw new Error("a name ran as a script");
      });
      await tab.setContent(markup);
      const found = await tab.evaluate(`[
        document.querySelectorAll("script, img, textarea, iframe, a:not([href^='#'])").length,
        document.querySelectorAll("body > header, body > main").length,
        document.querySelectorAll("tbody > tr > th > code").length,
        document.querySelectorAll("*:not(svg, svg *)[onerror], [onload]").length,
      ]`);
      expect(found).toEqual([0, 2, 1, 0]);
    });
  });

  it("is harmless where it is an argument", async () => {
    const folder = temporaryFolder();
    const missing = join(folder, asName(text));
    await expectHarmlessRuns(text);
    await expectHarmlessRuns("help", text);
    for (const command of ["train", "apply", "bake", "compare", "inspect", "doctor", "demo"]) {
      await expectHarmlessRuns(command, missing, `--${text}`);
      await expectHarmlessRuns(command, missing, missing, "-o", `${missing}.safetensors`);
      await expectHarmlessRuns(command, missing);
    }
  });
});
