/** Which dropped photos belong together: before and after are told by their folders or names, pairs by what is left of these. */

/** A dropped file and where it lay. */
export interface Dropped {
  /** `edits/after/beach.jpg` */
  readonly path: string;
  readonly file: File;
}

export interface Pair<Photo extends Dropped = Dropped> {
  readonly before: Photo;
  readonly after: Photo;
  /** Whether a word of their names or folders says so, of more than two letters: `edited`, and not `b`. */
  readonly isNamed: boolean;
}

export interface Pairing<Photo extends Dropped = Dropped> {
  readonly pairs: readonly Pair<Photo>[];
  /** Photos to which none was found. */
  readonly single: readonly Photo[];
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

interface Told<Photo extends Dropped> {
  readonly dropped: Photo;
  readonly side: Side | undefined;
  /** The word that tells the side is no short one. */
  readonly isNamed: boolean;
  /** The name without what tells the side, for which both of a pair have the same. */
  readonly stem: string;
}

/** Pairs in the order in which their first photo came. Two photos that nothing tells apart are one in the order given. */
export function pairUp<Photo extends Dropped>(photos: readonly Photo[]): Pairing<Photo> {
  const told = photos.map((photo) => tell(photo));
  const pairs: Pair<Photo>[] = [];
  const single: Photo[] = [];
  const groups = new Map<string, Told<Photo>[]>();
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
      const [before, after] = [befores[nth], afters[nth]] as [Told<Photo>, Told<Photo>];
      const isNamed = before.isNamed || after.isNamed;
      pairs.push({ before: before.dropped, after: after.dropped, isNamed });
    }
    single.push(
      ...[...befores.slice(count), ...afters.slice(count), ...others].map(({ dropped }) => dropped),
    );
  }
  return { pairs, single };
}

/** Of such words only longer ones tell anything but at the end of a name: beach-a.jpg. */
const SHORT = 2;

function tell<Photo extends Dropped>(dropped: Photo): Told<Photo> {
  const parts = dropped.path.toLowerCase().split("/");
  const words = wordsOf((parts.pop() ?? "").replace(/\.[^.]*$/, ""));
  const folder = parts.flatMap(wordsOf);
  const told = words.findLast((word, nth) => {
    return sideOf(word) !== undefined && (word.length > SHORT || nth === words.length - 1);
  });
  const telling = told ?? folder.findLast((word) => sideOf(word) !== undefined) ?? "";
  const side = sideOf(telling);
  const stem = words.filter((word) => word !== told).join(" ");
  return { dropped, side, isNamed: telling.length > SHORT, stem };
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

function sideOf(word: string): Side | undefined {
  if (WORDS.before.includes(word)) return "before";
  return WORDS.after.includes(word) ? "after" : undefined;
}
