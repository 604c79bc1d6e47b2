/** Two Nodes with different backends: what a training ends on, and how one goes on from the other. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCheckpoint } from "synthconv";
import { availableBackends, currentBackend, setBackend } from "synthconv/look";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { need } from "../../../../test-support/needs.js";
import { program, run, writeLook, writePhoto } from "./support.js";

const newer = fileURLToPath(
  new URL("../../../../conformance/newer-node/node_modules/node/bin/node", import.meta.url),
);

const folder = sharedTemporaryFolder();
const cube = join(folder, "warm.cube");
beforeAll(async () => {
  const look = await writeLook(join(folder, "warm.safetensors"), 0.125);
  expect((await run("bake", look, "-o", cube, "--size", "9")).exitCode).toBe(0);
});
afterEach(() => setBackend(undefined));

const size = ["--channels", "2", "--batch", "64"];

/** The command line on this Node or on the newer one. */
function onNode(node: string, ...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(node, [program, ...args], { encoding: "utf8" });
}

/** A run as one leaves it that is killed after half of its 2000 steps, and the look that it would have ended with. */
async function begun(
  name: string,
  node: string,
  ...options: string[]
): Promise<{ keep: string; goOn: string[]; whole: Buffer; output: string }> {
  const output = join(folder, `${name}.safetensors`);
  const keep = join(folder, `${name}.run`);
  const args = ["train", cube, "-o", output, "--run", keep, "--steps", "2000", ...size];
  expect(onNode(node, ...args, ...options, "--quiet")).toMatchObject({ status: 0, stderr: "" });
  await rm(join(keep, "checkpoint-000002000.safetensors"));
  return { keep, goOn: [...args, "--resume", "--force", "--quiet"], whole: await readFile(output), output };
}

async function backendOf(keep: string, steps = "000001000"): Promise<string | undefined> {
  return readCheckpoint(await readFile(join(keep, `checkpoint-${steps}.safetensors`)), "x").facts.backend;
}

describe("--backend", () => {
  it("is recorded, and a run that goes on computes on it whatever this engine would choose", async () => {
    const { keep, goOn, whole, output } = await begun("slow", process.execPath, "--backend", "reference");
    expect(await backendOf(keep)).toBe("reference");
    const other = await run(...goOn, "--backend", "plain");
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toBe(
      `synthconv train: ${keep}: expected the backend reference, on which this run was trained so far, received --backend plain. Leave the option out to go on, or start a new run.\n`,
    );
    expect(await run(...goOn)).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await readFile(output)).equals(whole)).toBe(true);
  });

  it("refuses one that there is not", async () => {
    const { exitCode, stderr } = await run(
      "train",
      cube,
      "-o",
      join(folder, "x.safetensors"),
      "--backend",
      "gpu",
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are reference, plain");
  });

  it("gives the same bytes on this Node and on a newer one when it is plain, from a LUT and from photos", async (context) => {
    need(context, existsSync(newer), "no newer Node: npm ci --prefix conformance/newer-node");
    const before = await writePhoto(join(folder, "before.png"), { width: 96, height: 64 });
    const after = join(folder, "after.png");
    expect((await run("apply", join(folder, "warm.safetensors"), before, "-o", after)).exitCode).toBe(0);
    for (const [name, ...source] of [
      ["lut", cube],
      ["pair", "--before", before, "--after", after],
    ] as const) {
      const looks = [process.execPath, newer].map((node, index) => {
        const output = join(folder, `${name}${index}.safetensors`);
        const args = ["train", ...source, "-o", output, "--steps", "300", ...size, "--backend", "plain"];
        expect(onNode(node, ...args).status).toBe(0);
        return readFile(output);
      });
      const [here, there] = await Promise.all(looks);
      expect(here?.equals(there as Buffer)).toBe(true);
    }
  });

  it("is refused where this Node does not have it, for this reason, and the run stays as it was", async (context) => {
    need(context, existsSync(newer), "no newer Node: npm ci --prefix conformance/newer-node");
    if (availableBackends().includes("relaxed")) return context.skip("this Node has relaxed SIMD itself");
    const { keep, goOn } = await begun("relaxed", newer);
    expect(await backendOf(keep)).toBe("relaxed");
    const checkpoint = join(keep, "checkpoint-000001000.safetensors");
    const before = await readFile(checkpoint);
    const { exitCode, stderr } = await run(...goOn);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `synthconv train: ${keep}: expected the backend relaxed, on which this run was trained so far, received a Node that does not have it (${process.version}). Go on with Node 22 or newer, or start a new run: one with --backend plain goes on anywhere.\n`,
    );
    expect((await readFile(checkpoint)).equals(before)).toBe(true);
    // Nothing stands in the way of the Node that has it.
    expect(onNode(newer, ...goOn)).toMatchObject({ status: 0, stderr: "" });
  });

  it("of a run from this Node is taken by a newer one, to the same bytes", async (context) => {
    need(context, existsSync(newer), "no newer Node: npm ci --prefix conformance/newer-node");
    const { goOn, whole, output } = await begun("moved", process.execPath, "--backend", "plain");
    expect(onNode(newer, ...goOn)).toMatchObject({ status: 0, stderr: "" });
    expect((await readFile(output)).equals(whole)).toBe(true);
  });
});

describe("--backend of apply and bake", () => {
  it("plain gives the same bytes on this Node and on a newer one", async (context) => {
    need(context, existsSync(newer), "no newer Node: npm ci --prefix conformance/newer-node");
    const look = join(folder, "warm.safetensors");
    const photo = await writePhoto(join(folder, "photo.png"), { width: 96, height: 64 });
    const made: Buffer[][] = [];
    for (const [index, node] of [process.execPath, newer].entries()) {
      const outputs = [join(folder, `${index}.png`), join(folder, `${index}.cube`)] as const;
      const backend = ["--backend", "plain"];
      const applied = onNode(node, "apply", look, photo, "-o", outputs[0], ...backend);
      const baked = onNode(node, "bake", look, "-o", outputs[1], "--size", "5", "--title", "x", ...backend);
      expect([applied, baked]).toMatchObject([{ status: 0 }, { status: 0 }]);
      made.push(await Promise.all(outputs.map((output) => readFile(output))));
    }
    expect(made[0]).toEqual(made[1]);
  });

  it("is used, and one that there is not is refused", async () => {
    const look = join(folder, "warm.safetensors");
    const photo = await writePhoto(join(folder, "other.png"), { width: 8, height: 8 });
    for (const args of [
      ["apply", look, photo, "-o", join(folder, "other-out.png")],
      ["bake", look, "-o", join(folder, "other.cube"), "--size", "2"],
    ]) {
      expect((await run(...args, "--backend", "reference")).exitCode).toBe(0);
      expect(currentBackend()).toBe("reference");
      expect(await run(...args, "--backend", "gpu")).toMatchObject({ exitCode: 2 });
      setBackend(undefined);
    }
  });
});
