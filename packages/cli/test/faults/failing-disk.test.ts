/**
 * Each command on a disk whose k-th operation fails. `npm test` draws some faults by a seed, `npm run test:faults`
 * goes through all of them.
 */

import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RandomStream } from "synthconv";
import { describe, expect, it } from "vitest";
import { sharedTemporaryFolder } from "../../../../test-support/folders.js";
import { type Outcome, outcomeOf, program, run } from "../commands/support.js";
import { FAULT_KINDS, type Fault, needFailingDisk, operationsIn, runOnFailingDisk } from "./failing-disk.js";
import { SCENARIOS, type Scenario } from "./scenarios.js";

/** Faults per command; undefined for all. */
const COUNT = process.env.SYNTHCONV_FAULTS === "all" ? undefined : Number(process.env.SYNTHCONV_FAULTS ?? 4);
const SEED = Number(process.env.SYNTHCONV_FAULT_SEED ?? 1);
/** Two cores. */
const LANES = 2;

type Files = ReadonlyMap<string, Buffer | undefined>;

function outputsIn(folder: string, { outputs }: Scenario): Files {
  return new Map(
    outputs.map((name) => {
      const path = join(folder, name);
      return [name, existsSync(path) ? readFileSync(path) : undefined];
    }),
  );
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

/** Every name below a folder. */
function namesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}

/** For a process in the folder. */
function argsOf(scenario: Scenario): readonly string[] {
  return scenario.args((name) => name);
}

function isLeftover(name: string): boolean {
  return /\.tmp$|(^|\/)lock|synthconv-apply/.test(name);
}

/** The same command line on a sound disk, after whatever happened: in this process, where nothing is left of the last. */
function runAgain(folder: string, scenario: Scenario): Promise<Outcome> {
  // The page of the doctor names the folder as it was given.
  if (scenario.isNamed === true) {
    return outcomeOf(
      spawn(process.execPath, [program, ...argsOf(scenario)], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }
  const args = scenario.args((name) => join(folder, name));
  const wasTrained = existsSync(join(folder, "look.safetensors.run")) && hasCheckpoint(folder);
  const again = args[0] === "train" && wasTrained ? [...args, "--resume"] : args;
  // A training whose look is there has nothing to refuse.
  return run(...again, ...(again.includes("--force") ? [] : ["--force"]));
}

function hasCheckpoint(folder: string): boolean {
  return readdirSync(join(folder, "look.safetensors.run")).some((name) =>
    /^checkpoint-\d+\.safetensors$/.test(name),
  );
}

/** What is wrong with a run on a failing disk; an empty list when nothing is. */
async function faultsOf(
  scenario: Scenario,
  folder: string,
  outcome: Outcome & { signal: string | null },
  { before, after, stdout }: { before: Files; after: Files; stdout: string },
): Promise<string[]> {
  const wrong: string[] = [];
  const { exitCode, stderr, signal } = outcome;
  if (signal !== null || ![0, 1].includes(exitCode)) wrong.push(`ended with ${exitCode}, ${signal}`);
  const lines = stderr.split("\n").filter((line) => line !== "");
  const [command = ""] = argsOf(scenario);
  const errors = lines.filter((line) => !line.startsWith(`synthconv ${command}: warning: `));
  const isPlain = lines.every(
    (line) => line.startsWith(`synthconv ${command}: `) && !line.includes("internal error"),
  );
  if (!isPlain) wrong.push("stderr is not made of plain lines");
  const found = outputsIn(folder, scenario);
  const missing = scenario.outputs.filter((name) => !isSame(found.get(name), after.get(name)));
  for (const name of missing) {
    if (!isSame(found.get(name), before.get(name))) wrong.push(`${name} is neither old nor new`);
  }
  const lacksResult = scenario.printsResult === true && outcome.stdout !== stdout;
  const isMissing = missing.length > 0 || lacksResult;
  if (isMissing !== (exitCode !== 0))
    wrong.push(`exit code ${exitCode} with ${missing.join(", ") || "nothing"} missing`);
  const allowed = exitCode === 0 ? 0 : Math.max(1, missing.length);
  if (exitCode !== 0 ? errors.length < 1 || errors.length > allowed : errors.length > 0) {
    wrong.push(`${errors.length} errors for ${missing.length} outputs that are missing`);
  }
  const again = await runAgain(folder, scenario);
  if (again.exitCode !== 0) wrong.push(`the next run ends with ${again.exitCode}: ${again.stderr}`);
  const healed = outputsIn(folder, scenario);
  for (const name of scenario.outputs) {
    if (!isSame(healed.get(name), after.get(name))) wrong.push(`${name} is wrong after the next run`);
  }
  const left = namesIn(folder).filter(isLeftover);
  if (left.length > 0) wrong.push(`left after the next run: ${left.join(", ")}`);
  return wrong;
}

function sample<Item>(items: readonly Item[], count: number | undefined, purpose: string): Item[] {
  if (count === undefined || count >= items.length) return [...items];
  const random = new RandomStream({ seed: SEED, purpose, step: 0 });
  const left = [...items];
  return Array.from(
    { length: count },
    () => left.splice(Math.floor(random.uniform() * left.length), 1)[0] as Item,
  );
}

describe(`a failing disk (seed ${SEED})`, () => {
  const shared = sharedTemporaryFolder();
  for (const scenario of SCENARIOS) {
    const { name } = scenario;
    const title = `synthconv ${name} leaves whole files, one plain line, the right exit code and nothing that blocks`;
    it(title, { timeout: 60_000 + (COUNT ?? 1000) * 30_000 }, async (context) => {
      const library = needFailingDisk(context, shared);
      const base = join(shared, name.replace(/\W+/g, "-"));
      const template = join(base, "template");
      await mkdir(template, { recursive: true });
      await scenario.prepare(template);
      const before = outputsIn(template, scenario);
      const sound: Fault = { kind: FAULT_KINDS[0] as Fault["kind"], at: 0 };
      const reference = join(base, "reference");
      cpSync(template, reference, { recursive: true });
      const log = join(base, "log");
      const first = await runOnFailingDisk(library, reference, argsOf(scenario), sound, log);
      expect(first).toMatchObject({ exitCode: 0 });
      const expected = { before, after: outputsIn(reference, scenario), stdout: first.stdout };
      const operations = operationsIn(log);
      const faults = FAULT_KINDS.flatMap((kind) =>
        operations.filter((one) => kind.fits.includes(one.kind)).map(({ at }) => ({ kind, at })),
      );
      const drawn = sample(faults, COUNT, name);
      const wrong: string[] = [];
      const lane = async (number: number): Promise<void> => {
        for (let i = number; i < drawn.length; i += LANES) {
          const fault = drawn[i] as Fault;
          const folder = join(base, `${i}`);
          cpSync(template, folder, { recursive: true });
          const outcome = await runOnFailingDisk(
            library,
            folder,
            argsOf(scenario),
            fault,
            join(base, `log-${i}`),
          );
          const faulty = await faultsOf(scenario, folder, outcome, expected);
          if (faulty.length > 0) {
            const operation = readFileSync(join(base, `log-${i}`), "utf8").split("\n")[fault.at - 1];
            wrong.push([`${fault.kind.name} at ${operation}`, ...faulty, outcome.stderr].join("\n  "));
          }
          rmSync(folder, { recursive: true });
        }
      };
      await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
      console.log(`${name}: ${drawn.length} of ${faults.length} faults, ${operations.length} operations`);
      expect(wrong.join("\n")).toBe("");
    });
  }
});
