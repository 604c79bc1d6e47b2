/**
 * The events of TensorBoard as protobuf messages: `Event` (tensorflow/core/util/event.proto), `Summary` and
 * `HistogramProto` (tensorflow/core/framework/summary.proto), as far as scalars, histograms and texts need
 * them. Values of other kinds are passed over when reading.
 */
import { PbfReader, PbfWriter } from "pbf";
import { FormatError } from "../../core/index.js";

/** `HistogramProto`: how many entries are above the limit before and up to this one. */
export interface EventHistogram {
  readonly minimum: number;
  readonly maximum: number;
  /** Entries. */
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Right edges of the buckets, ascending. */
  readonly limits: readonly number[];
  /** Entries of each bucket. */
  readonly counts: readonly number[];
}

export type EventValue =
  /** Stored in single precision. */
  | { readonly kind: "scalar"; readonly tag: string; readonly scalar: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly histogram: EventHistogram }
  | { readonly kind: "text"; readonly tag: string; readonly text: string };

export interface EventRecord {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** Whole, 0 or more. */
  readonly step: number;
  /** Only in the first event of a file. */
  readonly fileVersion?: string;
  readonly values: readonly EventValue[];
}

/** What every event file begins with. */
export const EVENT_FILE_VERSION = "brain.Event:2";

// Protobuf wire types (protobuf.dev/programming-guides/encoding, "Message Structure").
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** `DT_STRING` of tensorflow/core/framework/types.proto. */
const STRING_TYPE = 7;

/** The message of one event. */
export function encodeEvent({ wallTime, step, fileVersion, values }: EventRecord): Uint8Array {
  const writer = new PbfWriter();
  writeDouble(writer, 1, wallTime);
  if (step !== 0) writer.writeVarintField(2, step);
  if (fileVersion !== undefined) writeText(writer, 3, fileVersion);
  if (values.length > 0) {
    writer.writeMessage(
      5,
      (all) => {
        for (const value of all) writer.writeMessage(1, writeValue, value);
      },
      values,
    );
  }
  return writer.finish();
}

function writeValue(value: EventValue, writer: PbfWriter): void {
  writeText(writer, 1, value.tag);
  if (value.kind === "scalar") writer.writeFloatField(2, value.scalar);
  else if (value.kind === "histogram") writer.writeMessage(5, writeHistogram, value.histogram);
  else {
    writer.writeMessage(8, writeTensor, value.text);
    writer.writeMessage(9, (_, metadata) => metadata.writeMessage(1, writeTextPlugin, undefined), undefined);
  }
}

function writeHistogram(histogram: EventHistogram, writer: PbfWriter): void {
  writeDouble(writer, 1, histogram.minimum);
  writeDouble(writer, 2, histogram.maximum);
  writeDouble(writer, 3, histogram.count);
  writeDouble(writer, 4, histogram.sum);
  writeDouble(writer, 5, histogram.sumOfSquares);
  writer.writePackedDouble(6, [...histogram.limits]);
  writer.writePackedDouble(7, [...histogram.counts]);
}

/** A `TensorProto` of one string. */
function writeTensor(text: string, writer: PbfWriter): void {
  writer.writeVarintField(1, STRING_TYPE);
  writer.writeMessage(2, () => undefined, undefined);
  writeText(writer, 8, text);
}

function writeTextPlugin(_: undefined, writer: PbfWriter): void {
  writeText(writer, 1, "text");
}

/** Not by pbf, whose 5.1.2 writes characters beyond the 16-bit plane wrongly. */
function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, new TextEncoder().encode(text));
}

/** As protobuf does, a 0 is left out; -0 is none. */
function writeDouble(writer: PbfWriter, field: number, value: number): void {
  if (!Object.is(value, 0)) writer.writeDoubleField(field, value);
}

/**
 * The event of a message.
 *
 * @param name what messages call the record.
 * @throws {FormatError} when the bytes are no such message.
 */
export function decodeEvent(bytes: Uint8Array, name: string): EventRecord {
  const reader = new PbfReader(bytes);
  const event: Mutable<EventRecord> & { values: EventValue[] } = { wallTime: 0, step: 0, values: [] };
  try {
    readMessage(reader, bytes.length, (field) => {
      if (field === 1) event.wallTime = read(reader, FIXED64).readDouble();
      else if (field === 2) event.step = read(reader, VARINT).readVarint(true);
      else if (field === 3) event.fileVersion = readString(reader);
      else if (field === 5) readSummary(reader, event.values);
    });
  } catch (cause) {
    throw new FormatError({ where: name, expected: "an event", received: "other bytes" }, { cause });
  }
  return event;
}

type Mutable<Fields> = { -readonly [Key in keyof Fields]: Fields[Key] };

function readSummary(reader: PbfReader, values: EventValue[]): void {
  readNested(reader, (field) => {
    if (field !== 1) return;
    const value = readValue(reader);
    if (value !== undefined) values.push(value);
  });
}

function readValue(reader: PbfReader): EventValue | undefined {
  let tag = "";
  let scalar: number | undefined;
  let histogram: EventHistogram | undefined;
  let text: string | undefined;
  readNested(reader, (field) => {
    if (field === 1) tag = readString(reader);
    else if (field === 2) scalar = read(reader, FIXED32).readFloat();
    else if (field === 5) histogram = readHistogram(reader);
    else if (field === 8) text = readText(reader);
  });
  if (scalar !== undefined) return { kind: "scalar", tag, scalar };
  if (histogram !== undefined) return { kind: "histogram", tag, histogram };
  return text === undefined ? undefined : { kind: "text", tag, text };
}

function readHistogram(reader: PbfReader): EventHistogram {
  const numbers = [0, 0, 0, 0, 0];
  const limits: number[] = [];
  const counts: number[] = [];
  readNested(reader, (field) => {
    if (field <= 5) numbers[field - 1] = read(reader, FIXED64).readDouble();
    else if (field === 6) read(reader, LENGTH_DELIMITED).readPackedDouble(limits);
    else if (field === 7) read(reader, LENGTH_DELIMITED).readPackedDouble(counts);
  });
  const [minimum = 0, maximum = 0, count = 0, sum = 0, sumOfSquares = 0] = numbers;
  if (limits.length !== counts.length) throw new RangeError("buckets without limits");
  return { minimum, maximum, count, sum, sumOfSquares, limits, counts };
}

function readText(reader: PbfReader): string | undefined {
  let text: string | undefined;
  readNested(reader, (field) => {
    if (field === 8) text = readString(reader);
  });
  return text;
}

function readString(reader: PbfReader): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(read(reader, LENGTH_DELIMITED).readBytes());
}

/** The reader itself, once it stands at a field of the type; pbf would misread another one. */
function read(reader: PbfReader, type: number): PbfReader {
  if (reader.type !== type) throw new RangeError(`wire type ${reader.type}`);
  return reader;
}

function readNested(reader: PbfReader, readField: (field: number) => void): void {
  const length = read(reader, LENGTH_DELIMITED).readVarint();
  readMessage(reader, reader.pos + length, readField);
}

/** Fields that `readField` leaves alone are passed over; pbf itself would read on behind the message's end. */
function readMessage(reader: PbfReader, end: number, readField: (field: number) => void): void {
  if (end > reader.length) throw new RangeError("a message that ends behind the record");
  reader.readFields(readField, undefined, end);
  if (reader.pos !== end) throw new RangeError("a field that ends behind its message");
}
