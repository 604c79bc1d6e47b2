/**
 * ONNX models as protobuf messages (onnx.proto3 of github.com/onnx/onnx), as far as networks need them: one graph of
 * float32 and int64 tensors. The numbers of the fields are the specification's.
 */
import { PbfWriter } from "pbf";

/** A free size by its name, or a fixed one. */
export type OnnxSize = number | string;

export interface OnnxInput {
  readonly name: string;
  readonly shape: readonly OnnxSize[];
  /** Default float32. */
  readonly type?: "float32" | "int64";
  readonly note?: string | undefined;
}

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Whole numbers, floats and texts say which they are: 1 may be either of two. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

export interface OnnxNode {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxModel {
  readonly name: string;
  readonly note: string;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly OnnxInput[];
  readonly constants: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
  /** Texts by name, for programs. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The operators' version: 17 has LayerNormalization, and every runtime since ONNX 1.12 of June 2022 reads it. */
const OPERATORS = 17;
/** The files' version that came with it. */
const IR_VERSION = 8;

// TensorProto.DataType and AttributeProto.AttributeType.
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, text: 3, ints: 7 } as const;

const encoder = new TextEncoder();

/** The bytes of an .onnx file; the same model gives the same bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writeText(writer, 2, "synthconv");
  writeText(writer, 6, model.note);
  writer.writeMessage(7, writeGraph, model);
  writer.writeMessage(8, (_, message) => message.writeVarintField(2, OPERATORS), undefined);
  for (const entry of Object.entries(model.metadata)) writer.writeMessage(14, writeEntry, entry);
  return writer.finish();
}

function writeGraph(model: OnnxModel, writer: PbfWriter): void {
  for (const node of model.nodes) writer.writeMessage(1, writeNode, node);
  writeText(writer, 2, model.name);
  for (const constant of model.constants) writer.writeMessage(5, writeConstant, constant);
  for (const input of model.inputs) writer.writeMessage(11, writeInput, input);
  for (const output of model.outputs) writer.writeMessage(12, writeInput, output);
}

function writeNode({ inputs, outputs, operation, attributes }: OnnxNode, writer: PbfWriter): void {
  for (const input of inputs) writeText(writer, 1, input);
  for (const output of outputs) writeText(writer, 2, output);
  writeText(writer, 3, `${operation} ${outputs[0]}`);
  writeText(writer, 4, operation);
  for (const attribute of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, attribute);
}

function writeAttribute([name, value]: [string, OnnxAttribute], writer: PbfWriter): void {
  writeText(writer, 1, name);
  if ("float" in value) writer.writeFloatField(2, value.float);
  else if ("int" in value) writer.writeVarintField(3, value.int);
  else if ("text" in value) writeText(writer, 4, value.text);
  else for (const int of value.ints) writer.writeVarintField(8, int);
  const kind = Object.keys(value)[0] as keyof typeof ATTRIBUTE;
  writer.writeVarintField(20, ATTRIBUTE[kind]);
}

function writeConstant({ name, shape, data }: OnnxConstant, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, data instanceof Float32Array ? FLOAT : INT64);
  writeText(writer, 8, name);
  writer.writeBytesField(9, littleEndian(data));
}

/** Numbers of a file stand in it with the low byte first, whatever the machine. */
function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < data.length; at++) {
    const value = data[at];
    if (typeof value === "bigint") view.setBigInt64(8 * at, value, true);
    else view.setFloat32(4 * at, value as number, true);
  }
  return bytes;
}

function writeInput({ name, shape, note, type = "float32" }: OnnxInput, writer: PbfWriter): void {
  writeText(writer, 1, name);
  const writeShape = (sizes: readonly OnnxSize[], message: PbfWriter): void => {
    for (const size of sizes) message.writeMessage(1, writeSize, size);
  };
  const writeTensorType = (_: undefined, message: PbfWriter): void => {
    message.writeVarintField(1, type === "float32" ? FLOAT : INT64);
    message.writeMessage(2, writeShape, shape);
  };
  writer.writeMessage(2, (_, message) => message.writeMessage(1, writeTensorType, undefined), undefined);
  if (note !== undefined) writeText(writer, 3, note);
}

function writeSize(size: OnnxSize, writer: PbfWriter): void {
  if (typeof size === "number") writer.writeVarintField(1, size);
  else writeText(writer, 2, size);
}

function writeEntry([key, value]: [string, string], writer: PbfWriter): void {
  writeText(writer, 1, key);
  writeText(writer, 2, value);
}

/** Not by pbf, whose 5.1.2 writes characters beyond the 16-bit plane wrongly. */
function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, encoder.encode(text));
}
