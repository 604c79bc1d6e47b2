/**
 * Many pictures in one hypernetwork: a picture is a small network from a place to a brightness, and its weights are
 * written from the few numbers that are learned for the picture. Between the numbers of two pictures lie others.
 *
 *     node examples/hypernetworks/neural-fields.ts [picture.svg]
 *
 * Some 6 seconds on one core. It needs `npm run setup` before, and Node 22.18 or newer.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  Adam,
  conditions,
  cos,
  hypernetize,
  Linear,
  Module,
  mse,
  multiply,
  ReLU,
  Sequential,
  sigmoid,
  sin,
  stack,
  type Tensor,
  tensor,
} from "synthconv";

const SIDE = 24;
const PIXELS = SIDE * SIDE;

/** What is learned: brightness from 0 to 1 at x and y from -1 to 1. */
export const PICTURES: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (Math.hypot(x, y) < 0.6 ? 1 : 0),
  (x, y) => (Math.abs(x) + Math.abs(y) < 0.7 ? 1 : 0),
  (x) => 0.5 + 0.5 * Math.sin(6 * x),
  (_, y) => (y > 0 ? 0.9 : 0.1),
  (x, y) => Math.exp(-4 * ((x - 0.3) ** 2 + (y + 0.3) ** 2)),
  (x, y) => (Math.max(Math.abs(x), Math.abs(y)) < 0.5 ? 1 : 0),
];

/** From a place, by its waves, to a brightness. */
class Field extends Module {
  readonly body = new Sequential(
    new Linear(8, 16),
    new ReLU(),
    new Linear(16, 16),
    new ReLU(),
    new Linear(16, 1),
  );
  forward(waves: Tensor): Tensor {
    return sigmoid(this.body.forward(waves));
  }
}

export interface FieldsOptions {
  readonly steps: number;
  readonly seed?: number;
}

export interface LearnedFields {
  /** Peak signal to noise of every picture, in dB. */
  readonly psnr: readonly number[];
  /** Brightness, row by row. */
  readonly pictures: readonly ArrayLike<number>[];
}

export function learnFields({ steps, seed = 1 }: FieldsOptions): LearnedFields {
  const network = hypernetize(new Field(), {
    parameters: "all",
    generator: { kind: "full", hidden: [32] },
    condition: conditions.task(PICTURES.length, 4),
  }).initialize({ seed });
  const all = PICTURES.map((_, picture) => picture);
  const waves = stack(all.map(() => wavesOfPlaces()));
  const targets = PICTURES.flatMap((of) => places().map(([x, y]) => of(x, y)));
  const target = tensor(targets, { shape: [PICTURES.length, PIXELS, 1] });
  const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    mse(network.forward(all, waves), target).backward();
    optimizer.step();
  }
  const { data } = network.forward(all, waves);
  const pictures = all.map((picture) => data.slice(picture * PIXELS, (picture + 1) * PIXELS));
  const psnr = pictures.map((values, picture) => {
    const squares = Array.from(
      values,
      (value, i) => (value - (targets[picture * PIXELS + i] as number)) ** 2,
    );
    return -10 * Math.log10(squares.reduce((sum, square) => sum + square, 0) / PIXELS);
  });
  return { psnr, pictures };
}

function places(): (readonly [number, number])[] {
  const along = (i: number): number => (2 * i + 1) / SIDE - 1;
  return Array.from({ length: PIXELS }, (_, i) => [along(i % SIDE), along(Math.floor(i / SIDE))] as const);
}

/** [PIXELS,8]: sines and cosines of two frequencies along x and y. */
function wavesOfPlaces(): Tensor {
  const angles = places().flatMap(([x, y]) =>
    [1.5, 4].flatMap((frequency) => [frequency * x, frequency * y]),
  );
  const phases = tensor(angles, { shape: [PIXELS, 4] });
  return multiply(stack([sin(phases), cos(phases)], 2).reshape([PIXELS, 8]), Math.SQRT2);
}

/** Rows of pictures as squares of grey. */
function drawPictures(rows: readonly (readonly ArrayLike<number>[])[]): string {
  const cell = 4;
  const step = SIDE * cell + 8;
  const squares = rows.flatMap((pictures, row) =>
    pictures.flatMap((values, column) =>
      Array.from(values, (value, i) => {
        const x = column * step + (i % SIDE) * cell;
        const y = row * step + Math.floor(i / SIDE) * cell;
        const grey = Math.round(15 * Math.min(1, Math.max(0, value))).toString(16);
        return `<path d="M${x},${y}h4v4h-4" fill="#${grey.repeat(3)}"/>`;
      }),
    ),
  );
  const [width, height] = [(rows[0]?.length ?? 0) * step, rows.length * step];
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges">`;
  return [open, "<title>Above what was to be learned, below what was</title>", ...squares, "</svg>\n"].join(
    "\n",
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const picture = process.argv[2] ?? "neural-fields.svg";
  const { psnr, pictures } = learnFields({ steps: 800 });
  console.log(`PSNR ${psnr.map((value) => value.toFixed(1)).join("  ")} dB`);
  const truth = PICTURES.map((of) => places().map(([x, y]) => of(x, y)));
  writeFileSync(picture, drawPictures([truth, pictures]));
  console.log(`picture: ${picture}`);
}
