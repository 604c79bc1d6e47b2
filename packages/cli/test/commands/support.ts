/** What the tests of the commands share: photos, looks, and two ways to run a command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { lookLayout } from "synthconv/internal";
import { type Knob, type LookSchema, serializeLook } from "synthconv/look";
import { main } from "../../src/main.js";
import { type Outcome, type Run, runnerOf } from "./run-main.js";

export type { Outcome } from "./run-main.js";

/** Runs a command line in this process. */
export const run: Run = runnerOf(main);

/** Runs a command line with --json, and gives its document. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, which the test then compares
export async function runJson(...args: string[]): Promise<{ exitCode: number; document: any }> {
  const { exitCode, stdout } = await run(...args, "--json");
  return { exitCode, document: JSON.parse(stdout) };
}

export const program: string = fileURLToPath(new URL("../../bin/synthconv.cjs", import.meta.url));

/** Starts the built command line in a separate process. */
export function start(...args: string[]): {
  child: ChildProcess;
  ended: Promise<Outcome & { signal: string | null }>;
} {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  return { child, ended: outcomeOf(child) };
}

export function outcomeOf(child: ChildProcess): Promise<Outcome & { signal: string | null }> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text) => (stdout += text));
  child.stderr?.on("data", (text) => (stderr += text));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ exitCode: code ?? -1, signal, stdout, stderr }));
  });
}

export const MIX: Knob = { name: "mix", minimum: 0, maximum: 1, default: 0.5 };

/**
 * Writes a look that adds `shift` to every colour, through a network [3,4,3]; 0 makes it the identity. With a
 * knob the shift goes from -`shift` at the knob's minimum to +`shift` at its maximum.
 */
export async function writeLook(path: string, shift: number, knobs: readonly Knob[] = []): Promise<string> {
  const schema: LookSchema = {
    condition: knobs,
    network: { channels: [3, 4, 3], activation: "relu", residual: true },
    generator: { hidden: [], activation: "relu" },
    colourSpace: "srgb",
  };
  const parameters = new Map(
    [...lookLayout(schema).parameters].map(([name, shape]) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [name, new Float32Array(size)] as const;
    }),
  );
  // The last three numbers that the head writes are the bias of the last layer.
  (
    parameters.get(knobs.length === 0 ? "generator.head.bias" : "generator.head.weight") ?? new Float32Array()
  ).fill(shift, -3);
  await writeFile(path, serializeLook({ schema, parameters }));
  return path;
}

/** Writes a photo with a gradient in it, in the format of its extension. */
export async function writePhoto(
  path: string,
  { width = 24, height = 16 }: { width?: number; height?: number } = {},
): Promise<string> {
  await sharp(gradient(width, height), { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

/** Interleaved RGB that differs from pixel to pixel, between 32 and 223. */
export function gradient(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    pixels[3 * i] = 32 + Math.floor((192 * (i % width)) / width);
    pixels[3 * i + 1] = 32 + Math.floor((192 * Math.floor(i / width)) / height);
    pixels[3 * i + 2] = 32 + ((7 * i) % 192);
  }
  return pixels;
}

/** The samples of a photo file as it stores them. */
export async function samplesOf(path: string): Promise<Uint8Array> {
  return sharp(path).raw().toBuffer();
}
