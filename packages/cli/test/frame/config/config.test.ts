/** `--config`: defaults from a file that is named, and mistakes in it. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../../test-support/folders.js";
import { type CommandModule, defineCommand } from "../../../src/frame/command.js";
import { addLookOptions } from "../../../src/frame/look-options.js";
import { numberOption } from "../../../src/frame/numbers.js";
import type { CommandEntry } from "../../../src/frame/program.js";
import { commands as ownCommands } from "../../../src/main.js";
import { programOf } from "../program-support.js";
import { configSchemaOf } from "./config-schema.js";

/** Tells what it was asked for. */
const develop: CommandModule = defineCommand<object>({
  description: "Develops photos.",
  examples: [["synthconv develop a.jpg", "develops one"]],
  configure(command) {
    command
      .argument("<photo...>", "what to develop")
      .requiredOption("-o, --output <file>", "where to")
      .option("--title <text>", "a title")
      .option("--dark-room", "without light")
      .addOption(numberOption("--steps <count>", "how long", { minimum: 1, whole: true }).default(10));
    const skip = command.createOption("--skip", "leave what is there").conflicts(["force"]);
    command.addOption(skip).option("--force", "overwrite");
    addLookOptions(command);
  },
  run: async (operands, options) => ({ json: { operands, ...options } }),
});

const rest: CommandModule = defineCommand<object>({
  description: "Rests.",
  examples: [["synthconv rest", "rests"]],
  configure: () => undefined,
  async run(_operands, _options, { out }) {
    out.print("rested");
    return { json: {} };
  },
});

const commands: CommandEntry[] = [
  { name: "develop", summary: "develops photos", load: async () => develop },
  { name: "rest", summary: "rests", load: async () => rest },
];

const run = programOf(commands);

/** A file of this text, and the folder that it lies in. */
function configOf(config: object | string): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  const file = join(folder, "config.json");
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config, null, 2));
  return { folder, file };
}

/** The options that the command got, of a file that sets some and of words behind it. */
async function optionsWith(config: object, ...words: string[]): Promise<Record<string, unknown>> {
  const { file } = configOf(config);
  const { exitCode, stdout, stderr } = await run("develop", "a.jpg", "--config", file, "--json", ...words);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("--config", () => {
  it("sets what the command line leaves open, read as the command line is", async () => {
    const { folder, file } = configOf({
      $schema: "config.schema.json",
      develop: { output: "out/b.jpg", title: "--a = b", steps: "1e3", "dark-room": true, strength: 0.5 },
      rest: { quiet: true },
    });
    const { stdout } = await run("develop", "a.jpg", `--config=${file}`, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ operands: ["a.jpg"], title: "--a = b", steps: 1000, darkRoom: true, strength: 0.5 },
      output: join(folder, "out/b.jpg"),
    });
  });

  it("stands behind the command line, option by option", async () => {
    const config = { develop: { output: "b.jpg", title: "of the file", steps: 5, set: { warmth: 1 } } };
    const found = await optionsWith(config, "-o", "c.jpg", "--steps", "7", "--set", "fade=0.5");
    expect(found).toMatchObject({ output: "c.jpg", title: "of the file", steps: 7, set: { fade: 0.5 } });
  });

  it("gives way where the command line excludes what it sets, and a switch is taken back by its --no-", async () => {
    const config = { develop: { output: "-", force: true, "dark-room": true } };
    expect(await optionsWith(config)).toMatchObject({ force: true, darkRoom: true });
    expect(await optionsWith(config, "--skip")).toMatchObject({ skip: true, darkRoom: true });
    expect(await optionsWith(config, "--skip")).not.toHaveProperty("force");
    expect(await optionsWith(config, "--no-dark-room")).toMatchObject({ darkRoom: false, output: "-" });
    expect(await optionsWith({ develop: { output: "x", force: false } })).not.toHaveProperty("force");
  });

  it("takes settings and styles as an object, as a list or as the command line has them", async () => {
    for (const set of [{ warmth: 0.5, fade: 1 }, ["warmth=0.5", "fade=1"]])
      expect(await optionsWith({ develop: { output: "x", set } })).toMatchObject({
        set: { warmth: 0.5, fade: 1 },
      });
    const found = await optionsWith({ develop: { output: "x", style: "golden" } });
    expect(found).toMatchObject({ style: { golden: 1 } });
  });

  it("is silent where the file says quiet, unless the command line takes it back", async () => {
    const { file } = configOf({ rest: { quiet: true } });
    expect(await run("rest", "--config", file)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const loud = await run("rest", "--config", file, "--no-quiet");
    expect(loud).toEqual({ exitCode: 0, stdout: "rested\n", stderr: "" });
  });

  it("reads nothing where only help is asked for, or where --config is the value of another option", async () => {
    const help = await run("develop", "--config", "missing.json", "--help");
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toContain("--config <file>");
    expect(help.stdout).not.toContain("--no-");
    const { stdout } = await run("develop", "a", "-o", "b", "--title", "--config", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ title: "--config" });
  });

  const FILE = `{
  "develop": {
    "output": "b.jpg",
    "steps": 5,
    "dark-room": true,
    "set": { "warmth": 1 }
  },
  "rest": {}
}`;

  it.each<[what: string, from: string, to: string, line: string]>([
    [
      "an unknown option",
      '"steps"',
      '"stesp"',
      '4 develop.stesp: expected one of output, title, dark-room, steps, skip, force, set, style, clamp, strength, quiet, received "stesp". Did you mean steps?',
    ],
    [
      "an option in the program's spelling",
      '"dark-room"',
      '"darkRoom"',
      '5 develop.darkRoom: expected one of output, title, dark-room, steps, skip, force, set, style, clamp, strength, quiet, received "darkRoom". Did you mean dark-room?',
    ],
    [
      "an unknown command",
      '"rest"',
      '"rests"',
      '8 rests: expected a command, one of $schema, develop, rest, received "rests". Did you mean rest?',
    ],
    [
      "what only the command line says",
      '"dark-room"',
      '"json"',
      '5 develop.json: expected one of output, title, dark-room, steps, skip, force, set, style, clamp, strength, quiet, received "json". Give --json on the command line.',
    ],
    ["a wrong number", "5", "0.5", '4 develop.steps: expected a whole number from 1, received "0.5"'],
    [
      "a number with a comma",
      "5",
      '"0,5"',
      '4 develop.steps: expected a whole number from 1, received "0,5". Write 0.5, with a point',
    ],
    ["an object for a number", "5", "{}", "4 develop.steps: expected a text or a number, received an object"],
    ["a list for one value", "5", "[5]", "4 develop.steps: expected a text or a number, received a list"],
    ["null", "5", "null", "4 develop.steps: expected a text or a number, received null"],
    [
      "a switch that is a text",
      "true",
      '"yes"',
      '5 develop.dark-room: expected true or false, received "yes"',
    ],
    [
      "a setting that is no number",
      "1 }",
      '"hot" }',
      '6 develop.set: --set warmth: expected a number, received "hot"',
    ],
    [
      "a setting that is a list",
      "1 }",
      "[1] }",
      '6 develop.set: expected an object of names and values, { "name": 0.5 }, or what the command line takes, received an object',
    ],
    [
      "a command that is a list",
      "{}",
      "[]",
      '8 rest: expected an object of options, { "name": value }, received a list',
    ],
    [
      "no JSON",
      '"rest": {}',
      '"rest": {},',
      "9: expected JSON, received no property name where one must stand",
    ],
    [
      "one name twice",
      '"steps": 5',
      '"output": 5',
      '4: expected each name once in an object, received "output" twice',
    ],
  ])("names the line of %s", async (_what, from, to, line) => {
    const { file } = configOf(FILE.replace(from, to));
    const { exitCode, stdout, stderr } = await run("develop", "a.jpg", "--config", file);
    expect(stderr).toBe(`synthconv develop: ${file}:${line}\n`);
    expect(stdout).toBe("");
    expect(exitCode).toBeGreaterThan(0);
  });

  it("says what is wrong with a file that is none, is empty or is given twice", async () => {
    const { folder, file } = configOf("");
    const { exitCode, stderr } = await run("rest", "--config", join(folder, "no.json"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no.json: ");
    expect((await run("rest", "--config", file)).stderr).toContain(`${file}:1: expected JSON, received`);
    writeFileSync(file, "[]");
    expect((await run("rest", "--config", file)).stderr).toBe(
      `synthconv rest: ${file}:1: expected an object of commands, { "train": { "quality": "high" } }, received a list\n`,
    );
    expect(await run("rest", "--config", file, "--config", "b.json")).toMatchObject({
      exitCode: 2,
      stderr: `synthconv rest: --config: expected one file, received two, ${file} and b.json\n`,
    });
  });

  it("has a JSON schema for editors that says the same of every option of every command", async () => {
    const file = new URL("../../../config.schema.json", import.meta.url);
    const schema = JSON.stringify(await configSchemaOf(ownCommands), null, 2);
    // After an option has changed: SYNTHCONV_WRITE_SCHEMA=1 npx vitest run frame/config, then npm run format.
    if (process.env.SYNTHCONV_WRITE_SCHEMA === "1") writeFileSync(file, schema);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(schema));
  });
});
