import { type Summary, summarise } from "./statistics.js";
import { type Table, textTable } from "./table.js";

/** One number with its spread. Its name is a path, so that programs and the table of goals can look it up. */
export interface Measurement extends Summary {
  /** `forward/3-16-3/streaming/threads=1/share` */
  readonly name: string;
  readonly unit: string;
}

/** What a part of the benchmark found. */
export interface SectionResult {
  readonly id: string;
  readonly tables: readonly Table[];
  readonly measurements: readonly Measurement[];
}

export function measurement(name: string, unit: string, values: readonly number[]): Measurement {
  return { name, unit, ...summarise(values) };
}

/** A section of which a part is missing: the table says so, nothing fails. */
export function notThereYet(id: string, title: string, reason: string): SectionResult {
  return {
    id,
    tables: [{ title, columns: [], rows: [], notes: [`Not there yet: ${reason}`] }],
    measurements: [],
  };
}

export function printSection({ tables }: SectionResult, print: (text: string) => void): void {
  for (const table of tables) print(`${textTable(table)}\n`);
}

export function findMeasurement(sections: readonly SectionResult[], name: string): Measurement | undefined {
  return sections.flatMap((section) => section.measurements).find((one) => one.name === name);
}
