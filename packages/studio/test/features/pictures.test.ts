import { describe, expect, it } from "vitest";
import { type Pictured, sortPictures } from "../../src/features/start/pictures.js";

/** `hald i 64` is a table that changes nothing, `hald t 64` one that does, `flat ? 64` one in two orders, `beach 64` a photo. */
function pictured(text: string): Pictured {
  const words = text.split(" ");
  const [path, size] = [words[0] as string, Number(words.at(-1))];
  const kind = words.length === 3 ? words[1] : undefined;
  const formats = kind === "?" ? ["Hald image", "LUT strip"] : ["Hald image"];
  const table = kind !== undefined && { table: { formats, isIdentity: kind === "i", notes: [] } };
  return {
    path,
    file: { name: path } as File,
    identity: { kind: "photo", width: size, height: size, ...table },
  };
}

/** `before>after`, `=table`, `0idle`, and single ones by themselves, in the order of their names. */
function sorted(...texts: string[]): string[] {
  const { pairs, tables, idle, single } = sortPictures(texts.map(pictured));
  return [
    ...pairs.map(({ before, after }) => `${before.path}>${after.path}`),
    ...tables.map(({ path }) => `=${path}`),
    ...idle.map(({ path }) => `0${path}`),
    ...single.map(({ path }) => path),
  ].sort();
}

describe("pictures that are dropped at once", () => {
  it.each([
    ["two tables, each by itself", ["warm t 64", "cold t 64"], ["=cold", "=warm"]],
    ["two of one stem", ["a/film.png t 64", "b/film.png t 64"], ["=a/film.png", "=b/film.png"]],
    ["two of short names", ["film-a t 64", "film-b t 64"], ["=film-a", "=film-b"]],
    ["a pair of tables by their names", ["film-edited t 64", "film t 64"], ["film>film-edited"]],
    ["a table and a photo", ["warm t 64", "beach 300"], ["=warm", "beach"]],
    ["a table beside two photos", ["DSC_1 300", "warm t 64", "DSC_2 300"], ["=warm", "DSC_1>DSC_2"]],
    ["two photos", ["DSC_1 300", "DSC_2 300"], ["DSC_1>DSC_2"]],
    ["the identity and what was made of it", ["made t 64", "hald i 64"], ["hald>made"]],
    ["the identity and what an app left no table of", ["made 64", "hald i 64"], ["hald>made"]],
    ["the identity beside a table of another size", ["made t 125", "hald i 64"], ["=hald", "=made"]],
    ["the identity alone", ["hald i 64"], ["=hald"]],
    ["the identity and two tables", ["a t 64", "hald i 64", "b t 64"], ["0hald", "=a", "=b"]],
    ["two identities of two sizes", ["a t 64", "i i 64", "b t 125", "j i 125"], ["i>a", "j>b"]],
    ["a pair whose colours may be a table", ["flat ? 64", "flat-edited 64"], ["flat>flat-edited"]],
    ["a table in one order or the other", ["flat ? 64"], ["flat"]],
  ])("are %s", (_, texts, expected) => {
    expect(sorted(...texts)).toEqual(expected);
  });

  it("are all used once, whatever they are", () => {
    const words = ["warm", "warm-edited", "DSC_1", "b", "x/before/1", "x/after/1"];
    for (let seed = 0; seed < 500; seed++) {
      const texts = Array.from({ length: 1 + (seed % 6) }, (_, nth) => {
        const kind = ["", " i", " t", " ?"][(seed * 3 + nth * 7 + (seed >> 3)) % 4];
        return `${words[(seed + nth) % words.length]}${kind} ${[64, 125][(seed + nth * nth) % 2]}`;
      });
      const { pairs, tables, idle, single } = sortPictures(texts.map(pictured));
      const used = [...pairs.flatMap(({ before, after }) => [before, after]), ...tables, ...idle, ...single];
      expect(used.map(({ path }) => path).sort(), texts.join()).toEqual(
        texts.map((text) => text.split(" ")[0]).sort(),
      );
    }
  });
});
