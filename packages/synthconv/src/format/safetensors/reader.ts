import { BYTES, check, type FloatArray, FormatError, type Shape, STRING } from "../../core/index.js";
import { quote } from "../quote.js";
import { readSafetensorsHeader, type SafetensorsEntry } from "./header.js";

/** A tensor as a file holds it: float32 or float64 by the kind of `data`. */
export interface StoredTensor {
  readonly shape: Shape;
  readonly data: FloatArray;
}

/** What a safetensors file holds: named tensors and a map of strings. */
export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads a whole safetensors file.
 *
 * @param name what messages call the file.
 * @returns copies: the tensors do not hold on to `bytes`.
 * @throws {FormatError} for anything the format does not allow (see `readSafetensorsHeader`), NaN and Infinity.
 * @throws {ValueError} for an argument of another kind.
 */
export function readSafetensors(bytes: Uint8Array, name: string): SafetensorsFile {
  check("readSafetensors", "bytes", bytes, BYTES);
  check("readSafetensors", "name", name, STRING);
  const header = readSafetensorsHeader(bytes, name);
  const tensors = new Map<string, StoredTensor>();
  for (const [tensorName, entry] of header.tensors) {
    const data = readNumbers(bytes, header.dataStart, entry);
    const broken = data.findIndex((value: number) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new FormatError({
        where: `${name}, tensor ${quote(tensorName)}`,
        expected: "finite numbers",
        received: `${data[broken]} at position ${broken}`,
        repair: "The training that wrote the file diverged, or the file is damaged.",
      });
    }
    tensors.set(tensorName, { shape: entry.shape, data });
  }
  return { metadata: header.metadata, tensors };
}

function readNumbers(
  bytes: Uint8Array,
  dataStart: number,
  { dtype, begin, end }: SafetensorsEntry,
): FloatArray {
  // A copy, because numbers in the file need not be aligned as a typed array's must.
  const { buffer } = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
  return dtype === "F32" ? new Float32Array(buffer) : new Float64Array(buffer);
}
