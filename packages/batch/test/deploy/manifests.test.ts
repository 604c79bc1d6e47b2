/** The files in deploy/ against the schemas of what reads them, and against the program that they call. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { need } from "../../../../test-support/needs.js";
import { run } from "../support.js";

const deploy = join(import.meta.dirname, "../../deploy");
const python = process.env.SYNTHCONV_SCHEMAS_PYTHON ?? "python3";

function textOf(name: string): string {
  return readFileSync(join(deploy, name), "utf8");
}

const files = [
  "compose.yaml",
  ...readdirSync(join(deploy, "kubernetes")).map((name) => `kubernetes/${name}`),
];

describe("the files of deploy/", () => {
  it("fit the schemas of Kubernetes and of compose files", (context) => {
    const modules = "import kubernetes_validate, compose_spec, yaml";
    const isThere = spawnSync(python, ["-c", modules], { stdio: "ignore" }).status === 0;
    need(
      context,
      isThere,
      "SYNTHCONV_SCHEMAS_PYTHON names no Python with kubernetes-validate and compose-spec",
    );
    const args = [join(import.meta.dirname, "check.py"), deploy];
    const { stdout, status } = spawnSync(python, args, { encoding: "utf8" });
    expect(stdout.split("\n").filter((line) => !line.startsWith("ok "))).toEqual([""]);
    expect([status, stdout.split("\n").length]).toEqual([0, 10]);
  });

  it("call the program with options that it has", async () => {
    const { stdout } = await run("work", "--help");
    const used = files.flatMap((name) => {
      const lines = textOf(name)
        .split("\n")
        .filter((line) => /work|^ +- --/.test(line) && !line.includes("redis-server"));
      return lines
        .filter((line) => !line.trim().startsWith("#"))
        .flatMap((line) => line.match(/--[a-z-]+/g) ?? []);
    });
    expect(used.length).toBeGreaterThan(5);
    for (const option of used) expect(stdout, option).toContain(option);
  });

  it("give a queue that passes the program's own checks, and no secrets", () => {
    for (const name of ["compose.yaml", "kubernetes/redis-workers.yaml"]) {
      expect(textOf(name)).toMatch(
        /redis-server --appendonly yes --maxmemory-policy noeviction --requirepass/,
      );
    }
    for (const name of files) expect(textOf(name)).not.toMatch(/(?:SECRET_ACCESS_KEY|PASSWORD): *[^/\s]/);
  });

  it("run nothing as root", () => {
    expect(textOf("Dockerfile")).toMatch(/^USER 1000:1000$/m);
    for (const name of files.slice(1)) {
      const text = textOf(name);
      const pods = text.match(/ containers:/g)?.length;
      expect([text.match(/runAsNonRoot: true/g)?.length, text.match(/drop: \[ALL\]/g)?.length]).toEqual([
        pods,
        pods,
      ]);
    }
  });
});
