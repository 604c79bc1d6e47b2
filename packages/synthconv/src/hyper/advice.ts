/** Warnings that teach: what does not stop a hypernetwork, and keeps it from learning well. Each is said once. */
import type { Tensor } from "../autograd/tensor.js";
import { warnOnce } from "../core/warn-once.js";
import type { GeneratorSettings, GeneratorStart } from "../generator/index.js";
import { meanSquareOf } from "./mean-square.js";

interface Written {
  readonly condition: Tensor;
  readonly values: ReadonlyMap<string, Tensor>;
  readonly unread: readonly string[];
  readonly start: GeneratorStart;
  readonly isChange: boolean;
  /** What its kind writes the same for every condition; undefined for a generator of one's own. */
  readonly shared: readonly string[] | undefined;
}

/** Weights of this many numbers that are all 0 or more come from a ReLU: by chance that is one in 2^32. */
const MANY = 32;
/** Ten times the size that initialization counts on, or a tenth, as a mean square. */
const FAR = 100;
/** Paths that one warning names. */
const NAMED = 3;
/** A head of a hundred parameters per number that it writes. */
const HEAVY = 100;

/** What the first call shows. */
export function adviseOnWritten({ condition, values, unread, start, isChange, shared }: Written): void {
  const meanSquare = meanSquareOf(condition);
  const ratio = meanSquare / start.conditionMeanSquare;
  // One that is all zeros says nothing of the size of others.
  if (meanSquare > 0 && (ratio > FAR || ratio < 1 / FAR)) {
    warnOnce(
      `conditions have a mean square of ${meanSquare.toPrecision(3)}, and the first weights are drawn for ${start.conditionMeanSquare}. Scale them to about 1, or say hypernetize(network, { conditionMeanSquare: ${meanSquare.toPrecision(3)} }).`,
    );
  }
  if (unread.length > 0) {
    warnOnce(`the network does not read ${unread.join(", ")}: what is written there never learns.`);
  }
  const isMeant = typeof start.initialization === "object" || start.initialization === "bias" || isChange;
  for (const [path, { data }] of values) {
    if (data.length >= MANY && data.every((value) => value >= 0) && data.includes(0)) {
      warnOnce(
        `every weight of ${path} is 0 or more: a ReLU ends the generator, so the layer can only add up what it reads. End it with a linear layer.`,
      );
    }
  }
  if (isMeant || !differ(condition)) return;
  const same = [...values]
    .filter(([path, value]) => !shared?.includes(path) && !differ(value))
    .map(([path]) => path);
  if (same.length === 0) return;
  const named = `${same.slice(0, NAMED).join(", ")}${same.length > NAMED ? ` and ${same.length - NAMED} more` : ""}`;
  const finding = `${named} ${same.length === 1 ? "is" : "are"} the same for every condition`;
  warnOnce(
    shared === undefined
      ? `${finding}: the generator does not use the condition, or its last layer is 0 and its gradient stops there. Start its last layer with numbers other than 0.`
      : `${finding}: the generator's last layer is 0, and its gradient stops there. Start with hyperfanIn, or declare it: { initialization: "bias" }.`,
  );
}

/** What the sizes show. */
export function adviseOnSizes(settings: GeneratorSettings, parameters: number, numbers: number): void {
  if (parameters <= HEAVY * numbers) return;
  const { hidden = [] } = settings as { readonly hidden?: readonly number[] };
  const few = `hidden: ${JSON.stringify(hidden.map((width) => Math.min(width, 16)))}`;
  warnOnce(
    `the generator has ${parameters} parameters to write ${numbers} numbers. Give it less: { kind: "lowRank", rank: 4, ${few} } or { kind: "chunked", chunkSize: ${Math.max(1, Math.ceil(numbers / 16))}, chunkLength: 8, ${few} }.`,
  );
}

/** Whether the rows of `[B,...]` are not all the same. */
function differ({ data, shape }: Pick<Tensor, "data" | "shape">): boolean {
  const length = data.length / (shape[0] as number);
  return data.some((value, index) => value !== data[index % length]);
}
