import { describe, expect, it } from "vitest";
import { FormatError, VersionError } from "../../src/core/errors.js";
import { readSafetensors, writeSafetensors } from "../../src/format/index.js";
import { lookMetadata, parseLook, serializeLook } from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "./look-samples.js";

/** The bytes of a look whose metadata or tensors were changed. */
function tampered(
  change: (
    metadata: Map<string, string>,
    tensors: Map<string, { shape: readonly number[]; data: Float32Array | Float64Array }>,
  ) => void,
): Uint8Array {
  const { metadata, tensors } = readSafetensors(serializeLook(lookOf()), "x");
  const changedMetadata = new Map(metadata);
  const changedTensors = new Map(tensors);
  change(changedMetadata, changedTensors);
  return writeSafetensors({ metadata: changedMetadata, tensors: changedTensors });
}

describe("a look file", () => {
  it("comes back as it was written, to the byte", () => {
    const look = lookOf(schemaOf({ condition: [WARMTH], generator: { hidden: [4], activation: "relu" } }));
    const bytes = serializeLook(look);
    const read = parseLook(bytes, "x");
    expect(read).toEqual(look);
    expect(serializeLook(read)).toEqual(bytes);
  });

  it("is refused with the upgrade to make when a newer build wrote it", () => {
    const bytes = tampered((metadata) => metadata.set("version", "5"));
    expect(() => parseLook(bytes, "new.safetensors")).toThrow(VersionError);
    expect(() => parseLook(bytes, "new.safetensors")).toThrow(
      "new.safetensors: expected version 2 or older, received version 5. Upgrade synthconv to read this file.",
    );
  });

  it.each([
    [
      "is no look",
      (m: Map<string, string>) => m.delete("format"),
      /expected a look: .* received no such entry/,
    ],
    [
      "has a broken version",
      (m: Map<string, string>) => m.set("version", "x"),
      /expected a version from 1, received x/,
    ],
    [
      "has no JSON",
      (m: Map<string, string>) => m.set("schema", "{"),
      /expected JSON under the metadata key schema/,
    ],
    [
      "lacks a field",
      (m: Map<string, string>) =>
        m.set("schema", JSON.stringify({ ...schemaOf(), network: { channels: [3, 3] } })),
      /schema field network\.activation to be/,
    ],
    [
      "has no three channels at its end",
      (m: Map<string, string>) =>
        m.set(
          "schema",
          JSON.stringify(schemaOf({ network: { channels: [3, 8], activation: "relu", residual: false } })),
        ),
      /a look starts and ends with 3 channels/,
    ],
    [
      "has a default outside its range",
      (m: Map<string, string>) =>
        m.set("schema", JSON.stringify(schemaOf({ condition: [{ ...WARMTH, default: 11 }] }))),
      /default must lie in the range/,
    ],
    [
      "has two knobs of one name",
      (m: Map<string, string>) => m.set("schema", JSON.stringify(schemaOf({ condition: [WARMTH, WARMTH] }))),
      /knob names must differ/,
    ],
  ])("is refused when its metadata %s", (_, change, message) => {
    const bytes = tampered((metadata) => change(metadata));
    expect(() => parseLook(bytes, "x.safetensors")).toThrow(FormatError);
    expect(() => parseLook(bytes, "x.safetensors")).toThrow(message);
  });

  it("is refused when a tensor is missing, misshapen, of another type or one too many", () => {
    const bias = { shape: [59], data: new Float32Array(59) };
    const change = (
      name: string,
      tensor?: { shape: number[]; data: Float32Array | Float64Array },
    ): (() => void) => {
      const bytes = tampered((_, tensors) => {
        if (tensor === undefined) tensors.delete(name);
        else tensors.set(name, tensor);
      });
      return () => parseLook(bytes, "x");
    };
    expect(change("generator.head.bias")).toThrow(
      "x: expected float32 generator.head.bias [59], as its schema says, received none of that name",
    );
    expect(change("generator.head.bias", { ...bias, shape: [1, 59] })).toThrow(/received float32 \[1,59\]/);
    expect(change("generator.head.bias", { shape: [59], data: new Float64Array(59) })).toThrow(
      /received float64 \[59\]/,
    );
    expect(change("extra", bias)).toThrow(/received one more, "extra"/);
  });

  it("names the schema in its metadata as documented", () => {
    expect([...lookMetadata(schemaOf()).keys()]).toEqual(["format", "version", "schema"]);
  });
});
