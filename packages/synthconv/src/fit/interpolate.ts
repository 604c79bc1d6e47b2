/** What lies between settings of a knob that were trained: curves through them that leave their neighbours nowhere. */
import { allocate, type FloatArray } from "../core/float-array.js";

/** What colours become at one setting. */
export interface KnobPoint {
  readonly at: number;
  /** `[3,n]`, 0 to 1. */
  readonly planes: FloatArray;
}

/** A setting between two, and the neighbours beyond, undefined at the ends. */
export interface KnobSegment {
  readonly at: number;
  readonly before: KnobPoint | undefined;
  readonly low: KnobPoint;
  readonly high: KnobPoint;
  readonly after: KnobPoint | undefined;
}

/** Values this close to 0 or 1 are cut off: what the curve would be beyond is not known. */
const CUT = 0.002;
/** How much steeper or flatter a curve may go on beyond a cut. */
const MAX_BEND = 4;

/**
 * What the colours become at the setting, `[3,n]`.
 *
 * Each value follows the mean of the parabolas through its two and the neighbour on either side (Overhauser, 1968), held
 * between the two: it rises where they rise. A value that is cut off at 0 or 1 tells nothing of the curve; where a
 * channel's other values go on from the two settings before it by some factor of their slope, so does this one, and is
 * cut off again. Of straight lines, parabolas and monotone cubics none came as near to seven transforms with a knob
 * (exposure, saturation, warmth, ...) between three settings of it.
 */
export function interpolate({ at, before, low, high, after }: KnobSegment): FloatArray {
  const length = low.planes.length;
  const result = allocate("float32", length);
  for (let channel = 0; channel < 3; channel++) {
    const [from, to] = [(channel * length) / 3, ((channel + 1) * length) / 3];
    const ends = {
      before: before && continuation(before, low, high, from, to),
      low: after && continuation(low, high, after, from, to),
      high: before && continuation(high, low, before, from, to),
      after: after && continuation(after, high, low, from, to),
    };
    for (let entry = from; entry < to; entry++) {
      const [least, most] = ordered(low.planes[entry] as number, high.planes[entry] as number);
      const value = curveAt(
        at,
        ends.before?.(entry),
        ends.low?.(entry) ?? valueOfPoint(low, entry),
        ends.high?.(entry) ?? valueOfPoint(high, entry),
        ends.after?.(entry),
      );
      result[entry] = Math.min(Math.max(value, least), most);
    }
  }
  return result;
}

/** A setting, and one value there. */
interface CurvePoint {
  readonly at: number;
  readonly value: number;
}

function curveAt(
  at: number,
  before: CurvePoint | undefined,
  low: CurvePoint,
  high: CurvePoint,
  after: CurvePoint | undefined,
): number {
  const straight = low.value + ((high.value - low.value) * (at - low.at)) / (high.at - low.at);
  if (isCut(low.value) || isCut(high.value)) return straight;
  const left = before && parabola(at, before, low, high);
  const right = after && parabola(at, low, high, after);
  if (left !== undefined && right !== undefined) return (left + right) / 2;
  return left ?? right ?? straight;
}

/**
 * The values at `end`; one that is cut off is what the two settings before it go on to, where that is beyond the cut.
 *
 * @param from,to the entries of one channel.
 */
function continuation(
  end: KnobPoint,
  near: KnobPoint,
  far: KnobPoint,
  from: number,
  to: number,
): (entry: number) => CurvePoint {
  const slopeOf = (a: KnobPoint, b: KnobPoint, entry: number): number =>
    ((b.planes[entry] as number) - (a.planes[entry] as number)) / (b.at - a.at);
  const isKnown = ({ planes }: KnobPoint, entry: number): boolean => !isCut(planes[entry] as number);
  let [products, squares] = [0, 0];
  for (let entry = from; entry < to; entry++) {
    if (!isKnown(end, entry) || !isKnown(near, entry) || !isKnown(far, entry)) continue;
    const slope = slopeOf(far, near, entry);
    products += slope * slopeOf(near, end, entry);
    squares += slope * slope;
  }
  const bend = squares === 0 ? 1 : Math.min(Math.max(products / squares, 1 / MAX_BEND), MAX_BEND);
  return (entry) => {
    const cut = end.planes[entry] as number;
    if (!isCut(cut) || !isKnown(near, entry) || !isKnown(far, entry)) return { at: end.at, value: cut };
    const reached = (near.planes[entry] as number) + bend * slopeOf(far, near, entry) * (end.at - near.at);
    return { at: end.at, value: cut > 0.5 ? Math.max(reached, cut) : Math.min(reached, cut) };
  };
}

function valueOfPoint({ at, planes }: KnobPoint, entry: number): CurvePoint {
  return { at, value: planes[entry] as number };
}

/** Beyond 0 to 1 a value is one that goes on, and not cut off. */
function isCut(value: number): boolean {
  return (value >= 0 && value <= CUT) || (value >= 1 - CUT && value <= 1);
}

function ordered(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}

/** Newton's form of the parabola through three points. */
function parabola(at: number, a: CurvePoint, b: CurvePoint, c: CurvePoint): number {
  const first = (b.value - a.value) / (b.at - a.at);
  const second = (c.value - b.value) / (c.at - b.at);
  return a.value + (at - a.at) * (first + ((at - b.at) * (second - first)) / (c.at - a.at));
}
