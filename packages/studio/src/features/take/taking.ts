/** What the look can be taken away as, and what was asked for. */
import { type Signal, signal } from "@preact/signals";
import { saveFile } from "../../files/index.js";
import type { LinkAnswer, LookAsk, TakeTarget } from "../../protocol/index.js";
import { session, training, worker } from "../../services/index.js";
import { AS_IT_IS, NOTHING_LEARNED, StaleError } from "../../state/index.js";
import { texts as allTexts, lookTexts as texts } from "../../texts/index.js";
import { linkIn } from "./address.js";

export const targets = signal<readonly TakeTarget[]>([]);
export const link = signal<LinkAnswer | undefined>(undefined);
/** Whether the link keeps the knobs. */
export const whole = signal(false);
export const fault = signal("");
/** Why the link in the address gives no look; it stays until another one is opened. */
export const linkFault = signal("");
export const message = signal("");

/** The address of this page, without what stands behind its #. */
const base = (): string => location.href.split("#", 1)[0] as string;

/** @param stop aborted when the look moves on: a knob must not wait for tables. */
export async function measure(look: LookAsk, name: string, stop: AbortSignal): Promise<void> {
  await told(fault, async () => {
    const asked = { look, name, target: undefined };
    targets.value = (await worker.ask("take", asked, { latest: "targets", signal: stop })).targets;
  });
}

export async function makeLink(look: LookAsk, isWhole: boolean, stop?: AbortSignal): Promise<void> {
  await told(fault, async () => {
    const asked = { look, base: base(), whole: isWhole };
    link.value = await worker.ask("link", asked, { latest: "link", ...(stop && { signal: stop }) });
  });
}

export async function save(look: LookAsk, name: string, target: string): Promise<void> {
  await told(fault, async () => {
    const { file } = await worker.ask("take", { look, name, target });
    if (file !== undefined) saveFile(file);
  });
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    message.value = texts.take.copied;
  } catch {
    message.value = texts.take.notCopied;
  }
}

/** The look behind the address's #, if there is one; it takes the place of the look at hand, and undo brings that back. */
export async function openLink(): Promise<void> {
  const text = linkIn(location.hash);
  if (text === undefined) return;
  await told(linkFault, async () => {
    const { bytes, strength } = await worker.ask("unlink", text);
    const { schema } = await identity(bytes);
    training.drop();
    session.change(
      {
        ...{ look: bytes, sources: [], ...AS_IT_IS, strength, knobs: schema.condition },
        name: allTexts.session.untitled,
      },
      undefined,
      { ...NOTHING_LEARNED, phase: "finished", error: schema.error },
    );
    message.value = texts.take.opened;
    // A reload opens the session, with what was changed since.
    history.replaceState(null, "", base());
  });
}

async function identity(bytes: Uint8Array) {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const found = await worker.ask("identify", { key: "link", name: "link.safetensors", blob });
  if (found.kind !== "look") throw new Error(texts.take.nothing);
  return found;
}

/** What fails is a sentence there. */
async function told(there: Signal<string>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    there.value = "";
  } catch (error) {
    if (!(error instanceof StaleError)) there.value = (error as Error).message;
  }
}
