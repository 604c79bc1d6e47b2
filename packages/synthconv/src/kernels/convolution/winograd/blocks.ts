/** Blocks of Winograd's tiles: how a target is cut into them, and the pixels that they are made of. */
import { noteChoice } from "../../../core/choices.js";
import { copyEntries, copyRun } from "../../../core/copy.js";
import { addressOf } from "../../../core/index.js";
import { BYTES, roundUp } from "../../base/memory.js";
import type { Correlation, Sampling, Sides } from "../geometry/correlation.js";
import type { Planes } from "../geometry/correlator.js";
import type { WinogradMemory } from "./memory.js";
import type { PlanesAt, TileGrid, Window } from "./planes.js";

// README.md, constants.
const BLOCK_NUMBERS = 1 << 17;

/** A kernel's side, and how far a tile reaches beyond its 2 x 2 results. */
export const SIDE = 3;
const HALO = 2;

/** Results from (row, column) on. */
export interface Rectangle {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/** Results, and the tiles that they take. */
export interface Block extends Rectangle {
  readonly grid: TileGrid;
}

/** Groups of 4 tiles that a block may have, for a number of planes in and out; two groups are a panel. */
export function groupsFor(planes: number): number {
  return Math.max(2, 2 * Math.floor(BLOCK_NUMBERS / (16 * 8 * planes)));
}

/** Cuts a target into blocks of at most `most` groups of 4 tiles: whole rows of tiles where they fit. */
export function blocksOf([height, width]: Sides, most: number): Block[] {
  const across = Math.min(most, Math.ceil(width / 8));
  const down = Math.min(Math.ceil(height / 2), Math.floor(most / across));
  const blocks: Block[] = [];
  for (let row = 0; row < height; row += 2 * down) {
    for (let column = 0; column < width; column += 8 * across) {
      const [rows, columns] = [Math.min(2 * down, height - row), Math.min(8 * across, width - column)];
      const grid = { rows: Math.ceil(rows / 2), groups: Math.ceil(columns / 8) };
      blocks.push({ row, column, height: rows, width: columns, grid });
    }
  }
  return blocks;
}

/** How a target of a width is cut, for those who observe choices. */
export function blocksTaken([first, second]: readonly Block[], [, width]: Sides): string {
  if (second === undefined) return "one block";
  return (first as Block).width < width ? "blocks of parts of rows" : "blocks of whole rows";
}

/** Panels of 8 tiles that a block fills. */
export function panelsOf({ rows, groups }: TileGrid): number {
  return Math.ceil((rows * groups) / 2);
}

/** Numbers that the largest of the blocks, which is the first, takes. */
export function mostOf(blocks: readonly Block[]): {
  readonly panels: number;
  /** Pixels of a plane, with those around the results. */
  readonly plane: number;
  readonly line: number;
} {
  const [first] = blocks;
  if (first === undefined) return { panels: 0, plane: 0, line: 0 };
  const { height, width, grid } = first;
  // A line holds whole groups, and the vector that a group reads beyond its 8 columns.
  return {
    panels: panelsOf(grid),
    plane: (height + HALO) * (width + HALO),
    line: roundUp(8 * grid.groups + 4, 16),
  };
}

/** The same results as fewer, larger rectangles: blocks that lie below each other become one. */
export function joined(blocks: readonly Rectangle[]): Rectangle[] {
  const columnwise = [...blocks].sort((a, b) => a.column - b.column || a.row - b.row);
  const rectangles: Rectangle[] = [];
  for (const { row, column, height, width } of columnwise) {
    const last = rectangles.at(-1);
    const follows = last?.column === column && last.row + last.height === row;
    if (follows) rectangles[rectangles.length - 1] = { ...last, height: last.height + height };
    else rectangles.push({ row, column, height, width });
  }
  return rectangles;
}

/** A part of a correlation's results as a correlation of its own. */
export function partOf(correlation: Correlation, { row, column, height, width }: Rectangle): Correlation {
  const moved = ({ origin, ...rest }: Sampling): Sampling => {
    return { ...rest, origin: [origin[0] + row, origin[1] + column] };
  };
  return {
    ...correlation,
    planes: correlation.planes.map(moved),
    size: [height, width],
    target: moved(correlation.target),
  };
}

/**
 * The pixels under a block, or with no `halo` at its results, of several planes: those in the image. They are copied to the stage
 * unless they are whole rows of results of the step.
 */
export function readWindow(
  { image: [height, width], origin }: Sampling,
  block: Block,
  halo: typeof HALO | 0,
  planes: Planes,
  count: number,
  { floats, stage, hasResults }: WinogradMemory,
): Window & PlanesAt {
  const [top, left] = [origin[0] + block.row, origin[1] + block.column];
  const firstRow = Math.max(0, top);
  const firstColumn = Math.max(0, left);
  const rows = Math.max(0, Math.min(height, top + block.height + halo) - firstRow);
  const columns = Math.max(0, Math.min(width, left + block.width + halo) - firstColumn);
  const window = { rows, columns, top: firstRow - top, left: firstColumn - left };
  if (rows === 0 || columns === 0) {
    noteChoice("winograd", "window outside of the image");
    return { ...window, rows: 0, columns: 0, left: 0, at: stage * BYTES, planeBytes: 0 };
  }
  noteChoice("winograd", columns === width ? "window of whole rows" : "window of parts of rows");
  let from = planes.start + firstRow * width + firstColumn;
  const address = hasResults && columns === width ? addressOf(planes.data, from) : undefined;
  noteChoice("kernel reads", address === undefined ? "a copy" : "in place");
  if (address !== undefined) return { ...window, at: address, planeBytes: height * width * BYTES };
  let at = stage;
  for (let plane = 0; plane < count; plane++) {
    if (columns === width) copyEntries(planes.data, from, from + rows * width, floats, at);
    else {
      for (let row = 0; row < rows; row++) {
        copyRun(planes.data, from + row * width, floats, at + row * columns, columns);
      }
    }
    from += height * width;
    at += rows * columns;
  }
  return { ...window, at: stage * BYTES, planeBytes: rows * columns * BYTES };
}

/** Where the results of a block are to be written: at their place, where that is whole rows of results of the step, or in the stage. */
export function placeOfResults(
  { image: [height, width], origin }: Sampling,
  block: Block,
  planes: Planes,
  { stage, hasResults }: WinogradMemory,
): PlanesAt {
  const from = planes.start + (origin[0] + block.row) * width;
  const address = hasResults && block.width === width ? addressOf(planes.data, from) : undefined;
  noteChoice("kernel writes", address === undefined ? "a copy" : "in place");
  return address === undefined
    ? { at: stage * BYTES, planeBytes: block.height * block.width * BYTES }
    : { at: address, planeBytes: height * width * BYTES };
}

/** Copies the results of a block to their places in several planes, unless they lie there. */
export function writeResults(
  { image: [height, width], origin }: Sampling,
  block: Block,
  { floats, stage }: WinogradMemory,
  written: PlanesAt,
  planes: Planes,
  count: number,
): void {
  if (written.at !== stage * BYTES) return;
  let to = planes.start + (origin[0] + block.row) * width + origin[1] + block.column;
  let at = stage;
  const numbers = block.height * block.width;
  for (let plane = 0; plane < count; plane++) {
    if (block.width === width) copyEntries(floats, at, at + numbers, planes.data, to);
    else {
      for (let row = 0; row < block.height; row++) {
        copyRun(floats, at + row * block.width, planes.data, to + row * width, block.width);
      }
    }
    to += height * width;
    at += numbers;
  }
}
