/** What becomes of files that a person gave: pairs, LUTs and looks, and a sentence for each that is none of these. */
import { signal } from "@preact/signals";
import type { LookSchema } from "synthconv/look";
import {
  editOf,
  type FileRef,
  type Identity,
  type PictureTable,
  type Source,
  stylesOf,
} from "../../protocol/index.js";
import { session, training, worker } from "../../services/index.js";
import { AMOUNT_KNOB } from "../../state/index.js";
import { texts } from "../../texts/index.js";
import type { Dropped } from "./pairing.js";
import { type Pictured, sortPictures } from "./pictures.js";

/** What could not be taken, a sentence each; announced to screen readers. */
export const refused = signal<readonly string[]>([]);
/** What became of files that were taken, where that is not plain. */
export const notes = signal<readonly string[]>([]);
/** Files that are being looked at. */
export const looking = signal(0);

/** What was said of files is over: another session, or an example, has the place. */
export function forgetNotes(): void {
  refused.value = [];
  notes.value = [];
}

interface Known extends Dropped {
  readonly ref: FileRef;
  readonly identity: Identity;
}

export async function addFiles(files: readonly Dropped[]): Promise<void> {
  forgetNotes();
  const sources = await foundIn(files);
  // It ends with the first lesson.
  if (sources.length > 0) await addSources(sources);
}

/** What can be learned from; looks are opened. */
async function foundIn(files: readonly Dropped[]): Promise<readonly Source[]> {
  looking.value = files.length;
  try {
    const known = await identified(files);
    const { pairs, tables, idle, single } = sortPictures(known.filter(isPicture));
    const singles = await Promise.all(single.map(sourceOf));
    const sources: Source[] = [
      ...pairs.map(({ before, after }) => pairOf(before.ref, after.ref)),
      ...known.filter(({ identity }) => identity.kind === "lut").map(({ ref }) => lutOf(ref)),
      ...tables.map(({ ref }) => lutOf(ref)),
      ...singles.filter((one) => one !== undefined),
    ];
    notes.value = [
      ...tables.flatMap(({ path, identity: { table } }) => tableNotes(path, table)),
      ...idle.map(({ path }) => texts.start.idle(path)),
    ];
    for (const { ref, identity } of known) {
      if (identity.kind === "look") await openLook(ref, identity.schema);
    }
    return sources;
  } finally {
    looking.value = 0;
  }
}

/** A first lesson begins at once; further ones wait until a person asks for them. */
export async function addSources(added: readonly Source[]): Promise<void> {
  const { sources, name, knobs } = session.state.value;
  const isFirst = sources.length === 0;
  const known = sources.length === 0 && name === texts.session.untitled ? { name: nameFor(added) } : {};
  // A look that was opened may have no knob at all; what is learned here has one to watch.
  const taught = isFirst && knobs.length === 0 ? { knobs: [AMOUNT_KNOB] } : {};
  session.change({ sources: [...sources, ...added], ...known, ...taught });
  if (isFirst) await training.start();
}

export function pairOf(before: FileRef, after: FileRef): Source {
  return { kind: "pair", id: crypto.randomUUID(), before, after, settings: {} };
}

function isPicture(one: Known): one is Known & Pictured {
  return one.identity.kind === "photo";
}

function tableNotes(path: string, table: PictureTable | undefined): readonly string[] {
  return table?.formats.map((format) => texts.start.lutPicture(path, format)).concat(table.notes) ?? [];
}

/** What a photo is that none goes with; a sentence where it is nothing to learn from. */
async function sourceOf({ ref, path, identity }: Known & Pictured): Promise<Source | undefined> {
  const refuse = (sentence: string): undefined => {
    refused.value = [...refused.value, sentence];
  };
  // Of one format alone it would be a table.
  if (identity.table !== undefined) return refuse(texts.start.ambiguous(path, identity.table.formats));
  try {
    const { kind } = await worker.ask("single", ref);
    if (kind === "photo") return refuse(texts.start.single(path));
    return { kind: "chart", id: crypto.randomUUID(), photo: ref, settings: {} };
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function lutOf(lut: FileRef): Source {
  return { kind: "lut", id: crypto.randomUUID(), lut, settings: {} };
}

/** More names are no name. */
const NAMED_STYLES = 4;

/** The edited photo's name, or the LUT's, or those of its styles: what a person would call the look. */
function nameFor(sources: readonly Source[]): string {
  const names = sources.map((source) => editOf(source).name.replace(/\.[^.]*$/, ""));
  const isOfStyles = stylesOf(sources, []) !== undefined && names.length <= NAMED_STYLES;
  return (isOfStyles ? names.join(" + ") : names[0]) || texts.session.untitled;
}

async function identified(files: readonly Dropped[]): Promise<Known[]> {
  const all = await Promise.all(
    files.map(async ({ path, file }): Promise<Known | undefined> => {
      const ref = { key: keyOf(path, file), name: file.name, blob: file };
      try {
        return { path, file, ref, identity: await worker.ask("identify", ref) };
      } catch (error) {
        refused.value = [...refused.value, (error as Error).message];
        return undefined;
      }
    }),
  );
  return all.filter((one) => one !== undefined);
}

function keyOf(path: string, { size, lastModified }: File): string {
  return `${path} ${size} ${lastModified}`;
}

async function openLook({ name, blob }: FileRef, schema: LookSchema): Promise<void> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  training.drop();
  session.openLook(name.replace(/\.[^.]*$/, ""), bytes, schema);
}
