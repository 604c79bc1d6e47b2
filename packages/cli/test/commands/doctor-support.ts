import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnosis } from "synthconv/doctor";
import { expect } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { type Run, runnerOf } from "./run-main.js";

export const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** A folder in which modules find the library, as in a user's project. */
export async function project(): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "node_modules"));
  await symlink(join(repository, "packages/synthconv"), join(folder, "node_modules/synthconv"), "junction");
  return folder;
}

export const MODULE = `
import { Linear, mse, tensor } from "synthconv";
export const model = new Linear(2, 1).initialize({ seed: 1 });
export const batch = { x: tensor([[1, 2], [3, 4]]), y: tensor([[1], [0]]) };
export const loss = (model, { x, y }) => mse(model.forward(x), y);
`;

// The built files, and not by import: the test runner would put the sources of the library in the place of the module's own.
export const built = createRequire(import.meta.url);
export const { importModule } = built(
  "../../dist/commands/doctor/import-module.js",
) as typeof import("../../src/commands/doctor/import-module.js");
export const { runDiagnosis } = built(
  "../../dist/commands/doctor/run-diagnosis.js",
) as typeof import("../../src/commands/doctor/run-diagnosis.js");
export const { describeFailure } = built(
  "../../dist/frame/failure.js",
) as typeof import("../../src/frame/failure.js");

export const { main } = built("../../dist/main.js") as typeof import("../../src/main.js");

/** Runs the built command in this process; the module runs in its own. */
export const runBuilt: Run = runnerOf(main);

/** What the process of a module does, in this one: for modules that do nothing to their process. */
export async function diagnosisOf(path: string): Promise<Diagnosis> {
  const module = await importModule(path);
  return (await runDiagnosis(module, { steps: undefined, isRecorded: false }, () => {})).diagnosis;
}

/** The message of its failure. */
export async function failureOf(path: string): Promise<string> {
  const failure = await diagnosisOf(path).catch((error: unknown) => describeFailure(error).message);
  expect(failure, "it fails").toBeTypeOf("string");
  return String(failure);
}

/** Runs the built command on a module, and gives its document. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, which the test then compares
export async function examine(path: string): Promise<{ exitCode: number; document: any; stderr: string }> {
  const { exitCode, stdout, stderr } = await runBuilt("doctor", path, "--json");
  return { exitCode, document: JSON.parse(stdout), stderr };
}

export async function writeModule(source: string, name = "network.mjs"): Promise<string> {
  const path = join(await project(), name);
  await writeFile(path, source);
  return path;
}
