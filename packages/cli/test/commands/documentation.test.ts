import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newFolder, run, runJson, writeLook, writePhoto } from "./support.js";

const documentation = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");

/** The part of docs/cli.md about one command. */
function sectionOf(command: string): string {
  return documentation.split(/^## /m).find((section) => section.startsWith(`${command}\n`)) ?? "";
}

describe("docs/cli.md", () => {
  it("describes every option of every command", async () => {
    const { stdout } = await run("--help");
    const names = [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) {
      const help = (await run(name, "--help")).stdout;
      const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(
        ([, option]) => option as string,
      );
      for (const option of options.filter((one) => !["--json", "--quiet", "--help"].includes(one))) {
        expect(sectionOf(name), `${name} ${option}`).toContain(`\`${option}`);
      }
    }
  });

  it("describes every field of the documents", async () => {
    const folder = await newFolder();
    const look = await writeLook(`${folder}/look.safetensors`, 0.1);
    const photo = await writePhoto(`${folder}/photo.png`);
    const pair = ["--before", photo, "--after", photo, "-o", `${folder}/x.safetensors`, "--steps", "1"];
    const commandLines = [
      ["inspect", look],
      ["apply", look, photo, "-o", `${folder}/out.png`],
      ["bake", look, "-o", `${folder}/x.cube`, "--size", "2"],
      ["compare", photo, photo, "-o", `${folder}/heat.png`],
      ["train", ...pair, "--channels", "1", "--run", `${folder}/run`],
      ["doctor", `${folder}/run`],
    ];
    for (const [command = "", ...args] of commandLines) {
      const { document, exitCode } = await runJson(command, ...args);
      expect(exitCode).toBe(0);
      for (const field of Object.keys(document)) expect(sectionOf(command), command).toContain(`"${field}"`);
    }
  });
});
