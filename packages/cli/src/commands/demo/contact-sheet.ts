/** One picture of the whole demo: the photograph, and what the look makes of it as its knob is turned. */
import type { OverlayOptions } from "sharp";
import { newPhoto } from "../../image/new-photo.js";
import type { Photo } from "../../image/photo.js";
import { sharp } from "../../image/sharp-input.js";
import { labelSvg } from "./stroke-letters.js";

export interface SheetTile {
  readonly photo: Photo;
  /** Setting of the knob, 0 to 1. */
  readonly mix: number;
  readonly note: string;
  /** Training never saw this setting: it is labelled in the accent colour. */
  readonly isNew: boolean;
}

const COLUMNS = 4;
/** Side of a tile, and the room below it for two lines. The photograph of the demo is square. */
const TILE = 173;
const LABEL = 54;
/** Where a tile's slider begins, behind its title. */
const SLIDER_INDENT = 78;
const GAP = 12;
const MARGIN = 24;
const PITCH_X = TILE + GAP;
const PITCH_Y = TILE + LABEL;

const PAPER = "#fbfaf8";
const INK = "#26241f";
const PALE_INK = "#6f6a60";
const ACCENT = "#b4431f";

/** @param tiles eight of them fill the picture: two rows of four. */
export async function contactSheet(original: Photo, tiles: readonly SheetTile[]): Promise<Photo> {
  const rows = Math.ceil(tiles.length / COLUMNS);
  // As tall as the rows beside it.
  const side = rows * PITCH_Y - LABEL;
  const firstTile = MARGIN + side + 2 * GAP;
  const width = firstTile + COLUMNS * PITCH_X - GAP + MARGIN;
  const height = MARGIN + rows * PITCH_Y;
  const places = tiles.map((tile, index) => ({
    ...tile,
    x: firstTile + (index % COLUMNS) * PITCH_X,
    y: MARGIN + Math.floor(index / COLUMNS) * PITCH_Y,
  }));
  const overlay = [
    ...halfMarks(side),
    ...places.flatMap(({ x, y, mix, note, isNew }) => [
      labelSvg(`mix ${mix}`, { x, y: y + TILE + 22, size: 12, colour: isNew ? ACCENT : INK }),
      slider({ x: x + SLIDER_INDENT, y: y + TILE + 16, mix, isNew }),
      labelSvg(note, { x, y: y + TILE + 40, size: 9, colour: isNew ? ACCENT : PALE_INK }),
    ]),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${overlay.join("")}</svg>`;
  const pictures = [
    await shrunk(original, side, MARGIN, MARGIN),
    ...(await Promise.all(places.map(({ photo, x, y }) => shrunk(photo, TILE, x, y)))),
  ];
  const sheet = sharp({ create: { width, height, channels: 3, background: PAPER } })
    .composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .raw();
  return newPhoto(width, height, new Uint8Array(await sheet.toBuffer()));
}

/** The knob as it stands; an open ring where training never saw it stand. */
function slider({ x, y, mix, isNew }: { x: number; y: number; mix: number; isNew: boolean }): string {
  const radius = 5;
  const end = x + TILE - SLIDER_INDENT;
  const handle = x + radius + mix * (end - x - 2 * radius);
  const [fill, stroke] = isNew ? [PAPER, ACCENT] : [INK, INK];
  return (
    `<path d="M${x} ${y}H${end}" stroke="${PALE_INK}" stroke-width="1.2"/>` +
    `<circle cx="${handle.toFixed(1)}" cy="${y}" r="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="1.8"/>`
  );
}

/** What tells the two halves of the photograph apart: a line between them, a bracket and words below each. */
function halfMarks(side: number): string[] {
  const middle = MARGIN + side / 2;
  const bottom = MARGIN + side;
  const half = (left: number, right: number, colour: string, words: string): string[] => [
    `<path d="M${left} ${bottom + 5}v5H${right}v-5" fill="none" stroke="${colour}" stroke-width="1.2"/>`,
    labelSvg(words, { x: (left + right) / 2, y: bottom + 30, size: 11, colour, anchor: "middle" }),
  ];
  return [
    `<path d="M${middle} ${MARGIN}V${bottom}" stroke="#fff" stroke-width="1.5" stroke-dasharray="6 4"/>`,
    ...half(MARGIN + 1, middle - 5, INK, "it learns from this half"),
    ...half(middle + 5, MARGIN + side - 1, ACCENT, "and never sees this one"),
  ];
}

/** The photo as a square of the sheet. */
async function shrunk(photo: Photo, side: number, left: number, top: number): Promise<OverlayOptions> {
  const { width, height, channels, data } = photo;
  const { data: input, info } = await sharp(data, { raw: { width, height, channels } })
    .resize(side, side)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { input, raw: { width: info.width, height: info.height, channels: info.channels }, left, top };
}
