/** The looks that were put aside: kept in the browser's database, shown from here. */
import { signal } from "@preact/signals";
import { session, store, training, worker } from "../../services/index.js";
import { AS_IT_IS, type KeptLook, lookAskOf } from "../../state/index.js";
import { texts } from "../../texts/index.js";

/** Newest first. */
export const looks = signal<readonly KeptLook[]>([]);
/** The last one that was deleted, until it is brought back or another one goes. */
export const deleted = signal<KeptLook | undefined>(undefined);
/** What went wrong, for the person. */
export const fault = signal("");

export async function readLooks(): Promise<void> {
  await tried(async () => {
    looks.value = await store.looks();
  });
}

/** The look at hand, under its name. */
export async function keepLook(): Promise<void> {
  const { look, name, values, strength, pad } = session.state.value;
  if (look === undefined) return;
  const set = { values, strength, pad };
  await put({ id: crypto.randomUUID(), name, savedAt: Date.now(), look, set });
}

export async function renameLook(kept: KeptLook, name: string): Promise<void> {
  await put({ ...kept, name });
}

export async function duplicateLook(kept: KeptLook): Promise<void> {
  const name = texts.library.copyOf(kept.name);
  await put({ ...kept, id: crypto.randomUUID(), name, savedAt: Date.now() });
}

export async function deleteLook(kept: KeptLook): Promise<void> {
  await tried(async () => {
    await store.forgetLook(kept.id);
    deleted.value = kept;
    looks.value = await store.looks();
  });
}

export async function bringBack(): Promise<void> {
  const kept = deleted.value;
  if (kept === undefined) return;
  await put(kept);
  deleted.value = undefined;
}

/** In place of the look at hand, which undo brings back. */
export async function openLook({ name, look, set }: KeptLook): Promise<void> {
  const blob = new Blob([Uint8Array.from(look)]);
  const identity = await worker.ask("identify", { key: name, name: `${name}.safetensors`, blob });
  if (identity.kind !== "look") return;
  training.drop();
  session.openLook(name, look, identity.schema, set);
}

/** Ids of the looks that are to be blended, in the order in which they were chosen. */
export const chosen = signal<readonly string[]>([]);

export function choose({ id }: KeptLook, isChosen: boolean): void {
  const others = chosen.value.filter((one) => one !== id);
  chosen.value = isChosen ? [...others, id] : others;
}

/** The chosen looks as the styles of one, in place of the look at hand, which undo brings back. */
export async function blendLooks(): Promise<void> {
  const kept = chosen.value.flatMap((id) => looks.value.filter((one) => one.id === id));
  try {
    const asked = kept.flatMap(({ name, look: bytes, set = AS_IT_IS }) => {
      const look = lookAskOf({ look: bytes, ...set });
      return look === undefined ? [] : [{ name, look }];
    });
    const { bytes, schema } = await worker.ask("merge", { looks: asked });
    training.drop();
    session.openLook(kept.map(({ name }) => name).join(" + "), bytes, schema);
    chosen.value = [];
    fault.value = "";
  } catch (error) {
    fault.value = (error as Error).message;
  }
}

async function put(kept: KeptLook): Promise<void> {
  await tried(async () => {
    await store.keep(kept);
    looks.value = await store.looks();
  });
}

async function tried(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    fault.value = "";
  } catch (error) {
    fault.value = texts.library.notKept(String(error));
  }
}
