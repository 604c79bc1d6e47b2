/** Where photos come from and go to: one object per kind of place, listed in stores.ts. */

/** What a place says of an object without giving its bytes. */
export interface ObjectFacts {
  /** From the store's root on, `/` between folders. */
  readonly key: string;
  readonly size: number;
  /** Another text, another content: an entity tag, or size and time of change as the store's own clock has it. */
  readonly identity: string;
  /** When it was written, by the store's own clock, in milliseconds. */
  readonly modified: number;
}

/** What a search for photos leaves out; filled while it runs. */
export interface LeftOut {
  /** Photos of formats that are not read, by the format's name. */
  readonly unread: Map<string, number>;
  otherFiles: number;
  links: number;
  /** What cannot be planned, and why: names that are no text, keys that would leave the destination, unread folders. */
  readonly refused: { readonly name: string; readonly reason: string }[];
}

/**
 * Objects under one root. Keys are checked to stay below it (`safeKeyFault`); messages name the place and never the
 * credentials, which come from the environment.
 */
export interface Store {
  /** Of its root, without credentials: the same place has the same text on every machine. */
  readonly url: string;
  /** Every object whose key begins so, a page at a time, in one order on every machine. */
  list(prefix: string): AsyncIterable<readonly ObjectFacts[]>;
  /** The photos below the root, a page at a time; hidden names and what lies below `exclude` are not among them. */
  photos(leftOut: LeftOut, exclude: string | undefined): AsyncIterable<readonly ObjectFacts[]>;
  /** Undefined where there is no such object. */
  facts(key: string): Promise<ObjectFacts | undefined>;
  /** The bytes, and the identity that they had; undefined where there is no such object. */
  read(key: string): Promise<{ readonly bytes: Buffer; readonly identity: string } | undefined>;
  /** Whole or not at all, also where two write at once. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The same, where there is none yet; @returns whether it was written. */
  writeNew(key: string, bytes: Uint8Array): Promise<boolean>;
  /** What is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  close(): void;
}

/** A kind of place, known by how its address begins. */
export interface StoreKind {
  readonly name: string;
  /** `s3://bucket/prefix`, for messages. */
  readonly example: string;
  /** Undefined for an address of another kind. */
  open(address: string): Store | undefined;
}

/**
 * A place that refuses or fails, whatever the photo: no rights, a full disk, no connection. The work stops or is tried
 * again later; no photo is blamed.
 */
export class StoreError extends Error {
  readonly code = "STORE";
  override readonly name = "StoreError";
}

export function nothingLeftOut(): LeftOut {
  return { unread: new Map(), otherFiles: 0, links: 0, refused: [] };
}
