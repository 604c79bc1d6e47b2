/** The folder of --report: a map for each pair of what no look can learn of it, and all of it in numbers. */
import { join } from "node:path";
import type { LocalEdits } from "synthconv/fit";
import { makeFolder, writeFileAtomically } from "synthconv/internal/node";
import { checkOutput } from "../../frame/output-file.js";
import { encodePhoto } from "../../image/encode-photo.js";
import { newPhoto } from "../../image/new-photo.js";
import { heatScale, paintHeat } from "../../report/heat-map.js";
import type { PairDocument } from "./pair-record.js";

const REPORT_FILE = "pairs.json";

/** 255ths at the bright end of a map: what grain and JPEG do stays dark. */
const BRIGHT = 20;
/** Around what was left out. */
const OUTLINE = [0, 255, 255] as const;

export class PairReport {
  readonly #folder: string;
  readonly #force: boolean | undefined;
  readonly #pairs: object[] = [];

  private constructor(folder: string, force: boolean | undefined) {
    this.#folder = folder;
    this.#force = force;
  }

  /** @throws {FileError} when an earlier report is there and `force` is not set. */
  static async open(folder: string, { force }: { force: boolean | undefined }): Promise<PairReport> {
    await checkOutput(join(folder, REPORT_FILE), { force });
    await makeFolder(folder);
    return new PairReport(folder, force);
  }

  async add(pair: PairDocument, edits: LocalEdits & { width: number; height: number }): Promise<void> {
    const { width, height, mask, distance } = edits;
    const map = `pair-${this.#pairs.length + 1}.png`;
    const data = new Uint8Array(3 * width * height);
    paintHeat(
      distance.map((value) => 255 * value),
      BRIGHT,
      data,
    );
    mask.forEach((one, pixel) => {
      const isEdge = [pixel - 1, pixel + 1, pixel - width, pixel + width].some((next) => mask[next] === 0);
      if (one === 1 && isEdge) data.set(OUTLINE, 3 * pixel);
    });
    const path = join(this.#folder, map);
    await checkOutput(path, { force: this.#force });
    await encodePhoto(newPhoto(width, height, data), path);
    this.#pairs.push({ ...pair, map });
  }

  /** The numbers of all pairs. */
  async finish(): Promise<void> {
    const scale = `how far each pixel is from the best colour map, in 255ths: ${heatScale(BRIGHT)}; left out what is outlined`;
    await writeFileAtomically(
      join(this.#folder, REPORT_FILE),
      `${JSON.stringify({ scale, pairs: this.#pairs }, null, 2)}\n`,
    );
  }
}
