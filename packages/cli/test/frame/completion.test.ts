/** Completion of command lines, asked of the shells themselves. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { run, runJson } from "../commands/support.js";

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

async function scriptIn(folder: string, shell: string): Promise<string> {
  const { stdout, stderr, exitCode } = await run("completion", shell);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const path = join(folder, `completion.${shell}`);
  writeFileSync(path, stdout);
  return path;
}

/** What bash offers for the last of the words; nothing where it is left to complete a file's name. */
async function bashOffers(...words: readonly string[]): Promise<string[]> {
  const script = await scriptIn(temporaryFolder(), "bash");
  const list = ["synthconv", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `shopt -s extglob; source '${script}'; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _synthconv; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", ask], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("synthconv completion bash", () => {
  it("offers the commands, and those that begin with what is typed", async () => {
    const all = await bashOffers("");
    expect(all).toEqual(expect.arrayContaining(["train", "apply", "completion", "help", "--version"]));
    expect(await bashOffers("b")).toEqual(["bake"]);
    expect(await bashOffers("help", "ins")).toEqual(["inspect"]);
  });

  it("offers the options of the command, and no others", async () => {
    expect((await bashOffers("apply", "--dr")).sort()).toEqual(["--drop-alpha", "--dry-run"]);
    expect(await bashOffers("inspect", "--")).toEqual([
      "--html",
      "--photo",
      "--input-space",
      "--force",
      "--config",
      "--json",
      "--quiet",
      "--help",
    ]);
    expect(await bashOffers("bake", "--dr")).toEqual([]);
  });

  it("offers the values of options that have few, and leaves the others and operands to files", async () => {
    expect((await bashOffers("apply", "look", "--format", "")).sort()).toEqual([
      "avif",
      "jpeg",
      "png",
      "tiff",
      "webp",
    ]);
    expect(await bashOffers("apply", "look", "-o", "")).toEqual([]);
    expect(await bashOffers("apply", "")).toEqual([]);
    expect(await bashOffers("completion", "f")).toEqual(["fish"]);
  });
});

describe.skipIf(!has("fish"))("synthconv completion fish, which is tested where fish is installed", () => {
  it("offers commands, options and values", async () => {
    const script = await scriptIn(temporaryFolder(), "fish");
    const offers = (line: string): string => {
      const { stdout, stderr } = spawnSync("fish", ["-c", `source '${script}'; complete -C '${line}'`], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      return stdout;
    };
    expect(offers("synthconv ba")).toContain("bake\twrite a look as a 3D LUT for other tools\n");
    expect(offers("synthconv apply --dry")).toContain("--dry-run\t");
    expect(offers("synthconv apply --format w")).toContain("webp");
    expect(offers("synthconv bake --dry")).toBe("");
  });
});

describe.skipIf(!has("zsh"))("synthconv completion zsh, which is tested where zsh is installed", () => {
  it("is taken by the shell, and names its options as it wants them", async () => {
    const script = await scriptIn(temporaryFolder(), "zsh");
    // _arguments says nothing outside of a line editor; it complains of specifications that it cannot read.
    const ask = `
      autoload -Uz compinit; compinit -u -D; source '${script}'
      _describe() { print -l -- "\${(@P)2}" }
      _arguments() { print -l -- "$@" }
      words=(synthconv ''); CURRENT=2; _synthconv
      words=(synthconv apply ''); CURRENT=3; _synthconv`;
    const { stdout, stderr } = spawnSync("zsh", ["-f", "-c", ask], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toContain("bake:write a look as a 3D LUT for other tools\n");
    expect(stdout).toContain("*--dry-run[say what would be written");
    expect(stdout).toMatch(/\*--format\[.*\]:value:\(jpeg png webp tiff avif\)\n/);
    expect(stdout).toMatch(/\*-o\[.*\]:value:_files\n\*--output\[/);
  });
});

describe("synthconv completion", () => {
  it("has a document with the script, and refuses other shells with those there are", async () => {
    const { document } = await runJson("completion", "bash");
    expect(document).toEqual({ shell: "bash", script: (await run("completion", "bash")).stdout });
    const { exitCode, stderr } = await run("completion", "tcsh");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are bash, zsh, fish");
  });
});
