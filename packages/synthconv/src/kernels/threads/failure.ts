/** Errors on their way from a worker to the caller, which cannot read messages while it waits. */
import * as errors from "../../core/errors.js";

/** A message of the library is one line; a stack of ten frames fits as well. */
export const FAILURE_BYTES = 8192;

const LENGTH_BYTES = 4;
const classes: ReadonlyMap<string, { readonly prototype: Error }> = new Map(
  [...Object.values(errors), RangeError, TypeError].map((one) => [one.name, one]),
);

interface FailureParts {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** @param failure FAILURE_BYTES of shared memory. */
export function writeFailure(failure: Uint8Array, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof errors.SynthconvError ? error.code : undefined;
  const fits = (parts: FailureParts): Uint8Array | undefined => {
    const bytes = new TextEncoder().encode(JSON.stringify(parts));
    return bytes.length <= failure.length - LENGTH_BYTES ? bytes : undefined;
  };
  const short = { name, message: message.slice(0, 1000), code, stack: undefined };
  const bytes = fits({ name, message, code, stack }) ?? fits(short) ?? new Uint8Array();
  new DataView(failure.buffer, failure.byteOffset).setUint32(0, bytes.length);
  failure.set(bytes, LENGTH_BYTES);
}

/** The error as it was thrown: of the same class, with the same code, message and the worker's stack. */
export function readFailure(failure: Uint8Array): Error {
  const length = new DataView(failure.buffer, failure.byteOffset).getUint32(0);
  // A copy: TextDecoder refuses shared memory in browsers.
  const bytes = failure.slice(LENGTH_BYTES, LENGTH_BYTES + length);
  const parts = JSON.parse(new TextDecoder().decode(bytes)) as FailureParts;
  const error = new Error(parts.message);
  const found = classes.get(parts.name);
  // The constructors of the library's errors take what the message was made of, and that is gone.
  if (found !== undefined) Object.setPrototypeOf(error, found.prototype);
  const own = (value: string) => ({ value, writable: true, configurable: true });
  Object.defineProperty(error, "name", own(parts.name));
  if (parts.stack !== undefined) Object.defineProperty(error, "stack", own(parts.stack));
  return parts.code === undefined ? error : Object.assign(error, { code: parts.code });
}
