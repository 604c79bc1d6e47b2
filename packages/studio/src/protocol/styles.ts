/** Which sources are styles of the look that is learned from them. */
import type { Knob } from "synthconv/fit";
import { editOf, type Source } from "./training.js";

/**
 * A table or a chart says an edit by itself, and two of them at the same setting of the knobs say two: then each is a style of
 * its own, and the pairs, which say one edit together, are one as well.
 *
 * @returns a name for each source, undefined where one network can learn them all.
 */
export function stylesOf(sources: readonly Source[], knobs: readonly Knob[]): readonly string[] | undefined {
  const settings = sources
    .filter(({ kind }) => kind !== "pair")
    .map(({ settings }) => JSON.stringify(knobs.map(({ name, default: usual }) => settings[name] ?? usual)));
  if (new Set(settings).size === settings.length) return undefined;
  const firstPair = sources.findIndex(({ kind }) => kind === "pair");
  const edits = [...sources.keys()].filter((at) => sources[at]?.kind !== "pair" || at === firstPair);
  const names = styleNames(edits.map((at) => stemOf(sources[at] as Source)));
  const nameOf = (at: number): string => names[edits.indexOf(at)] as string;
  return sources.map(({ kind }, at) => nameOf(kind === "pair" ? firstPair : at));
}

function stemOf(source: Source): string {
  return editOf(source).name.replace(/\.[^.]*$/, "");
}

/** As styles are named: letters, digits, `_`, `-`, `+` and `.`; each once. */
export function styleNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9_+.-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "");
    const base = plain === "" ? "look" : plain;
    let one = base;
    for (let nth = 2; taken.has(one); nth++) one = `${base}-${nth}`;
    taken.add(one);
    return one;
  });
}
