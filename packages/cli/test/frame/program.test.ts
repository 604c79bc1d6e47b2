import { describe, expect, it } from "vitest";
import { type CommandModule, defineCommand } from "../../src/frame/command.js";
import { CommandError, InterruptedError } from "../../src/frame/failure.js";
import { numberOption } from "../../src/frame/numbers.js";
import type { CommandEntry } from "../../src/frame/program.js";
import { programOf } from "./program-support.js";

const develop: CommandModule = defineCommand<{ steps?: number; fail?: string }>({
  description: "Develops photos.",
  examples: [["synthconv develop a.jpg", "develops one"]],
  configure(command) {
    command
      .argument("<photo...>", "what to develop")
      .option("--fail <how>", "how to fail")
      .addOption(numberOption("--steps <count>", "how long", { minimum: 1, whole: true }));
  },
  async run(operands, options, { out }) {
    if (options.fail === "foreseen") throw new CommandError("DARKROOM", "no light\nfor that");
    if (options.fail === "bug") throw new TypeError("x is not a function");
    if (options.fail === "interrupted") throw new InterruptedError("go on with --resume");
    out.print(`developed ${operands.join(" ")}`);
    out.warn("too dark");
    return { json: { photos: operands, steps: options.steps }, exitCode: options.fail === "some" ? 1 : 0 };
  },
});

const loaded: string[] = [];
const commands: CommandEntry[] = [
  {
    name: "develop",
    summary: "develops photos",
    load: async () => {
      loaded.push("develop");
      return develop;
    },
  },
  {
    name: "frame",
    summary: "frames photos",
    load: async () => {
      throw new Error("loaded a command that was not called");
    },
  },
];

const run = programOf(commands);

describe("the frame of the command line", () => {
  it("prints the list of commands without loading one", async () => {
    loaded.length = 0;
    for (const args of [[], ["--help"], ["-h"], ["help"]]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(/develop +develops photos/);
      expect(stdout).toMatch(/frame +frames photos/);
    }
    expect(loaded).toEqual([]);
  });

  it("prints a command's help, with its example, for --help and for help <command>", async () => {
    const byOption = await run("develop", "--help");
    const byCommand = await run("help", "develop");
    expect(byOption).toEqual(byCommand);
    expect(byOption.exitCode).toBe(0);
    expect(byOption.stdout).toContain("Usage: synthconv develop [options] <photo...>");
    expect(byOption.stdout).toContain("Example:\n  synthconv develop a.jpg\n      develops one");
  });

  it("prints the version", async () => {
    expect(await run("--version")).toEqual({ exitCode: 0, stdout: "1.2.3\n", stderr: "" });
  });

  it("prints the report on stdout and warnings on stderr", async () => {
    expect(await run("develop", "a.jpg", "b.jpg")).toEqual({
      exitCode: 0,
      stdout: "developed a.jpg b.jpg\n",
      stderr: "synthconv develop: warning: too dark\n",
    });
  });

  it("prints one JSON document, and nothing else on stdout, under --json", async () => {
    const { stdout } = await run("develop", "a.jpg", "--json", "--steps", "5");
    expect(JSON.parse(stdout)).toEqual({ photos: ["a.jpg"], steps: 5 });
  });

  it("is silent under --quiet", async () => {
    expect(await run("develop", "a.jpg", "-q")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await run("develop", "a.jpg", "--quiet", "--json")).stderr).toBe("");
  });

  it("passes on the exit code of a command that failed for some files", async () => {
    expect((await run("develop", "a.jpg", "--fail", "some")).exitCode).toBe(1);
  });

  it("reports a failure on one line of stderr, and as a document under --json", async () => {
    expect(await run("develop", "a.jpg", "--fail", "foreseen")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "synthconv develop: no light for that\n",
    });
    const { stdout, stderr } = await run("develop", "a.jpg", "--fail", "foreseen", "--json");
    expect(JSON.parse(stdout)).toEqual({ error: { code: "DARKROOM", message: "no light for that" } });
    expect(stderr).toBe("synthconv develop: no light for that\n");
  });

  it("calls a bug an internal error and shows no stack", async () => {
    const { exitCode, stderr } = await run("develop", "a.jpg", "--fail", "bug");
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "synthconv develop: internal error: x is not a function. Set SYNTHCONV_DEBUG=1 to see where.\n",
    );
  });

  it("ends with 130 and the advice when it was interrupted", async () => {
    expect(await run("develop", "a.jpg", "--fail", "interrupted")).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "synthconv develop: interrupted; go on with --resume\n",
    });
  });

  it.each([
    [["devolop", "a.jpg"], "synthconv: unknown command 'devolop' (did you mean develop?)\n"],
    [
      ["develop", "a.jpg", "--stesp", "3"],
      "synthconv develop: unknown option '--stesp' (did you mean --steps?)\n",
    ],
    [["help", "devolop"], "synthconv: unknown command 'devolop' (did you mean develop?)\n"],
    [["develop"], "synthconv develop: missing required argument 'photo'\n"],
    [["develop", "a", "--steps"], "synthconv develop: option '--steps <count>' argument missing\n"],
    [
      ["develop", "a", "--steps", "0,5"],
      'synthconv develop: --steps: expected a whole number from 1, received "0,5". Write 0.5, with a point\n',
    ],
  ])("answers %j with exit code 2 and one line", async (args, line) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: "", stderr: line });
    const document = JSON.parse((await run(...args, "--json")).stdout);
    expect(document.error.code).toBe("USAGE");
  });

  it("gives wrong usage as a document under --json", async () => {
    const { stdout, exitCode } = await run("develop", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "USAGE", message: "missing required argument 'photo'" },
    });
  });
});
