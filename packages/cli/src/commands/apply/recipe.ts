import { createHash } from "node:crypto";
import { ownVersion } from "../../frame/version.js";
import { sharp } from "../../image/sharp-input.js";

/**
 * One name for everything beside the photo that decides the bytes of an output: another look, other settings or
 * another build of the programs that write it have another name.
 */
export function recipeOf(look: Uint8Array, settings: object): string {
  const hash = createHash("sha256").update(look).update("\0");
  // Settings that went through a file come back in another order.
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash.update(JSON.stringify([sorted, ownVersion(), sharp.versions])).digest("hex");
}
