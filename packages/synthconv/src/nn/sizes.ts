import { ValueError } from "../core/errors.js";

/** @throws {ValueError} naming the first size that is not a whole number of 1 or more. */
export function checkSizes(where: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isSafeInteger(size) && size > 0) continue;
    throw new ValueError({
      where: `${where} ${name}`,
      expected: "a whole number of 1 or more",
      received: String(size),
    });
  }
}
