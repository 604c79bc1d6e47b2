/** docs/batch.md and the program say the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support.js";

const document = readFileSync(join(import.meta.dirname, "../../../../docs/batch.md"), "utf8");
const SHARED = ["--config", "--json", "--quiet", "--help"];

function rows(heading: string): string[][] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => /^\| [`-]/.test(line));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

function quoted(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, text]) => text as string);
}

async function commandNames(): Promise<string[]> {
  const { stdout } = await run("--help");
  return [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)]
    .map(([, name]) => name as string)
    .filter((one) => one !== "help");
}

describe("docs/batch.md", () => {
  it("lists the commands", async () => {
    const listed = [...document.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual(await commandNames());
  });

  it("describes every option of every command, and no others", async () => {
    const names = await commandNames();
    const documented = rows("Options").flatMap(([options, commands]) => {
      const of = commands === "all" ? names : quoted(commands);
      return quoted(options).flatMap((option) => of.map((name) => `${name} ${option}`));
    });
    const actual: string[] = [];
    for (const name of names) {
      const { stdout } = await run(name, "--help");
      const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
        ([, option]) => option as string,
      );
      actual.push(...options.filter((one) => !SHARED.includes(one)).map((option) => `${name} ${option}`));
    }
    expect(documented.sort()).toEqual(actual.sort());
  });
});
