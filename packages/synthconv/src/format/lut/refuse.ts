import { FormatError } from "../../core/index.js";

/** @throws {FormatError} always. */
export function refuse(where: string, expected: string, received: string, repair?: string): never {
  throw new FormatError({ where, expected, received, ...(repair === undefined ? {} : { repair }) });
}
