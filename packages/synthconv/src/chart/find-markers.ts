/**
 * Finds the markers: squares of which every line through the center is dark, light, dark, light, dark in the proportions
 * 1:1:3:1:1 (the finder patterns of QR codes, ISO/IEC 18004, 6.3.3), or light where those are dark: a filter may invert.
 */
import { BoxSums } from "../core/box-sums.js";

export interface FoundMarker {
  /** Its center, in pixels from the upper left corner of the picture. */
  readonly x: number;
  readonly y: number;
  /** Pixels of a module. */
  readonly module: number;
}

export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, on any scale. */
  readonly data: Float32Array;
}

const PROPORTIONS = [1, 1, 3, 1, 1] as const;
const MODULES = 7;
/** A run may be off by this share of a module: blur and JPEG move edges by a pixel, and modules have 2 at least. */
const TOLERANCE = 0.6;
const MIN_MODULE = 1.8;
/** Share of the shorter side over which light and dark are told apart: more than a marker, less than a vignette. */
const WINDOW = 1 / 16;

export function findMarkers(picture: GreyPicture): FoundMarker[] {
  const isLight = threshold(picture);
  const { width, height } = picture;
  const hits: FoundMarker[] = [];
  for (let y = 0; y < height; y++) {
    for (const across of crossings(isLight, y * width, 1, width)) {
      const x = Math.floor(across.center);
      const vertical = crossingAt(isLight, x, width, height, y);
      if (vertical === undefined || !isAlike(vertical.module, across.module)) continue;
      hits.push({ x: across.center, y: vertical.center, module: (across.module + vertical.module) / 2 });
    }
  }
  return clusters(hits);
}

/** Whether each pixel is lighter than the mean of those around it. */
function threshold({ width, height, data }: GreyPicture): Uint8Array {
  const radius = Math.max(4, Math.round((Math.min(width, height) * WINDOW) / 2));
  const around = new BoxSums(data, width, height);
  const isLight = new Uint8Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const mean = around.mean(x - radius, y - radius, x + radius + 1, y + radius + 1);
      if ((data[pixel] as number) > mean) isLight[pixel] = 1;
    }
  }
  return isLight;
}

interface Crossing {
  readonly center: number;
  readonly module: number;
}

/** All along one line of pixels. */
function* crossings(isLight: Uint8Array, first: number, step: number, length: number): Generator<Crossing> {
  const starts: number[] = [];
  for (let at = 0; at <= length; at++) {
    const changes =
      at === 0 || at === length || isLight[first + at * step] !== isLight[first + (at - 1) * step];
    if (!changes) continue;
    starts.push(at);
    if (starts.length < 6) continue;
    const found = crossingOf(starts.slice(-6));
    if (found !== undefined) yield found;
  }
}

/** The one whose middle run holds the pixel `at` of the column. */
function crossingAt(
  isLight: Uint8Array,
  first: number,
  step: number,
  length: number,
  at: number,
): Crossing | undefined {
  const edge = (from: number, direction: 1 | -1): number => {
    let to = from;
    const value = isLight[first + from * step];
    while (
      to + direction >= 0 &&
      to + direction < length &&
      isLight[first + (to + direction) * step] === value
    )
      to += direction;
    return to;
  };
  const edges: number[] = [];
  let [up, down] = [at, at];
  for (let run = 0; run < 3; run++) {
    up = edge(up, -1);
    down = edge(down, 1);
    edges.unshift(up);
    edges.push(down + 1);
    up--;
    down++;
    if (run < 2 && (up < 0 || down >= length)) return undefined;
  }
  return crossingOf(edges);
}

/** Six edges of five runs. */
function crossingOf(edges: readonly number[]): Crossing | undefined {
  const [start, end] = [edges[0] as number, edges[5] as number];
  const module = (end - start) / MODULES;
  if (module < MIN_MODULE) return undefined;
  const fits = PROPORTIONS.every((modules, run) => {
    const pixels = (edges[run + 1] as number) - (edges[run] as number);
    return Math.abs(pixels - modules * module) <= TOLERANCE * module * Math.sqrt(modules);
  });
  return fits ? { center: (start + end) / 2, module } : undefined;
}

function isAlike(one: number, other: number): boolean {
  return Math.abs(one - other) <= 0.5 * Math.max(one, other);
}

/** Lines through the same core are one marker: the mean of them. A single line is chance. */
function clusters(hits: readonly FoundMarker[]): FoundMarker[] {
  const groups: FoundMarker[][] = [];
  for (const hit of hits) {
    const group = groups.find(([first]) => {
      if (first === undefined || !isAlike(first.module, hit.module)) return false;
      return Math.max(Math.abs(first.x - hit.x), Math.abs(first.y - hit.y)) < 3 * hit.module;
    });
    if (group === undefined) groups.push([hit]);
    else group.push(hit);
  }
  const mean = (group: readonly FoundMarker[], of: (hit: FoundMarker) => number): number =>
    group.reduce((sum, hit) => sum + of(hit), 0) / group.length;
  return groups
    .filter((group) => group.length > 1)
    .map((group) => ({
      x: mean(group, ({ x }) => x),
      y: mean(group, ({ y }) => y),
      module: mean(group, ({ module }) => module),
    }));
}
