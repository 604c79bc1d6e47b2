import { describe, expect, it } from "vitest";
import { type FileRef, type Source, styleNames, stylesOf } from "../../src/protocol/index.js";

const KNOBS = [
  { name: "amount", minimum: 0, maximum: 1, default: 1 },
  { name: "warmth", minimum: -1, maximum: 1, default: 0 },
];

const file = (name: string): FileRef => ({ key: name, name, blob: new Blob() });

/** `lut warm.cube`, `chart a.jpg warmth=1`, `pair b.jpg` */
function source(text: string): Source {
  const [kind, name = "", ...set] = text.split(" ");
  const settings = Object.fromEntries(set.map((one) => [one.split("=")[0], Number(one.split("=")[1])]));
  const rest = { id: text, settings };
  if (kind === "lut") return { kind, lut: file(name), ...rest };
  if (kind === "chart") return { kind, photo: file(name), ...rest };
  return { kind: "pair", before: file("before.jpg"), after: file(name), ...rest };
}

const named = (...texts: string[]) => stylesOf(texts.map(source), KNOBS);

describe("sources are styles", () => {
  it("where tables or charts say several edits at one setting", () => {
    expect(named("lut warm.cube", "lut cold.png")).toEqual(["warm", "cold"]);
    expect(named("lut a/warm.cube", "lut warm.cube")).toEqual(["a-warm", "warm"]);
    expect(named("chart warm.jpg", "lut warm.cube")).toEqual(["warm", "warm-2"]);
    expect(named("lut a.cube warmth=0", "lut b.cube amount=1")).toEqual(["a", "b"]);
  });

  it("with the pairs, which say one together, as another", () => {
    expect(named("lut a.cube", "pair x.jpg", "lut b.cube", "pair y.jpg")).toEqual(["a", "x", "b", "x"]);
  });

  it("nowhere else: pairs, one table, tables at settings of their own", () => {
    expect(named("pair a.jpg", "pair b.jpg")).toBeUndefined();
    expect(named("pair a.jpg", "lut b.cube")).toBeUndefined();
    expect(named("lut a.cube warmth=-1", "lut b.cube", "chart c.png warmth=1")).toBeUndefined();
    expect(named()).toBeUndefined();
  });

  it("named after looks, as styles are named, each once", () => {
    expect(styleNames(["Évening film", "Evening film", "夜", "", "1.2+x_y", "-a-"])).toEqual([
      ...["E-vening-film", "Evening-film", "look", "look-2", "1.2+x_y", "a"],
    ]);
  });
});
