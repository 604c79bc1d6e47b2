import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../../test-support/folders.js";
import { needTorch, torchPython } from "../../../../../test-support/needs.js";
import { textOf } from "../../../../../test-support/programs.js";
import { NonFiniteError, ShapeError, ValueError } from "../../../src/core/index.js";
import {
  readSafetensors,
  readSafetensorsHeader,
  type SafetensorsFile,
  type StoredTensor,
  safetensorsHeaderEnd,
  writeSafetensors,
} from "../../../src/format/index.js";

// Written by safetensors 0.8.0 for Python: save({"head.bias": f32 [0.5, -1.25, 3], "w.64": f64 [[1e-300, 2]],
// "empty": f32 zeros(0, 4), "scalar": f32 7, 'naïve "q"': f32 [[1, 2], [3, 4]]}, metadata={"schema":
// '{"version":1}', "note": "ünïcode\nline"}).
const writtenByPython = Buffer.from(
  "gAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJzY2hlbWEiOiJ7XCJ2ZXJzaW9uXCI6MX0iLCJub3RlIjoiw7xuw69jb2RlXG5saW5lIn0sIncu" +
    "NjQiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzEsMl0sImRhdGFfb2Zmc2V0cyI6WzAsMTZdfSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJz" +
    "aGFwZSI6WzAsNF0sImRhdGFfb2Zmc2V0cyI6WzE2LDE2XX0sImhlYWQuYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbM10sImRhdGFf" +
    "b2Zmc2V0cyI6WzE2LDI4XX0sIm5hw692ZSBcInFcIiI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpbMjgs" +
    "NDRdfSwic2NhbGFyIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOls0NCw0OF19fSAgICBZ8/jCH26lAQAAAAAA" +
    "AABAAAAAPwAAoL8AAEBAAACAPwAAAEAAAEBAAACAQAAA4EA=",
  "base64",
);

function f32(shape: readonly number[], values: readonly number[]): StoredTensor {
  return { shape, data: Float32Array.from(values) };
}

const anyText = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => text !== "__metadata__");
const anyTensor: fc.Arbitrary<StoredTensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const length = shape.reduce((product, axis) => product * axis, 1);
    const bounds = { minLength: length, maxLength: length };
    const single = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), bounds);
    const double = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), bounds);
    return fc.oneof(
      single.map((values) => ({ shape, data: Float32Array.from(values) })),
      double.map((values) => ({ shape, data: Float64Array.from(values) })),
    );
  });
const anyFile: fc.Arbitrary<SafetensorsFile> = fc.record({
  metadata: fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string())).map((pairs) => new Map(pairs)),
  tensors: fc.array(fc.tuple(anyText, anyTensor), { maxLength: 6 }).map((pairs) => new Map(pairs)),
});

describe("writeSafetensors and readSafetensors", () => {
  it("give back what was written, names, order, shapes and bits", () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const read = readSafetensors(writeSafetensors(file), "a file");
        expect(read).toEqual(file);
        expect([...read.tensors.keys()]).toEqual([...file.tensors.keys()]);
      }),
    );
  });

  it("read a file of the Python package and write the same bytes again", () => {
    const file = readSafetensors(writtenByPython, "python.safetensors");
    expect(file.metadata).toEqual(
      new Map([
        ["schema", '{"version":1}'],
        ["note", "ünïcode\nline"],
      ]),
    );
    expect(file.tensors.get("head.bias")).toEqual(f32([3], [0.5, -1.25, 3]));
    expect(file.tensors.get("w.64")).toEqual({ shape: [1, 2], data: Float64Array.of(1e-300, 2) });
    expect(file.tensors.get("empty")).toEqual(f32([0, 4], []));
    expect(file.tensors.get("scalar")).toEqual(f32([], [7]));
    expect(file.tensors.get('naïve "q"')).toEqual(f32([2, 2], [1, 2, 3, 4]));
    expect(Buffer.from(writeSafetensors(file))).toEqual(writtenByPython);
  });

  it("align every tensor, float64 before float32, behind a header padded with spaces", () => {
    const tensors = new Map<string, StoredTensor>([
      ["single", f32([1], [1])],
      ["double", { shape: [1], data: Float64Array.of(2) }],
    ]);
    const bytes = writeSafetensors({ metadata: new Map(), tensors });
    const header = readSafetensorsHeader(bytes, "a file");
    expect(header.dataStart % 8).toBe(0);
    expect(header.tensors.get("double")).toMatchObject({ dtype: "F64", begin: 0, end: 8 });
    expect(header.tensors.get("single")).toMatchObject({ dtype: "F32", begin: 8, end: 12 });
    expect(new TextDecoder().decode(bytes.subarray(8, header.dataStart))).toMatch(/^\{"single".*\}\} *$/);
  });

  it("load in PyTorch", (context) => {
    needTorch(context);
    const tensors = new Map<string, StoredTensor>([
      ["generator.0.weight", f32([2, 3], [1, -2, 3.5, 1e-7, 5, 6])],
      ["step", { shape: [], data: Float64Array.of(0.1) }],
    ]);
    const bytes = writeSafetensors({ metadata: new Map([["schema", '{"version":1}']]), tensors });
    const script = `
import json, struct, sys, torch
raw = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8 : 8 + length])
metadata = header.pop("__metadata__")
kinds = {"F32": torch.float32, "F64": torch.float64}
def load(entry):
    begin, end = entry["data_offsets"]
    data = bytearray(raw[8 + length + begin : 8 + length + end])
    return torch.frombuffer(data, dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
print(json.dumps([metadata, {name: load(entry).tolist() for name, entry in header.items()}]))`;
    const path = join(temporaryFolder(), "a.safetensors");
    writeFileSync(path, bytes);
    expect(JSON.parse(textOf(torchPython, ["-c", script, path]))).toEqual([
      { schema: '{"version":1}' },
      {
        "generator.0.weight": [
          [1, -2, 3.5],
          [Math.fround(1e-7), 5, 6],
        ],
        step: 0.1,
      },
    ]);
  });

  it("keep names that would harm an object", () => {
    const names = ["__proto__", "constructor", "hasOwnProperty", "toString"];
    const file = {
      metadata: new Map(names.map((name) => [name, name])),
      tensors: new Map(names.map((name) => [name, f32([1], [1])])),
    };
    expect(readSafetensors(writeSafetensors(file), "a file")).toEqual(file);
    expect(({} as Record<string, unknown>).shape).toBeUndefined();
  });

  it("read from bytes at any alignment and do not hold on to them", () => {
    const shifted = new Uint8Array(writtenByPython.length + 3);
    shifted.set(writtenByPython, 3);
    const file = readSafetensors(shifted.subarray(3), "shifted");
    shifted.fill(0);
    expect(file.tensors.get("head.bias")).toEqual(f32([3], [0.5, -1.25, 3]));
  });
});

describe("readSafetensorsHeader", () => {
  it("tells from eight bytes how much of a file to read, and from that much where everything lies", () => {
    const end = safetensorsHeaderEnd(writtenByPython.subarray(0, 8), "python.safetensors");
    const header = readSafetensorsHeader(writtenByPython.subarray(0, end), "python.safetensors", 440);
    expect(end).toBe(392);
    expect(header.dataStart).toBe(end);
    expect(header.tensors.get("head.bias")).toEqual({ dtype: "F32", shape: [3], begin: 16, end: 28 });
  });
});

describe("writeSafetensors refuses", () => {
  const write =
    (name: string, tensor: StoredTensor, metadata: readonly (readonly [string, string])[] = []) =>
    () =>
      writeSafetensors({ metadata: new Map(metadata), tensors: new Map([[name, tensor]]) });

  it("data that does not fill its shape", () => {
    expect(write("w", f32([2, 2], [1]))).toThrow(ShapeError);
    expect(write("w", f32([2, 2], [1]))).toThrow(
      'writeSafetensors, tensor "w": expected 4 numbers for [2,2], received 1',
    );
  });

  it("NaN and Infinity", () => {
    expect(write("w", f32([2], [1, Number.NaN]))).toThrow(NonFiniteError);
    expect(write("w", f32([1], [Number.POSITIVE_INFINITY]))).toThrow("received Infinity at position 0");
  });

  it("what its reader would refuse: names, counts, headers", () => {
    expect(write("__metadata__", f32([1], [1]))).toThrow(ValueError);
    expect(write("\ud800", f32([1], [1]))).toThrow("half a surrogate pair");
    expect(write("w", f32([1], [1]), [["k", "x".repeat(2 ** 20)]])).toThrow(
      "expected at most 1048576 bytes of names, shapes and metadata, received 1048656",
    );
    const many = new Map(Array.from({ length: 4097 }, (_, index) => [`${index}`, f32([0], [])]));
    expect(() => writeSafetensors({ metadata: new Map(), tensors: many })).toThrow(
      "expected at most 4096 tensors, received 4097",
    );
  });
});
