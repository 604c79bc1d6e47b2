/**
 * The header of a safetensors file (https://github.com/huggingface/safetensors, section Format): a 64-bit
 * little-endian length, then that many bytes of JSON, then the numbers of all tensors without a gap.
 *
 * A file may come from anyone, so nothing is allocated by a size that the file merely declares: the length is
 * checked from the first eight bytes, and the JSON is scanned for what the format allows and nothing else.
 */
import { FormatError, type Shape } from "../../core/index.js";
import { quote } from "../quote.js";
import { JsonScanner } from "./json-scanner.js";

/** Bytes of the length that every file begins with. */
export const LENGTH_BYTES = 8;
/** A look needs a few kilobytes; a megabyte bounds what a hostile file can make a reader do. */
export const MAX_HEADER_BYTES: number = 2 ** 20;
export const MAX_TENSORS = 4096;
export const MAX_METADATA = 4096;
/** As many axes as PyTorch allows. */
const MAX_RANK = 64;

/** Element types that are read and written, with their sizes in bytes. */
export const ELEMENT_BYTES = { F32: 4, F64: 8 } as const;
export type SafetensorsDType = keyof typeof ELEMENT_BYTES;

/** Where one tensor lies. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** First byte of the numbers, and the byte after the last, counted from `dataStart`. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  /** The byte of the file where the numbers begin. */
  readonly dataStart: number;
}

/**
 * How many bytes of the file `readSafetensorsHeader` needs, told from its first eight.
 *
 * @param name what messages call the file.
 * @throws {FormatError} when there are fewer than eight bytes, or the header is longer than 1 MiB.
 */
export function safetensorsHeaderEnd(first: Uint8Array, name: string): number {
  if (first.length < LENGTH_BYTES) {
    throw new FormatError({
      where: name,
      expected: "a safetensors file, at least 8 bytes long",
      received: `${first.length} bytes`,
      repair: "The file is empty or truncated.",
    });
  }
  const view = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new FormatError({
      where: name,
      expected: `a safetensors header of at most ${MAX_HEADER_BYTES} bytes`,
      received: `a declared length of ${length}`,
      repair: "The file is damaged or no safetensors file.",
    });
  }
  return LENGTH_BYTES + Number(length);
}

/**
 * Reads and checks the header: from the whole file, or from its beginning.
 *
 * @param bytes at least the first `safetensorsHeaderEnd` bytes.
 * @param fileBytes the length of the whole file, when `bytes` is only its beginning.
 * @throws {FormatError} for anything that the format does not allow, element types other than F32 and F64,
 *   duplicate names, tensors that overlap, leave gaps or do not end with the file.
 */
export function readSafetensorsHeader(
  bytes: Uint8Array,
  name: string,
  fileBytes: number = bytes.length,
): SafetensorsHeader {
  const dataStart = safetensorsHeaderEnd(bytes, name);
  if (bytes.length < dataStart) {
    throw new FormatError({
      where: name,
      expected: `${dataStart} bytes of header`,
      received: `${bytes.length} bytes`,
      repair: "The file is truncated.",
    });
  }
  const scanner = new JsonScanner(bytes.subarray(LENGTH_BYTES, dataStart), name);
  const { metadata, tensors } = scanHeader(scanner);
  checkCoverage(tensors, fileBytes - dataStart, name);
  return { metadata, tensors, dataStart };
}

/** Calls `readValue` at each value of an object, with its key; duplicate keys are refused. */
function scanObject(
  scanner: JsonScanner,
  what: string,
  limit: number,
  readValue: (key: string) => void,
): void {
  const seen = new Set<string>();
  scanner.take("{");
  if (scanner.takeIf("}")) return;
  do {
    const key = scanner.takeString();
    if (seen.has(key)) scanner.fail(`${what} to hold each key once`, `${quote(key)} again`);
    if (seen.size === limit) scanner.fail(`${what} with at most ${limit} keys`, "more");
    seen.add(key);
    scanner.take(":");
    readValue(key);
  } while (scanner.takeIf(","));
  scanner.take("}");
}

function scanHeader(scanner: JsonScanner): Pick<SafetensorsHeader, "metadata" | "tensors"> {
  const metadata = new Map<string, string>();
  const tensors = new Map<string, SafetensorsEntry>();
  scanObject(scanner, "the header", MAX_TENSORS + 1, (name) => {
    if (name === "__metadata__") {
      scanObject(scanner, "__metadata__", MAX_METADATA, (key) => metadata.set(key, scanner.takeString()));
    } else {
      if (tensors.size === MAX_TENSORS) scanner.fail(`at most ${MAX_TENSORS} tensors`, "more");
      tensors.set(name, scanEntry(scanner, name));
    }
  });
  scanner.takeEnd();
  return { metadata, tensors };
}

function scanEntry(scanner: JsonScanner, name: string): SafetensorsEntry {
  const what = `tensor ${quote(name)}`;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  scanObject(scanner, what, 3, (key) => {
    if (key === "dtype") dtype = scanner.takeString();
    else if (key === "shape") shape = scanWholeNumbers(scanner, `${what} shape`, MAX_RANK);
    else if (key === "data_offsets") offsets = scanWholeNumbers(scanner, `${what} data_offsets`, 2);
    else scanner.fail(`${what} to have dtype, shape and data_offsets`, quote(key));
  });
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
    scanner.fail(`${what} to have dtype, shape and two data_offsets`, "fewer");
  }
  if (dtype !== "F32" && dtype !== "F64") scanner.fail(`${what} to be F32 or F64`, quote(dtype));
  const declared = byteSize(scanner, what, dtype, shape);
  if (end - begin !== declared) {
    scanner.fail(
      `${what} of ${dtype} [${shape.join(",")}] to take ${declared} bytes`,
      `data_offsets ${begin} to ${end}`,
    );
  }
  return { dtype, shape, begin, end };
}

function scanWholeNumbers(scanner: JsonScanner, what: string, limit: number): number[] {
  const numbers: number[] = [];
  scanner.take("[");
  if (scanner.takeIf("]")) return numbers;
  do {
    if (numbers.length === limit) scanner.fail(`${what} with at most ${limit} numbers`, "more");
    numbers.push(scanner.takeWholeNumber());
  } while (scanner.takeIf(","));
  scanner.take("]");
  return numbers;
}

function byteSize(scanner: JsonScanner, what: string, dtype: SafetensorsDType, shape: Shape): number {
  let bytes: number = ELEMENT_BYTES[dtype];
  for (const axis of shape) {
    bytes *= axis;
    if (bytes > Number.MAX_SAFE_INTEGER)
      scanner.fail(`${what} of fewer than 2^53 bytes`, `[${shape.join(",")}]`);
  }
  return bytes;
}

/** The tensors must follow one another without overlap or gap and end with the file. */
function checkCoverage(
  tensors: ReadonlyMap<string, SafetensorsEntry>,
  dataBytes: number,
  fileName: string,
): void {
  const inFileOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const [name, { begin, end }] of inFileOrder) {
    if (begin !== position) {
      throw new FormatError({
        where: `${fileName}, tensor ${quote(name)}`,
        expected: `data from byte ${position}, where the tensor before it ends`,
        received: `data from byte ${begin}`,
        repair: "Tensors must not overlap or leave gaps.",
      });
    }
    position = end;
  }
  if (position === dataBytes) return;
  throw new FormatError({
    where: fileName,
    expected: `${position} bytes of tensor data`,
    received: `${Math.max(0, dataBytes)} bytes`,
    repair: position > dataBytes ? "The file is truncated." : "The file has bytes that belong to no tensor.",
  });
}
