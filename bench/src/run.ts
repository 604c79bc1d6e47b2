/** Runs sections one after the other and prints each as soon as it is there. */

import { availableBackends } from "../../packages/synthconv/dist/kernels/index.js";
import { describeMachine, loadWarning, type Machine, machineLine } from "./harness/machine.js";
import { printSection, type SectionResult } from "./harness/report.js";
import type { BenchOptions } from "./options.js";
import { type BenchContext, makeContext } from "./sections/context.js";

export type Section = (context: BenchContext) => Promise<SectionResult>;

export interface BenchRun {
  readonly machine: Machine;
  readonly backends: readonly string[];
  readonly date: string;
  readonly sections: readonly SectionResult[];
}

export async function runSections(
  sections: Readonly<Record<string, Section>>,
  { json, quick, only }: BenchOptions,
): Promise<BenchRun> {
  const machine = describeMachine();
  const print = (text: string): void => {
    if (!json) process.stdout.write(text);
  };
  const warning = loadWarning(machine);
  print(`${machineLine(machine)}\n${warning === undefined ? "" : `${warning}\n`}\n`);
  const context = await makeContext({ quick, silent: json });
  const results: SectionResult[] = [];
  for (const [id, section] of Object.entries(sections)) {
    if (only !== undefined && !only.includes(id)) continue;
    const result = await section(context);
    printSection(result, print);
    results.push(result);
  }
  const date = new Date().toISOString().slice(0, 10);
  return { machine, backends: availableBackends(), date, sections: results };
}
