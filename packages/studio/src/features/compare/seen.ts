/** What is seen of the photo: its part before, and what the look does to it. */
import { computed, effect, signal } from "@preact/signals";
import type { CropAsk, Examination, FileRef, LookAsk, Picture, SizeAnswer } from "../../protocol/index.js";
import { session, training, worker } from "../../services/index.js";
import { lookAskOf, StaleError } from "../../state/index.js";
import { FITTED, type Part, type Place, partOf, type Size } from "./zoom.js";

export const place = signal<Place>(FITTED);
/** Of the page's place for the photo, in pixels of the screen. */
export const view = signal<Size>({ width: 0, height: 0 });
/** Photo, its size, and the edit that belongs to it. */
export const photo = signal<
  (SizeAnswer & { readonly ref: FileRef; readonly edit: FileRef | undefined }) | undefined
>(undefined);
/** With what was asked of the worker for it, who keeps it. */
export const before = signal<
  { readonly part: Part; readonly picture: Picture; readonly crop: CropAsk } | undefined
>(undefined);
/** The look that is drawn: while one is learned, the one before it. */
export const shownLook = signal<LookAsk | undefined>(undefined);
export const examination = signal<Examination | undefined>(undefined);
/** What the differences are to: the edit, unless there is none or its pixels lie elsewhere. */
export const against = signal<"edit" | "before" | "moved">("before");
export const fault = signal("");

/** Pixels that are examined: as many as tell shares to a tenth of a per cent, and CIEDE2000 of more takes seconds. */
const EXAMINED_PIXELS = 250_000;
/** How long nothing moves before a picture is examined, milliseconds. */
const REST = 250;

/** The look as it is set; undefined where there is none. */
export const look = computed<LookAsk | undefined>(() => lookAskOf(session.state.value));

const hasLook = computed(() => look.value !== undefined);

/** Until it is learned a look is watched elsewhere, and the worker has the learning to do. */
const isMoving = computed(() => ["preparing", "learning"].includes(session.learned.value.phase));

/** The first pair, or else what the training shows. */
const shownPair = computed(() => session.state.value.sources.find((source) => source.kind === "pair"));

/** Follows the session until it is ended. */
export function follow(): () => void {
  const ends = [
    effect(() => {
      const pair = shownPair.value;
      // Before there is a look nobody looks: to open a photo, or to draw one, would keep the worker from what is waited for.
      if (!hasLook.value) return;
      void told(async () => {
        const ref = pair?.kind === "pair" ? pair.before : await training.photo();
        const edit = pair?.kind === "pair" ? pair.after : undefined;
        photo.value = { ...(await worker.ask("size", ref, { latest: "size" })), ref, edit };
      });
    }),
    effect(() => {
      const [one, room, where] = [photo.value, view.value, place.value];
      if (one === undefined || room.width === 0) return;
      const part = partOf(one, room, where);
      void told(async () => {
        const crop = { photo: one.ref, ...part };
        const picture = await worker.ask("crop", crop, { latest: "crop" });
        before.value = { part, picture, crop };
      });
    }),
    effect(() => {
      if (look.value === undefined || !isMoving.value) shownLook.value = look.value;
    }),
    effect(() => {
      const [shown, ask, one] = [before.value, look.value, photo.value];
      if (shown === undefined || ask === undefined || one === undefined || isMoving.value) return;
      const timer = setTimeout(() => void told(() => examine(shown.part, ask, one)), REST);
      return () => clearTimeout(timer);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

async function examine(
  part: Part,
  ask: LookAsk,
  { ref, edit }: { readonly ref: FileRef; readonly edit: FileRef | undefined },
): Promise<void> {
  const scale = Math.min(1, Math.sqrt(EXAMINED_PIXELS / (part.outWidth * part.outHeight)));
  const [outWidth, outHeight] = [part.outWidth, part.outHeight].map((length) =>
    Math.max(1, Math.round(length * scale)),
  ) as [number, number];
  const smaller = { ...part, outWidth, outHeight };
  const picture = await worker.ask("crop", { photo: ref, ...smaller }, { latest: "examined" });
  const to = edit === undefined ? "before" : (await isMoved(ref, edit)) ? "moved" : "edit";
  const other =
    edit === undefined || to === "moved"
      ? undefined
      : await worker.ask("crop", { photo: edit, ...smaller }, { latest: "edit" });
  examination.value = await worker.ask(
    "examine",
    { before: picture, edit: other, look: ask },
    { latest: "examine" },
  );
  against.value = to;
}

/** By the keys of both files. */
const moved = new Map<string, boolean>();

/** Whether the edit had to be aligned: as it is its pixels are those of other places. */
async function isMoved(ref: FileRef, edit: FileRef): Promise<boolean> {
  const key = `${ref.key}\n${edit.key}`;
  const known = moved.get(key);
  if (known !== undefined) return known;
  const { record } = await worker.ask("check", { before: ref, after: edit });
  moved.set(key, record.aligned);
  return record.aligned;
}

/** A sentence for what fails; what is stale was replaced by something newer. */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    fault.value = "";
  } catch (error) {
    if (!(error instanceof StaleError)) fault.value = (error as Error).message;
  }
}
