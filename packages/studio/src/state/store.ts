/** Sessions and the library of looks, in the browser's own database. */
import type { LookSetting, SessionRecord } from "./session.js";

/** A look that was put aside. */
export interface KeptLook {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** The look's file. */
  readonly look: Uint8Array;
  /** How it was set when it was put aside; absent in those of earlier versions. */
  readonly set?: LookSetting;
}

const DATABASE = "synthconv-studio";
const VERSION = 1;

type StoreName = "sessions" | "looks";

export class Store {
  #opened: Promise<IDBDatabase> | undefined;

  /** @throws {DOMException} where the browser forbids storage, or is out of it. */
  async save(record: SessionRecord): Promise<void> {
    await this.#write("sessions", (store) => store.put(record));
  }

  /** Newest first. */
  async sessions(): Promise<SessionRecord[]> {
    const all = await this.#read<SessionRecord[]>("sessions", (store) => store.getAll());
    return all.sort((a, b) => b.savedAt - a.savedAt);
  }

  async forgetSession(id: string): Promise<void> {
    await this.#write("sessions", (store) => store.delete(id));
  }

  async keep(look: KeptLook): Promise<void> {
    await this.#write("looks", (store) => store.put(look));
  }

  /** Newest first. */
  async looks(): Promise<KeptLook[]> {
    const all = await this.#read<KeptLook[]>("looks", (store) => store.getAll());
    return all.sort((a, b) => b.savedAt - a.savedAt);
  }

  async forgetLook(id: string): Promise<void> {
    await this.#write("looks", (store) => store.delete(id));
  }

  async #read<Result>(name: StoreName, ask: (store: IDBObjectStore) => IDBRequest): Promise<Result> {
    const transaction = (await this.#open()).transaction(name, "readonly");
    return await resultOf<Result>(ask(transaction.objectStore(name)));
  }

  async #write(name: StoreName, ask: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const transaction = (await this.#open()).transaction(name, "readwrite");
    ask(transaction.objectStore(name));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= open();
    // The next call may find room, or permission.
    this.#opened.catch(() => {
      this.#opened = undefined;
    });
    return this.#opened;
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    for (const name of ["sessions", "looks"]) request.result.createObjectStore(name, { keyPath: "id" });
  };
  return await resultOf<IDBDatabase>(request);
}

function resultOf<Result>(request: IDBRequest): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as Result);
    request.onerror = () => reject(request.error);
  });
}
