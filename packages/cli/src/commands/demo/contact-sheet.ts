/** One picture that shows the demo: the photograph, and the look's knob moved from left to right. */
import { newPhoto } from "../../image/new-photo.js";
import type { Photo } from "../../image/photo.js";
import { sharp } from "../../image/sharp-input.js";
import { heatColour } from "../../report/heat-map.js";
import { labelSvg } from "./stroke-letters.js";

export interface SheetColumn {
  /** `mix 0.2`. */
  readonly label: string;
  readonly byNetwork: Photo;
  readonly byHand: Photo;
  readonly difference: Photo;
  /** `deltaE 0.35`. */
  readonly caption: string;
}

export interface Sheet {
  readonly photo: Photo;
  readonly columns: readonly SheetColumn[];
  /** What is between the knob and the photograph, from the first to the last. */
  readonly parts: readonly string[];
  /** The difference at the bright end of the heat maps. */
  readonly scale: number;
}

const TILE = { width: 176, height: 264 };
const GAP = 10;
const MARGIN = 44;
const PHOTO_SIDE = 400;
/** Above each row of tiles, for its heading. */
const HEADING = 46;
const TOP = 118;
const TEXT = "#f2f0ec";
const FAINT = "#a9a6a0";
const BACKGROUND = "#17181b";

interface Placed {
  readonly photo: Photo;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export async function contactSheet({ photo, columns, parts, scale }: Sheet): Promise<Photo> {
  const gridLeft = MARGIN + PHOTO_SIDE + MARGIN;
  const width = gridLeft + columns.length * (TILE.width + GAP) - GAP + MARGIN;
  const rowTop = (row: number): number => TOP + row * (HEADING + TILE.height + GAP) + HEADING;
  const height = rowTop(2) + TILE.height + 34 + MARGIN;
  const left = (column: number): number => gridLeft + column * (TILE.width + GAP);
  const tiles: Placed[] = [
    { photo, left: MARGIN, top: rowTop(0), width: PHOTO_SIDE, height: PHOTO_SIDE },
    ...columns.flatMap(({ byNetwork, byHand, difference }, column) =>
      [byNetwork, byHand, difference].map((tile, row) => ({
        photo: tile,
        left: left(column),
        top: rowTop(row),
        ...TILE,
      })),
    ),
  ];
  const labels = [
    titleLabels(width),
    photoLabels(rowTop(0)),
    partsDiagram(rowTop(0) + PHOTO_SIDE + 78, parts),
    ...["written by the network", "the look itself", "the difference"].map((text, row) =>
      labelSvg(text, { x: gridLeft, y: rowTop(row) - 12, size: 14, colour: FAINT }),
    ),
    ...columns.map(({ label }, column) =>
      labelSvg(label, {
        x: left(column) + TILE.width / 2,
        y: TOP + 2,
        size: 18,
        colour: TEXT,
        anchor: "middle",
      }),
    ),
    ...columns.map(({ caption }, column) =>
      labelSvg(caption, {
        x: left(column) + TILE.width / 2,
        y: rowTop(2) + TILE.height + 28,
        size: 14,
        colour: TEXT,
        anchor: "middle",
      }),
    ),
    scaleBar(rowTop(2) + TILE.height - 90, scale),
  ];
  return drawn(width, height, tiles, labels);
}

function titleLabels(width: number): string {
  const title = "one photograph, one look, its knob moved from left to right";
  return labelSvg(title, { x: width / 2, y: 54, size: 24, colour: TEXT, anchor: "middle" });
}

/** The halves of the photograph, named below it and parted by a line. */
function photoLabels(top: number): string {
  const middle = MARGIN + PHOTO_SIDE / 2;
  const bottom = top + PHOTO_SIDE;
  const under = (text: string, x: number): string =>
    labelSvg(text, { x, y: bottom + 30, size: 15, colour: TEXT, anchor: "middle" });
  return [
    labelSvg("the photograph", { x: MARGIN, y: top - 12, size: 14, colour: FAINT }),
    under("trained on", middle - PHOTO_SIDE / 4),
    under("never seen", middle + PHOTO_SIDE / 4),
    `<path d="M${middle} ${bottom + 8}V${bottom + 38}" stroke="${FAINT}" stroke-width="1.5"/>`,
  ].join("");
}

/** Boxes from top to bottom, with an arrow from each to the next. */
function partsDiagram(top: number, parts: readonly string[]): string {
  const box = { height: 46, gap: 30 };
  const middle = MARGIN + PHOTO_SIDE / 2;
  const drawn = parts.map((text, index) => {
    const y = top + index * (box.height + box.gap);
    const frame = `<rect x="${MARGIN + 1}" y="${y}" width="${PHOTO_SIDE - 2}" height="${box.height}" rx="8"`;
    const end = y + box.height + box.gap - 4;
    const arrow = `<path d="M${middle} ${end - box.gap + 8}V${end}m-6-7l6 7l6-7" fill="none" stroke="${FAINT}" stroke-width="1.5"/>`;
    return [
      `${frame} fill="#202226" stroke="#4a4b52"/>`,
      labelSvg(text, { x: middle, y: y + 30, size: 15, colour: TEXT, anchor: "middle" }),
      index < parts.length - 1 ? arrow : "",
    ].join("");
  });
  return drawn.join("");
}

/** The colours of the heat maps, with their scale. */
function scaleBar(top: number, scale: number): string {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const [red, green, blue] = heatColour((scale * i) / 8, scale);
    return `<stop offset="${i / 8}" stop-color="rgb(${red} ${green} ${blue})"/>`;
  });
  const ticks = [0, 0.5, 1].map((share) =>
    labelSvg(`${scale * share}${share === 1 ? "+" : ""}`, {
      x: MARGIN + share * PHOTO_SIDE,
      y: top + 56,
      size: 14,
      colour: FAINT,
      anchor: share === 0 ? "start" : share === 1 ? "end" : "middle",
    }),
  );
  return [
    `<defs><linearGradient id="heat">${stops.join("")}</linearGradient></defs>`,
    labelSvg("difference: deltaE 2000, 1 is just noticeable", {
      x: MARGIN,
      y: top - 12,
      size: 14,
      colour: FAINT,
    }),
    `<rect x="${MARGIN}" y="${top}" width="${PHOTO_SIDE}" height="28" fill="url(#heat)" stroke="#3a3b40"/>`,
    ...ticks,
  ].join("");
}

async function drawn(
  width: number,
  height: number,
  tiles: readonly Placed[],
  labels: readonly string[],
): Promise<Photo> {
  const paper = `<rect width="${width}" height="${height}" fill="${BACKGROUND}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paper}${labels.join("")}</svg>`;
  const layers = await Promise.all(
    tiles.map(async (tile) => ({ input: await pngOf(tile), left: tile.left, top: tile.top })),
  );
  const { data } = await sharp(Buffer.from(svg))
    .composite(layers)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return newPhoto(width, height, data);
}

async function pngOf({ photo, width, height }: Placed): Promise<Buffer> {
  const raw = { width: photo.width, height: photo.height, channels: photo.channels };
  return sharp(photo.data, { raw }).resize(width, height, { fit: "cover", position: "top" }).png().toBuffer();
}
