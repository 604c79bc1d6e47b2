import { describe, expect, it } from "vitest";
import { FormatError, RandomStream, SynthconvError } from "../../../src/core/index.js";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../../../src/format/index.js";

/** A file around any header text, with `dataBytes` zero bytes after it. */
function fileOf(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

function f32(shape: readonly number[], values: readonly number[]): StoredTensor {
  return { shape, data: Float32Array.from(values) };
}

describe("readSafetensors refuses", () => {
  const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const at = (shape: string, begin: number, end: number, dtype = "F32") =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;
  const refusals: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "an empty file",
      new Uint8Array(0),
      "x: expected a safetensors file, at least 8 bytes long, received 0 bytes",
    ],
    [
      "another format",
      Buffer.from("\x89PNG\r\n\x1a\n and more", "latin1"),
      "x: expected a safetensors header of at most 1048576 bytes, received a declared length of 727905341920923785",
    ],
    [
      "a header of exabytes",
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x10),
      "received a declared length of 1152921504606846976",
    ],
    ["a truncated header", fileOf(`{"a":${entry}}`, 4).subarray(0, 20), "The file is truncated."],
    [
      "truncated data",
      fileOf(`{"a":${entry}}`, 3),
      "x: expected 4 bytes of tensor data, received 3 bytes. The file is truncated.",
    ],
    [
      "bytes after the last tensor",
      fileOf(`{"a":${entry}}`, 5),
      "The file has bytes that belong to no tensor.",
    ],
    ["no object", fileOf("[]"), 'x, header byte 0: expected "{", received "["'],
    ["an empty header", fileOf(""), 'x, header byte 0: expected "{", received the end of the header'],
    ["text after the object", fileOf("{}x"), 'expected the end of the header, received "x"'],
    ["a trailing comma", fileOf(`{"a":${entry},}`, 4), 'header byte 54: expected a string, received "}"'],
    [
      "a name twice",
      fileOf(`{"a":${entry},"a":${entry}}`, 4),
      'expected the header to hold each key once, received "a" again',
    ],
    ["a name twice, once escaped", fileOf(`{"a":${entry},"\\u0061":${entry}}`, 4), 'received "a" again'],
    ["metadata twice", fileOf('{"__metadata__":{},"__metadata__":{}}'), 'received "__metadata__" again'],
    [
      "a metadata key twice",
      fileOf('{"__metadata__":{"k":"1","k":"2"}}'),
      "expected __metadata__ to hold each key once",
    ],
    ["metadata that is no string", fileOf('{"__metadata__":{"k":1}}'), 'received "1"'],
    ["an offset key twice", fileOf(`{"a":{"shape":[1],"shape":[2]}}`, 4), 'tensor "a" to hold each key once'],
    [
      "a missing key",
      fileOf('{"a":{"dtype":"F32","shape":[1]}}'),
      "to have dtype, shape and two data_offsets",
    ],
    [
      "an unknown key",
      fileOf('{"a":{"strides":[1]}}'),
      'to have dtype, shape and data_offsets, received "strides"',
    ],
    [
      "another element type, by name",
      fileOf(`{"a":${at("[2]", 0, 4, "BF16")}}`, 4),
      'tensor "a" to be F32 or F64, received "BF16"',
    ],
    ["a negative size", fileOf(`{"a":${at("[-1]", 0, 4)}}`, 4), 'expected a whole number, received "-"'],
    ["a fractional size", fileOf(`{"a":${at("[1.0]", 0, 4)}}`, 4), 'expected "]", received "."'],
    ["a size with leading zeros", fileOf(`{"a":${at("[01]", 0, 4)}}`, 4), "without leading zeros"],
    ["a size beyond 2^53", fileOf(`{"a":${at("[9007199254740992]", 0, 4)}}`, 4), "a whole number below 2^53"],
    [
      "sizes whose product overflows",
      fileOf(`{"a":${at("[4294967296,4294967296]", 0, 4)}}`, 4),
      "of fewer than 2^53 bytes",
    ],
    [
      "a size that its offsets do not have",
      fileOf(`{"a":${at("[2]", 0, 4)}}`, 4),
      'expected tensor "a" of F32 [2] to take 8 bytes, received data_offsets 0 to 4',
    ],
    ["offsets that run backwards", fileOf(`{"a":${at("[0]", 4, 0)}}`, 4), "data_offsets 4 to 0"],
    [
      "three offsets",
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}', 4),
      "at most 2 numbers",
    ],
    [
      "a gap",
      fileOf(`{"a":${at("[1]", 0, 4)},"b":${at("[1]", 8, 12)}}`, 12),
      'x, tensor "b": expected data from byte 4, where the tensor before it ends, received data from byte 8',
    ],
    [
      "an overlap",
      fileOf(`{"a":${at("[2]", 0, 8)},"b":${at("[1]", 4, 8)}}`, 8),
      "Tensors must not overlap or leave gaps.",
    ],
    [
      "an unclosed string",
      fileOf('{"a'),
      "expected the closing quote of a string, received the end of the header",
    ],
    ["a string that ends in a backslash", fileOf('{"a\\'), "expected the closing quote of a string"],
    [
      "a line break in a string",
      fileOf('{"a\nb":1}'),
      "expected no control character in a string, received byte 10",
    ],
    ["an unknown escape", fileOf('{"\\x":1}'), "expected a JSON string in UTF-8"],
    ["half a surrogate pair", fileOf('{"\\ud800":1}'), "half a surrogate pair"],
    [
      "bytes that are no UTF-8",
      fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22)),
      "expected a JSON string in UTF-8",
    ],
    ["a thousand axes", fileOf(`{"a":{"shape":[${"1,".repeat(1000)}1]}}`), "with at most 64 numbers"],
    ["a deep nest", fileOf("[".repeat(2 ** 20)), 'expected "{"'],
    ["a deep nest inside", fileOf(`{"a":${"[".repeat(2 ** 20 - 5)}`), 'expected "{"'],
  ];

  it.each(refusals)("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "x")).toThrow(FormatError);
    expect(() => readSafetensors(bytes, "x")).toThrow(message);
  });

  it("more tensors than 4096, and more metadata", () => {
    const many = (count: number, value: string) =>
      Array.from({ length: count }, (_, index) => `"${index}":${value}`).join(",");
    const empty = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    expect(readSafetensors(fileOf(`{${many(4096, empty)}}`), "x").tensors.size).toBe(4096);
    expect(() => readSafetensors(fileOf(`{${many(4097, empty)}}`), "x")).toThrow(
      "at most 4096 tensors, received more",
    );
    expect(() => readSafetensors(fileOf(`{"__metadata__":{${many(4097, '""')}}}`), "x")).toThrow(
      "__metadata__ with at most 4096 keys, received more",
    );
  });

  it("NaN and Infinity, naming the tensor and the position", () => {
    const file = { metadata: new Map<string, string>(), tensors: new Map([["w", f32([3], [1, 2, 3])]]) };
    for (const [bits, text] of [
      [0x7fc00000, "NaN"],
      [0x7f800000, "Infinity"],
    ] as const) {
      const bytes = writeSafetensors(file);
      new DataView(bytes.buffer).setUint32(bytes.length - 4, bits, true);
      expect(() => readSafetensors(bytes, "x")).toThrow(FormatError);
      expect(() => readSafetensors(bytes, "x")).toThrow(
        `x, tensor "w": expected finite numbers, received ${text} at position 2`,
      );
    }
  });

  it("sizes that a file merely declares, before any memory is taken for them", () => {
    const gigabytes = fileOf(`{"a":${at("[1000000000]", 0, 4_000_000_000)}}`, 4);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readSafetensors(gigabytes, "x")).toThrow(
      "expected 4000000000 bytes of tensor data, received 4 bytes",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it("a damaged file with a typed error, or reads a sound one: never anything else", () => {
    const file = {
      metadata: new Map([["schema", '{"v":1}']]),
      tensors: new Map([
        ["a.w", f32([2, 2], [1, 2, 3, 4])],
        ["b", f32([1], [5])],
      ]),
    };
    const sound = writeSafetensors(file);
    const stream = new RandomStream({ seed: 3, purpose: "corruption" });
    for (let round = 0; round < 5000; round++) {
      let damaged = sound.slice();
      for (let flips = stream.integer(3); flips >= 0; flips--) {
        damaged[stream.integer(damaged.length)] = stream.integer(256);
      }
      if (stream.integer(4) === 0) damaged = damaged.slice(0, stream.integer(damaged.length + 1));
      try {
        const { tensors } = readSafetensors(damaged, "x");
        for (const { shape, data } of tensors.values()) {
          expect(shape.reduce((product, axis) => product * axis, 1)).toBe(data.length);
          expect(data.every(Number.isFinite)).toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(SynthconvError);
        expect((error as Error).message).not.toContain("\n");
      }
    }
  });
});
