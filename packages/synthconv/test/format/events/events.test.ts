import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../../src/format/crc32c.js";
import {
  type EventRecord,
  type EventValue,
  firstEvent,
  readEvents,
  writeEvent,
} from "../../../src/format/events/index.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Field by field, as the protobuf encoding has it: `[wire bytes] what they are`. */
const SAMPLE_BYTES = [
  "8900000000000000", // length: 137
  "3451aa5c", // its masked checksum, by TensorBoard 2.21's own writer
  "09 000000000000f83f", // Event.wall_time = 1.5
  "10 ac02", // Event.step = 300
  "2a 7b", // Event.summary
  "0a 08  0a 01 61  15 0000003f", // Value: tag "a", simple_value 0.5
  "0a 56  0a 01 62", // Value: tag "b"
  "2a 51  09 000000000000f0bf  11 000000000000f03f", // histo: min -1, max 1
  "19 0000000000000840  21 000000000000e03f  29 0000000000000040", // num 3, sum 0.5, sum_squares 2
  "32 10 0000000000000000 000000000000f03f", // bucket_limit 0, 1, packed
  "3a 10 000000000000f03f 0000000000000040", // bucket 1, 2, packed
  "0a 17  0a 01 63", // Value: tag "c"
  "42 08  08 07  12 00  42 02 7b7d", // tensor: DT_STRING, shape [], string_val "{}"
  "4a 08  0a 06  0a 04 74657874", // metadata.plugin_data.plugin_name "text"
  "db7f2bce", // masked checksum of the event
]
  .join("")
  .replaceAll(" ", "");

const SAMPLE: EventRecord = {
  wallTime: 1.5,
  step: 300,
  values: [
    { kind: "scalar", tag: "a", scalar: 0.5 },
    {
      kind: "histogram",
      tag: "b",
      histogram: {
        ...{ minimum: -1, maximum: 1, count: 3, sum: 0.5, sumOfSquares: 2 },
        ...{ limits: [0, 1], counts: [1, 2] },
      },
    },
    { kind: "text", tag: "c", text: "{}" },
  ],
};

const number = fc.double();
const numbers = fc.array(fc.tuple(number, number), { maxLength: 40 });
const value: fc.Arbitrary<EventValue> = fc.oneof(
  fc.record({
    kind: fc.constant("scalar" as const),
    tag: fc.string({ unit: "grapheme" }),
    scalar: fc.float(),
  }),
  fc.record({ kind: fc.constant("text" as const), tag: fc.string(), text: fc.string({ unit: "grapheme" }) }),
  fc.record({
    kind: fc.constant("histogram" as const),
    tag: fc.string(),
    histogram: fc
      .record({ minimum: number, maximum: number, count: number, sum: number, sumOfSquares: number })
      .chain((facts) =>
        numbers.map((buckets) => ({
          ...facts,
          limits: buckets.map(([limit]) => limit),
          counts: buckets.map(([, count]) => count),
        })),
      ),
  }),
);
const event: fc.Arbitrary<EventRecord> = fc.record({
  wallTime: number,
  step: fc.maxSafeNat(),
  values: fc.array(value, { maxLength: 5 }),
});

describe("crc32c", () => {
  // RFC 3720, appendix B.4.
  it.each([
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["32 that ascend", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ["32 that descend", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])("is the RFC's for %s", (_what, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe("event files", () => {
  it("are, byte for byte, what TensorBoard writes", () => {
    expect(hex(writeEvent(firstEvent(1.5)))).toBe(
      "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
    );
    expect(hex(writeEvent(SAMPLE))).toBe(SAMPLE_BYTES);
  });

  it("are read back as they were written", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), (events) => {
        const file = Buffer.concat(events.map(writeEvent));
        const read = readEvents(file, "x");
        expect(read.events).toEqual(events);
        expect(read.tornBytes).toBe(0);
        expect(read.ends.at(-1) ?? 0).toBe(file.length);
      }),
    );
  });

  it("lose only the last event when they are cut anywhere in it", () => {
    const whole = Buffer.concat([writeEvent(firstEvent(2)), writeEvent(SAMPLE)]);
    const start = writeEvent(firstEvent(2)).length;
    for (let length = start; length < whole.length; length++) {
      const { events, tornBytes } = readEvents(whole.subarray(0, length), "x");
      expect({ events: events.length, tornBytes }).toEqual({ events: 1, tornBytes: length - start });
    }
  });

  it("lose only the last event when the disk did not take all of it", () => {
    const [first, second] = [writeEvent(firstEvent(2)), writeEvent(SAMPLE)];
    const partly = Buffer.concat([first, second.subarray(0, 60), new Uint8Array(second.length - 60)]);
    expect(readEvents(partly, "x").events).toHaveLength(1);
    const onlyExtended = Buffer.concat([first, new Uint8Array(500)]);
    expect(readEvents(onlyExtended, "x")).toMatchObject({ tornBytes: 500 });
  });

  it("are refused when an event before the last is damaged, wherever it is", () => {
    const [first, second] = [writeEvent(SAMPLE), writeEvent(firstEvent(2))];
    for (let position = 0; position < first.length; position++) {
      const file = Buffer.concat([first, second]);
      file[position] = (file[position] as number) ^ 0x10;
      expect(() => readEvents(file, "run/x.tfevents"), `byte ${position}`).toThrow(
        /^run\/x\.tfevents, record 1 at byte 0: expected (a length|bytes) that fits? (its|their) checksum, received another one\. The file is damaged, or no event file\.$/,
      );
    }
  });

  it("are refused when they are another kind of file", () => {
    expect(() => readEvents(Buffer.from('{"step":0,"loss":1}\n'), "history.jsonl")).toThrow(
      "history.jsonl, record 1 at byte 0: expected a length that fits its checksum",
    );
    expect(readEvents(new Uint8Array(), "x")).toEqual({ events: [], ends: [], tornBytes: 0 });
  });
});
