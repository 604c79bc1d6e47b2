/** What is run on a failing disk, or killed: command lines, the files that they need, and what they are to leave. */
import { writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run, writeLook, writePhoto } from "../commands/support.js";

export interface Scenario {
  readonly name: string;
  /** @param at the path of a name in the folder that `prepare` filled. */
  args(at: (name: string) => string): readonly string[];
  /** The files that it writes, or overwrites with --force. */
  readonly outputs: readonly string[];
  /** Whether what it prints is a result, too. */
  readonly printsResult?: boolean;
  /** Whether its outputs name the paths that it was given. */
  readonly isNamed?: boolean;
  /** Makes the inputs, and old outputs where there are to be some. */
  prepare(folder: string): Promise<void>;
}

const OLD = "the old file";

const CUBE = `LUT_3D_SIZE 2\n${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i & 1, (i & 2) / 2, i / 8].join(" ")).join("\n")}\n`;

const TRAINING = ["--steps", "1100", "--channels", "1", "--batch", "8", "--quiet"];

async function runOrThrow(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await run(...args);
  if (exitCode !== 0) throw new Error(stderr);
}

async function writePhotos(folder: string): Promise<void> {
  await mkdir(join(folder, "in", "deep"), { recursive: true });
  await writePhoto(join(folder, "in", "a.png"));
  await writePhoto(join(folder, "in", "deep", "b.jpg"));
  await mkdir(join(folder, "out"));
  writeFileSync(join(folder, "out", "a.png"), OLD);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "train",
    args: (at) => ["train", at("x.cube"), "-o", at("look.safetensors"), ...TRAINING, "--force"],
    outputs: ["look.safetensors"],
    async prepare(folder) {
      writeFileSync(join(folder, "x.cube"), CUBE);
      writeFileSync(join(folder, "look.safetensors"), OLD);
    },
  },
  {
    name: "train --resume",
    args(at) {
      const files = [at("x.cube"), "-o", at("look.safetensors"), "--run", at("run")];
      return ["train", ...files, ...TRAINING, "--resume", "--watch", "500"];
    },
    outputs: ["look.safetensors"],
    async prepare(folder) {
      writeFileSync(join(folder, "x.cube"), CUBE);
      const look = join(folder, "look.safetensors");
      const run = join(folder, "run");
      const files = [join(folder, "x.cube"), "-o", look, "--run", run];
      await runOrThrow("train", ...files, ...TRAINING, "--watch", "500");
      // As if it had been killed after the checkpoint before the last.
      await rm(look);
      await rm(join(run, "checkpoint-000001100.safetensors"));
    },
  },
  {
    name: "apply",
    args: (at) => ["apply", at("look.safetensors"), at("in"), "-o", at("out"), "--force", "--quiet"],
    outputs: ["out/a.png", "out/deep/b.jpg"],
    async prepare(folder) {
      await writeLook(join(folder, "look.safetensors"), 0.125);
      await writePhotos(folder);
    },
  },
  {
    name: "bake",
    args: (at) => ["bake", at("look.safetensors"), "-o", at("x.cube"), "--size", "4", "--force", "--quiet"],
    outputs: ["x.cube"],
    async prepare(folder) {
      await writeLook(join(folder, "look.safetensors"), 0.125);
      writeFileSync(join(folder, "x.cube"), OLD);
    },
  },
  {
    name: "compare",
    args(at) {
      return ["compare", at("a.png"), at("b.jpg"), "-o", at("heat.png"), "--force", "--json", "--quiet"];
    },
    outputs: ["heat.png"],
    printsResult: true,
    async prepare(folder) {
      await writePhoto(join(folder, "a.png"));
      await writePhoto(join(folder, "b.jpg"));
      writeFileSync(join(folder, "heat.png"), OLD);
    },
  },
  {
    name: "doctor",
    args: (at) => ["doctor", at("run"), "--html", at("page.html"), "--force", "--json", "--quiet"],
    outputs: ["page.html"],
    isNamed: true,
    printsResult: true,
    async prepare(folder) {
      writeFileSync(join(folder, "x.cube"), CUBE);
      const options = [
        "-o",
        join(folder, "look.safetensors"),
        "--steps",
        "20",
        "--channels",
        "1",
        "--watch",
        "10",
      ];
      await runOrThrow("train", join(folder, "x.cube"), ...options, "--run", join(folder, "run"));
      writeFileSync(join(folder, "page.html"), OLD);
    },
  },
];
