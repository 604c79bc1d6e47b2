/** Keeps the session in the store as it goes, and finds it again; one tab holds a session at a time. */
import { effect, type Signal, signal } from "@preact/signals";
import { texts } from "../texts/index.js";
import { hold } from "./hold.js";
import { emptyLook, type LookState, NOTHING_LEARNED, type Session, type SessionRecord } from "./session.js";
import type { Store } from "./store.js";

/** Milliseconds between two writes: a crash loses no more. */
const PERIOD = 400;
/** Sessions that are kept beside the one at hand. */
const KEPT_SESSIONS = 5;

export class Keeper {
  /** What the person should know of the storage; empty where all is well. */
  readonly notice: Signal<string> = signal("");
  readonly #store: Store;
  readonly #session: Session;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, session: Session) {
    this.#store = store;
    this.#session = session;
  }

  /** Opens the newest session that no other tab holds, or a new one, and keeps it from then on. */
  async begin(): Promise<void> {
    const found = await this.#find();
    this.#session.open(found ?? newSession());
    if (found === undefined) await hold(this.#session.id.value);
    effect(() => {
      this.#session.record();
      this.#timer ??= setTimeout(() => this.#save(), PERIOD);
    });
    // The page may be put away for good at any of these.
    addEventListener("pagehide", () => void this.#save());
    document.addEventListener("visibilitychange", () => void this.#save());
  }

  /** Another session in place of the one at hand, which stays in the store. */
  async startNew(state: LookState = emptyLook(texts.session.untitled)): Promise<void> {
    await this.#save();
    this.#session.open({ ...newSession(), state });
    await hold(this.#session.id.value);
  }

  async #find(): Promise<SessionRecord | undefined> {
    try {
      const sessions = await this.#store.sessions();
      for (const { id } of sessions.slice(KEPT_SESSIONS)) await this.#store.forgetSession(id);
      for (const record of sessions.slice(0, KEPT_SESSIONS)) {
        if (!(await hold(record.id))) continue;
        if (record !== sessions[0]) this.notice.value = texts.session.otherTabEarlier;
        return record;
      }
      if (sessions.length > 0) this.notice.value = texts.session.otherTab;
    } catch (error) {
      this.notice.value = texts.session.notStored(String(error));
    }
    return undefined;
  }

  #save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One after the other: an older state must not come last.
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#store.save(this.#session.record());
        if (this.notice.value.startsWith(texts.session.notStored(""))) this.notice.value = "";
      } catch (error) {
        this.notice.value = texts.session.notStored(String(error));
      }
    });
    return this.#writing;
  }
}

function newSession(): SessionRecord {
  return {
    id: crypto.randomUUID(),
    savedAt: Date.now(),
    state: emptyLook(texts.session.untitled),
    learned: NOTHING_LEARNED,
  };
}
