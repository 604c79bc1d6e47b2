import { describe, expect, it } from "vitest";
import { pairUp } from "../../src/features/start/pairing.js";

const dropped = (path: string) => ({ path, file: { name: path } as File });

/** `before>after`, and single ones by themselves. */
function paired(...paths: string[]): string[] {
  const { pairs, single } = pairUp(paths.map(dropped));
  return [
    ...pairs.map(({ before, after }) => `${before.path}>${after.path}`),
    ...single.map(({ path }) => path),
  ];
}

describe("pairs among dropped photos", () => {
  it.each([
    [["before.jpg", "after.jpg"], ["before.jpg>after.jpg"]],
    [["after.png", "before.jpg"], ["before.jpg>after.png"]],
    [["beach-edited.jpg", "beach.jpg"], ["beach.jpg>beach-edited.jpg"]],
    [["IMG_0012_orig.JPG", "IMG_0012.JPG"], ["IMG_0012_orig.JPG>IMG_0012.JPG"]],
    [["beach-a.jpg", "beach-b.jpg"], ["beach-a.jpg>beach-b.jpg"]],
    [["Before Beach.jpg", "After Beach.jpg"], ["Before Beach.jpg>After Beach.jpg"]],
    [
      ["shoot/before/1.jpg", "shoot/before/2.jpg", "shoot/after/1.jpg", "shoot/after/2.jpg"],
      ["shoot/before/1.jpg>shoot/after/1.jpg", "shoot/before/2.jpg>shoot/after/2.jpg"],
    ],
    [["originals/x.dng.jpg", "graded/x.dng.jpg"], ["originals/x.dng.jpg>graded/x.dng.jpg"]],
  ])("by names and folders: %j", (paths, expected) => {
    expect(paired(...paths)).toEqual(expected);
  });

  it("are two photos that nothing tells apart, in the order given", () => {
    expect(paired("DSC_1.jpg", "DSC_2.jpg")).toEqual(["DSC_1.jpg>DSC_2.jpg"]);
  });

  it("are not made of what does not belong together", () => {
    expect(paired("a-before.jpg", "b-before.jpg", "c-after.jpg")).toEqual([
      "a-before.jpg",
      "b-before.jpg",
      "c-after.jpg",
    ]);
    expect(paired("alone.jpg")).toEqual(["alone.jpg"]);
  });

  it("lose no photo and use none twice, whatever the names", () => {
    const words = ["before", "after", "x", "beach", "edited", "1", "2", "in", "b"];
    for (let seed = 0; seed < 300; seed++) {
      const paths = Array.from({ length: 1 + (seed % 7) }, (_, nth) => {
        const at = (offset: number): string =>
          words[(seed * 7 + nth * (3 + offset) + offset) % words.length] as string;
        return `${seed % 2 ? `${at(0)}/` : ""}${at(1)}-${at(2)}-${nth}.jpg`;
      });
      const { pairs, single } = pairUp(paths.map(dropped));
      const used = [...pairs.flatMap(({ before, after }) => [before, after]), ...single];
      expect(used.map(({ path }) => path).sort()).toEqual([...paths].sort());
    }
  });
});
