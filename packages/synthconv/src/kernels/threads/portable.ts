/**
 * A call as it is sent to workers. Structured clone copies the whole buffer behind a typed array, also where the
 * array is a small part of it, as the weights of one sample are; here such an array becomes a buffer of its own.
 * Arrays in shared memory are not copied at all.
 */
export function portable<Value>(value: Value): Value {
  return portableValue(value) as Value;
}

function portableValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return isPart(value) ? copyOf(value) : value;
  if (Array.isArray(value)) return value.map(portableValue);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, portableValue(entry)]));
}

function isPart({ buffer, byteLength }: ArrayBufferView): boolean {
  return !(buffer instanceof SharedArrayBuffer) && byteLength !== buffer.byteLength;
}

function copyOf(view: ArrayBufferView): unknown {
  return "slice" in view && typeof view.slice === "function" ? view.slice() : view;
}
