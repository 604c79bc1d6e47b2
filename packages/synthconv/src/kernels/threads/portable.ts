/**
 * A call as it is sent to workers. Structured clone copies the whole buffer behind a typed array, also where the
 * array is a small part of it, as the weights of one sample are; here such an array becomes a buffer of its own.
 * Arrays in shared memory are not copied at all.
 */
import { countOnce } from "../../core/index.js";

export interface Portable {
  readonly call: unknown;
  /** Bytes of shared memory that no call before brought to the workers. */
  readonly newBytes: number;
}

const sent = new WeakSet<SharedArrayBuffer>();

export function portable(call: unknown): Portable {
  let newBytes = 0;
  const portableValue = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (ArrayBuffer.isView(value)) {
      if (!(value.buffer instanceof SharedArrayBuffer)) return isPart(value) ? copyOf(value) : value;
      newBytes += bytesIfNew(value.buffer);
      return value;
    }
    if (Array.isArray(value)) return value.map(portableValue);
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, portableValue(entry)]));
  };
  return { call: portableValue(call), newBytes };
}

function bytesIfNew(memory: SharedArrayBuffer): number {
  if (sent.has(memory)) return 0;
  sent.add(memory);
  countOnce(memory);
  return memory.byteLength;
}

function isPart({ buffer, byteLength }: ArrayBufferView): boolean {
  return byteLength !== buffer.byteLength;
}

function copyOf(view: ArrayBufferView): unknown {
  return "slice" in view && typeof view.slice === "function" ? view.slice() : view;
}
