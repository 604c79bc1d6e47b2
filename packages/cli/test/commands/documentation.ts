/** docs/cli.md, taken apart: what it says about each command, so that tests compare it whole. */
import { readFileSync } from "node:fs";

const documentation = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");

/** The part below the heading of this name. */
export function sectionOf(heading: string): string {
  const section = documentation.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/cli.md has no section ${heading}`);
  return section;
}

/** The cells of the first table below a heading, without its head. */
export function tableOf(heading: string): string[][] {
  const lines = sectionOf(heading).split("\n");
  const start = lines.findIndex((line) => line.startsWith("|---"));
  const rows = lines.slice(start + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  if (start < 0 || end < 1) throw new Error(`docs/cli.md has no table below ${heading}`);
  return rows.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

/** The long options in the first column of a command's table; none where it has no table. */
export function documentedOptions(command: string): string[] {
  if (!sectionOf(command).includes("\n| option |")) return [];
  return tableOf(command).flatMap(([cell = ""]) =>
    [...cell.matchAll(/`(--[a-z-]+)`/g)].map(([, option]) => option as string),
  );
}

/** The JSON document below a command's heading. */
export function documentedJson(command: string): Readonly<Record<string, unknown>> {
  const [, json] = /```json\n([\s\S]*?)```/.exec(sectionOf(command)) ?? [];
  if (json === undefined) throw new Error(`docs/cli.md has no JSON document below ${command}`);
  return JSON.parse(json);
}
