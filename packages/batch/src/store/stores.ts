/** The kinds of places, tried in this order. */
import { UsageError } from "synthconv-cli/internal";
import { folder } from "./folder.js";
import { s3 } from "./s3.js";
import type { Store, StoreKind } from "./store.js";

export const STORE_KINDS: readonly StoreKind[] = [s3, folder];

/** @throws {UsageError} for an address of no kind that is known. */
export function openStore(address: string): Store {
  for (const kind of STORE_KINDS) {
    const store = kind.open(address);
    if (store !== undefined) return store;
  }
  const examples = STORE_KINDS.map(({ example }) => example).join(" or ");
  throw new UsageError(`expected ${examples}, received ${JSON.stringify(address)}`);
}
