import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type EventRecord, readEvents } from "../../src/format/events/index.js";

/** The path of the folder's event file. */
export function eventFileIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.includes("tfevents"));
  if (names.length !== 1) throw new Error(`${names.length} event files in ${folder}`);
  return join(folder, names[0] as string);
}

/** The events in a run's folder without the time of day, which is all in which two equal runs differ. */
export function timelessEvents(folder: string): Omit<EventRecord, "wallTime">[] {
  const path = eventFileIn(folder);
  return readEvents(readFileSync(path), path).events.map(({ wallTime: _, ...event }) => event);
}
