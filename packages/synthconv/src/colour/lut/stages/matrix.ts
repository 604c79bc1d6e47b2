import { isListOf, type Kind, kind, NUMBER } from "../../../core/index.js";
import { type RgbTriple, TRIPLE } from "../tables.js";
import { checkFinite, kindNamed, type StageKind } from "./stage.js";

export interface MatrixStage {
  readonly kind: "matrix";
  /** Nine numbers, row by row: the first row makes red out of red, green and blue. */
  readonly matrix: readonly number[];
  /** Added afterwards. */
  readonly offset: RgbTriple;
}

const NINE: Kind<readonly number[]> = kind(
  "nine numbers",
  (value) => isListOf(NUMBER, value) && value.length === 9,
);
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export const matrix: StageKind<MatrixStage> = {
  kind: "matrix",
  fields: { kind: kindNamed("matrix"), matrix: NINE, offset: TRIPLE },
  check(where, stage) {
    for (const row of [0, 3, 6]) {
      checkFinite(where, { matrix: stage.matrix.slice(row, row + 3) as unknown as RgbTriple });
    }
    checkFinite(where, { offset: stage.offset });
  },
  prepare({ matrix: entries, offset }) {
    if (entries.every((entry, at) => entry === IDENTITY[at]) && offset.every((one) => one === 0)) {
      return undefined;
    }
    const [rr = 0, rg = 0, rb = 0, gr = 0, gg = 0, gb = 0, br = 0, bg = 0, bb = 0] = entries;
    const [toRed, toGreen, toBlue] = offset;
    return (colour) => {
      const [red = 0, green = 0, blue = 0] = colour;
      colour[0] = rr * red + rg * green + rb * blue + toRed;
      colour[1] = gr * red + gg * green + gb * blue + toGreen;
      colour[2] = br * red + bg * green + bb * blue + toBlue;
    };
  },
};
