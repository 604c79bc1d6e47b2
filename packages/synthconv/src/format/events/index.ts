/** TensorBoard event files: records with checksums, each a protobuf message. */
import { decodeEvent, EVENT_FILE_VERSION, type EventRecord, encodeEvent } from "./event.js";
import { frameRecord, readFramedRecords } from "./records.js";

export type { EventHistogram, EventRecord, EventValue } from "./event.js";

export interface EventFile {
  readonly events: readonly EventRecord[];
  /** For each event the position behind it in the file. */
  readonly ends: readonly number[];
  /** Bytes of a last event that a crash left unfinished; it is not among the events. */
  readonly tornBytes: number;
}

/** The bytes of an event file with these events, the first of which must be `firstEvent`. */
export function writeEvents(events: readonly EventRecord[]): Uint8Array<ArrayBuffer> {
  const parts = events.map(writeEvent);
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    file.set(part, end);
    end += part.length;
  }
  return file;
}

/** The bytes of one event in an event file. */
export function writeEvent(event: EventRecord): Uint8Array<ArrayBuffer> {
  return frameRecord(encodeEvent(event));
}

/** The event that every event file begins with. */
export function firstEvent(wallTime: number): EventRecord {
  return { wallTime, step: 0, fileVersion: EVENT_FILE_VERSION, values: [] };
}

/**
 * The events of an event file with the scalars, histograms and texts in them. A last event that a crash left
 * unfinished is dropped, and said.
 *
 * @param name what messages call the file.
 * @throws {FormatError} when an event before the last one is damaged, or the file is no event file.
 */
export function readEvents(file: Uint8Array, name: string): EventFile {
  const { records, tornBytes } = readFramedRecords(file, name);
  const events = records.map(({ bytes }, index) => decodeEvent(bytes, `${name}, record ${index + 1}`));
  return { events, ends: records.map(({ end }) => end), tornBytes };
}
