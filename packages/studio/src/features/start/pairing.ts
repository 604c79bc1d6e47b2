/** Which dropped photos belong together: before and after are told by their folders or names, pairs by what is left of these. */

/** A dropped file and where it lay. */
export interface Dropped {
  /** `edits/after/beach.jpg` */
  readonly path: string;
  readonly file: File;
}

export interface Pairing {
  readonly pairs: readonly { readonly before: Dropped; readonly after: Dropped }[];
  /** Photos to which none was found. */
  readonly single: readonly Dropped[];
}

type Side = "before" | "after";

/** Words that say which side a photo is of, as people and programs write them into names. */
const WORDS: Readonly<Record<Side, readonly string[]>> = {
  before: [
    "before",
    "original",
    "originals",
    "orig",
    "source",
    "raw",
    "unedited",
    "input",
    "in",
    "a",
    "sooc",
  ],
  after: [
    "after",
    "edited",
    "edit",
    "edits",
    "graded",
    "grade",
    "final",
    "retouched",
    "output",
    "out",
    "b",
    "target",
  ],
};

interface Told {
  readonly dropped: Dropped;
  readonly side: Side | undefined;
  /** The name without what tells the side, for which both of a pair have the same. */
  readonly stem: string;
}

/** Pairs in the order in which their first photo came. Two photos that nothing tells apart are one in the order given. */
export function pairUp(photos: readonly Dropped[]): Pairing {
  const told = photos.map(tell);
  const pairs: { before: Dropped; after: Dropped }[] = [];
  const single: Dropped[] = [];
  const groups = new Map<string, Told[]>();
  for (const one of told) groups.set(one.stem, [...(groups.get(one.stem) ?? []), one]);
  const all = groups.size === 2 && photos.length === 2 ? [told] : [...groups.values()];
  for (const group of all) {
    const befores = group.filter(({ side }) => side === "before");
    const afters = group.filter(({ side }) => side === "after");
    const others = group.filter(({ side }) => side === undefined);
    // The side that no word tells is the other one: beach.jpg and beach-edited.jpg.
    if (befores.length === 0) befores.push(...others.splice(0, Math.max(1, afters.length)));
    if (afters.length === 0) afters.push(...others.splice(0, befores.length));
    const count = Math.min(befores.length, afters.length);
    for (let nth = 0; nth < count; nth++) {
      pairs.push({ before: (befores[nth] as Told).dropped, after: (afters[nth] as Told).dropped });
    }
    single.push(
      ...[...befores.slice(count), ...afters.slice(count), ...others].map(({ dropped }) => dropped),
    );
  }
  return { pairs, single };
}

function tell(dropped: Dropped): Told {
  const parts = dropped.path.toLowerCase().split("/");
  const words = wordsOf((parts.pop() ?? "").replace(/\.[^.]*$/, ""));
  const folder = parts.flatMap(wordsOf);
  // Short words tell a side only at the end of a name: beach-a.jpg.
  const told = words.findLast((word, nth) => {
    return sideOf(word) !== undefined && (word.length > 2 || nth === words.length - 1);
  });
  const sideOfFolder = folder.map(sideOf).findLast((one) => one !== undefined);
  const side = told === undefined ? sideOfFolder : sideOf(told);
  const stem = words.filter((word) => word !== told).join(" ");
  return { dropped, side, stem };
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

function sideOf(word: string): Side | undefined {
  if (WORDS.before.includes(word)) return "before";
  return WORDS.after.includes(word) ? "after" : undefined;
}
