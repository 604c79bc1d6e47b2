import {
  checkOptions,
  type Fields,
  formatShape,
  mapOf,
  NonFiniteError,
  SHAPED,
  ShapeError,
  STRING,
  sizeOf,
  ValueError,
} from "../../core/index.js";
import { quote } from "../quote.js";
import {
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  MAX_METADATA,
  MAX_TENSORS,
  type SafetensorsEntry,
} from "./header.js";
import type { SafetensorsFile, StoredTensor } from "./reader.js";

/** The numbers begin at a multiple of this, so that readers can map them into memory as float64. */
const ALIGNMENT = 8;
const SPACE = 0x20;

const FILE: Fields<SafetensorsFile> = {
  metadata: mapOf(STRING, "a Map of strings by name"),
  tensors: mapOf(SHAPED, "a Map of tensors by name"),
};

/**
 * The bytes of a safetensors file. The same tensors and metadata in the same order give the same bytes.
 *
 * The header lists metadata and tensors in the order of the maps; the numbers lie float64 first, then float32,
 * each in that order, so that every tensor is aligned.
 *
 * @throws {ShapeError} for data that does not fill its shape; {NonFiniteError} for NaN or Infinity;
 *   {ValueError} for what is no such file, a tensor named `__metadata__`, a string with half a surrogate pair, and more tensors,
 *   metadata or header than a reader accepts.
 */
export function writeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  checkOptions("writeSafetensors", file, FILE, { name: "file" });
  checkCounts(file);
  for (const [name, tensor] of file.tensors) checkTensor(name, tensor);
  const entries = layOut(file.tensors);
  const header = encodeHeader(file.metadata, entries);
  const dataStart = LENGTH_BYTES + header.length;
  const dataBytes = [...entries.values()].reduce((end, entry) => Math.max(end, entry.end), 0);
  const bytes = new Uint8Array(dataStart + dataBytes);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, LENGTH_BYTES);
  for (const [name, { data }] of file.tensors) {
    const { begin } = entries.get(name) as SafetensorsEntry;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart + begin);
  }
  return bytes;
}

function layOut(tensors: SafetensorsFile["tensors"]): Map<string, SafetensorsEntry> {
  const entries = new Map<string, SafetensorsEntry>();
  // Taken in the order of the header, given places in a second pass over each element type.
  for (const [name, { shape, data }] of tensors) {
    entries.set(name, { dtype: data instanceof Float64Array ? "F64" : "F32", shape, begin: 0, end: 0 });
  }
  let position = 0;
  for (const dtype of ["F64", "F32"] as const) {
    for (const [name, entry] of entries) {
      if (entry.dtype !== dtype) continue;
      const end = position + (tensors.get(name) as StoredTensor).data.byteLength;
      entries.set(name, { ...entry, begin: position, end });
      position = end;
    }
  }
  return entries;
}

function encodeHeader(
  metadata: SafetensorsFile["metadata"],
  entries: ReadonlyMap<string, SafetensorsEntry>,
): Uint8Array {
  const members: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    members.push(`"__metadata__":{${pairs.join(",")}}`);
  }
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const place = `"dtype":"${dtype}","shape":${formatShape(shape)},"data_offsets":[${begin},${end}]`;
    members.push(`${JSON.stringify(name)}:{${place}}`);
  }
  const text = new TextEncoder().encode(`{${members.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT).fill(SPACE);
  padded.set(text);
  refuseMoreThan(MAX_HEADER_BYTES, padded.length, "bytes of names, shapes and metadata");
  return padded;
}

function checkCounts({ metadata, tensors }: SafetensorsFile): void {
  refuseMoreThan(MAX_TENSORS, tensors.size, "tensors");
  refuseMoreThan(MAX_METADATA, metadata.size, "entries of metadata");
  for (const text of [...tensors.keys(), ...metadata.keys(), ...metadata.values()]) {
    if (!/\p{Surrogate}/u.test(text)) continue;
    throw new ValueError({
      where: "writeSafetensors",
      expected: "names and metadata of whole characters",
      received: `half a surrogate pair in ${quote(text)}`,
    });
  }
}

function refuseMoreThan(limit: number, count: number, what: string): void {
  if (count <= limit) return;
  throw new ValueError({
    where: "writeSafetensors",
    expected: `at most ${limit} ${what}`,
    received: `${count}`,
  });
}

function checkTensor(name: string, { shape, data }: StoredTensor): void {
  const where = `writeSafetensors, tensor ${quote(name)}`;
  if (name === "__metadata__") {
    throw new ValueError({
      where,
      expected: "another name",
      received: "the one the format keeps for metadata",
    });
  }
  if (sizeOf(shape) !== data.length) {
    throw new ShapeError({
      where,
      expected: `${sizeOf(shape)} numbers for ${formatShape(shape)}`,
      received: `${data.length}`,
    });
  }
  const broken = data.findIndex((value: number) => !Number.isFinite(value));
  if (broken < 0) return;
  throw new NonFiniteError({
    where,
    expected: "finite numbers",
    received: `${data[broken]} at position ${broken}`,
  });
}
