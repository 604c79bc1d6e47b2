/**
 * A network on coded frames in float64, straight from the definition: whole planes, one after the other, each sum over
 * all samples that may count. Of the library it takes the spline, which tests of clips hold against zscale.
 */
import { type PixelNetwork, spline36, type YCbCrFrame, type YCbCrLayout } from "../library.js";
import { outputByDefinition } from "./network-definition.js";

/** [height, width] */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

export interface CodedCall {
  readonly network: PixelNetwork;
  readonly share: number;
  readonly width: number;
  readonly height: number;
  readonly source: YCbCrFrame;
  readonly target: YCbCrLayout;
}

/** The planes of the target before they are rounded, and the image in RGB, [3, P], that the network was given. */
export function codedByDefinition(call: CodedCall): { planes: Plane[]; image: Float64Array } {
  const { network, share, source, target } = call;
  const [width, height] = workedSides(call);
  const [luma, blueness, redness] = decoded(call, width, height) as [Plane, Plane, Plane];
  const { red: kr, blue: kb } = source.layout.matrix;
  const pixels = width * height;
  const image = new Float64Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const [y, cb, cr] = [luma, blueness, redness].map(({ data }) => data[i] as number) as [
      number,
      number,
      number,
    ];
    const [r, b] = [y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb];
    // From Y' = Kr R' + Kg G' + Kb B'.
    const g = (y - kr * r - kb * b) / (1 - kr - kb);
    [r, g, b].forEach((value, channel) => {
      image[channel * pixels + i] = cut(value);
    });
  }
  const output = outputByDefinition(network, { data: image, pixels });
  const rgb = image.map((from, at) => cut(from + share * ((output[at] as number) - from)));
  return { planes: encoded(rgb, call, target, width, height), image };
}

/** Even sides where colours stand for pairs of pixels: the last column and row count once more. */
function workedSides({ width, height, source, target }: CodedCall): [number, number] {
  const inPairs = [source.layout, target].some(({ chroma }) => chroma.includes(1));
  return inPairs ? [2 * Math.ceil(width / 2), 2 * Math.ceil(height / 2)] : [width, height];
}

function decoded({ source, width, height }: CodedCall, toWidth: number, toHeight: number): Plane[] {
  const { layout, planes } = source;
  const [across, down] = layout.chroma;
  return planes.map((codes, nth) => {
    const stored =
      nth === 0 ? [width, height] : [Math.ceil(width / 2 ** across), Math.ceil(height / 2 ** down)];
    const { zero, span } = scaleOf(layout, nth);
    const data = Float64Array.from(codes, (code) => (code - zero) / span);
    const plane = { width: stored[0] as number, height: stored[1] as number, data };
    const rows =
      nth > 0 && down === 1 ? widened(turned(plane), layout.siting[1]) : repeated(turned(plane), toHeight);
    return nth > 0 && across === 1
      ? widened(turned(rows), layout.siting[0])
      : repeated(turned(rows), toWidth);
  });
}

function encoded(
  rgb: Float64Array,
  { width, height }: CodedCall,
  layout: YCbCrLayout,
  w: number,
  h: number,
): Plane[] {
  const { red: kr, blue: kb } = layout.matrix;
  const pixels = w * h;
  const planes = [0, 1, 2].map(() => ({ width: w, height: h, data: new Float64Array(pixels) }));
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [0, 1, 2].map((channel) => rgb[channel * pixels + i] as number) as [
      number,
      number,
      number,
    ];
    const y = kr * r + (1 - kr - kb) * g + kb * b;
    [y, (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))].forEach((value, nth) => {
      (planes[nth] as Plane).data[i] = value;
    });
  }
  return planes.map((plane, nth) => {
    const [across, down] = nth === 0 ? [0, 0] : layout.chroma;
    const rows = down === 1 ? turned(narrowed(turned(plane), layout.siting[1])) : plane;
    const small = across === 1 ? narrowed(rows, layout.siting[0]) : rows;
    const { zero, span } = scaleOf(layout, nth);
    const [columns, lines] = [Math.ceil(width / 2 ** across), Math.ceil(height / 2 ** down)];
    const data = new Float64Array(columns * lines);
    for (let i = 0; i < data.length; i++) {
      data[i] = (small.data[Math.floor(i / columns) * small.width + (i % columns)] as number) * span + zero;
    }
    return { width: columns, height: lines, data };
  });
}

/** ITU-T H.273, 8.3: what a code stands for is (code - zero) / span. */
function scaleOf({ bits, range }: YCbCrLayout, nth: number): { zero: number; span: number } {
  const unit = 2 ** (bits - 8);
  const zero = nth === 0 ? (range === "full" ? 0 : 16 * unit) : 128 * unit;
  if (range === "full") return { zero, span: 2 ** bits - 1 };
  return { zero, span: (nth === 0 ? 219 : 224) * unit };
}

function turned({ width, height, data }: Plane): Plane {
  const other = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++)
    other[(i % width) * height + Math.floor(i / width)] = data[i] as number;
  return { width: height, height: width, data: other };
}

/** The last column again, up to a width. */
function repeated(plane: Plane, width: number): Plane {
  return resampled(plane, width, (x, at) => at(Math.min(x, plane.width - 1)));
}

/** Twice as wide: pixel x lies at (x - siting) / 2 among the colours. */
function widened(plane: Plane, siting: number): Plane {
  return resampled(plane, 2 * plane.width, (x, at) => {
    const place = (x - siting) / 2;
    return mean(Math.floor(place) - 3, Math.ceil(place) + 3, (c) => spline36(c - place), plane.width, at);
  });
}

/** Half as wide: colour c lies at 2 c + siting among the pixels, whose distances count half. */
function narrowed(plane: Plane, siting: number): Plane {
  return resampled(plane, plane.width / 2, (c, at) => {
    const place = 2 * c + siting;
    return mean(2 * c - 6, 2 * c + 8, (x) => spline36((x - place) / 2), plane.width, at);
  });
}

function mean(
  first: number,
  last: number,
  weightOf: (at: number) => number,
  count: number,
  valueAt: (at: number) => number,
): number {
  let [sum, weights] = [0, 0];
  for (let at = first; at <= last; at++) {
    const weight = weightOf(at);
    // Mirrored beyond the sides; of very narrow planes the last one.
    const inside = at < 0 ? -1 - at : at >= count ? 2 * count - 1 - at : at;
    sum += weight * valueAt(Math.min(Math.max(inside, 0), count - 1));
    weights += weight;
  }
  return sum / weights;
}

function resampled(
  { width: from, height, data }: Plane,
  width: number,
  sampleOf: (x: number, at: (column: number) => number) => number,
): Plane {
  const made = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const at = (column: number): number => data[y * from + column] as number;
    for (let x = 0; x < width; x++) made[y * width + x] = sampleOf(x, at);
  }
  return { width, height, data: made };
}

function cut(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
