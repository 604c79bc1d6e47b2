/** What pictures that were dropped together are to each other: pairs, tables by themselves, and what is left. */
import type { Identity } from "../../protocol/index.js";
import { type Dropped, type Pair, pairUp } from "./pairing.js";

/** A dropped picture, and what is known of it. */
export interface Pictured extends Dropped {
  readonly identity: Extract<Identity, { kind: "photo" }>;
}

export interface SortedPictures<One extends Pictured> {
  readonly pairs: readonly Pair<One>[];
  /** Tables, each of which is an edit of its own. */
  readonly tables: readonly One[];
  /** Tables that leave colours as they are, beside those that were made of them: nothing is learned from these. */
  readonly idle: readonly One[];
  /** Photos, and pictures that may be one table as well as another, that none goes with. */
  readonly single: readonly One[];
}

/**
 * - Two photos are a pair, by their names or, alone, in their order.
 * - Tables are no pair, unless their names say before and after: each is learned by itself.
 * - A table that leaves colours as they are is what another picture of its size was made from: with one they are a pair; of
 *   several tables each says its edit by itself.
 */
export function sortPictures<One extends Pictured>(pictures: readonly One[]): SortedPictures<One> {
  const tables = pictures.filter(isTable);
  const named = pairUp(tables).pairs.filter(({ isNamed }) => isNamed);
  const isFree = (one: One): boolean => !named.some((pair) => pair.before === one || pair.after === one);
  const photos = pairUp(pictures.filter((one) => !isTable(one)));
  let single = photos.single;
  let edits = tables.filter((one) => isFree(one) && !isIdentity(one));
  const pairs = [...named, ...photos.pairs];
  const idle: One[] = [];
  for (const before of tables.filter((one) => isFree(one) && isIdentity(one))) {
    const made = [...edits, ...single].filter((one) => isSameSize(one, before));
    const [after] = made;
    if (after === undefined) {
      edits = [...edits, before];
    } else if (made.length === 1) {
      pairs.push({ before, after, isNamed: false });
      edits = edits.filter((one) => one !== after);
      single = single.filter((one) => one !== after);
    } else {
      idle.push(before);
    }
  }
  return { pairs, tables: edits, idle, single };
}

function isTable({ identity: { table } }: Pictured): boolean {
  return table?.formats.length === 1;
}

function isIdentity({ identity: { table } }: Pictured): boolean {
  return table?.isIdentity === true;
}

function isSameSize(one: Pictured, other: Pictured): boolean {
  return one.identity.width === other.identity.width && one.identity.height === other.identity.height;
}
