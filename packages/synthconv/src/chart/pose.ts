/** Where a picture has the chart: the affine map from the chart's pixels to the picture's that fits the markers. */
import { LeastSquares } from "../core/least-squares.js";
import type { FoundMarker } from "./find-markers.js";
import { CHART_SIDE, MARKERS, MODULE, type Place } from "./layout.js";

/** `x' = xx x + xy y + x0`, `y' = yx x + yy y + y0`: from the chart's center to pixels of the picture. */
export interface Pose {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export function placed(pose: Pose, { x, y }: Place): Place {
  return { x: pose.xx * x + pose.xy * y + pose.x0, y: pose.yx * x + pose.yy * y + pose.y0 };
}

/** Pixels of the picture for one of the chart, in the mean of both directions. */
export function scaleOf({ xx, xy, yx, yy }: Pose): number {
  return Math.sqrt(Math.abs(xx * yy - xy * yx));
}

/** As the chart looks to one who turned it by quarters, or through a mirror: markers look the same in all eight. */
export function symmetriesOf(pose: Pose): Pose[] {
  const { xx, xy, yx, yy } = pose;
  return [
    pose,
    { ...pose, xx: -xx, yx: -yx },
    { ...pose, xx: xy, xy: -xx, yx: yy, yy: -yx },
    { ...pose, xx: xy, xy: xx, yx: yy, yy: yx },
  ];
}

interface Match {
  readonly found: FoundMarker;
  readonly marker: Place;
}

/** A found marker lies within a module of where the pose has it; its own module is within this share of the pose's. */
const MODULE_TOLERANCE = 0.35;
/** Of nine: any three in a triangle would place some chance finds, four agree by chance hardly ever. */
const FEWEST = 4;

/** Undefined where the finds do not lie as the chart's markers do. The chart may be turned by a few degrees. */
export function poseOf(found: readonly FoundMarker[]): Pose | undefined {
  let best: readonly Match[] = [];
  for (const one of found) {
    for (const other of found) {
      if (other.x - one.x < Math.abs(other.y - one.y) * 4) continue;
      for (const hypothesis of hypotheses(one, other)) {
        const matches = matchesOf(hypothesis, found);
        if (matches.length > best.length && spans(matches)) best = matches;
      }
    }
  }
  if (best.length < FEWEST) return undefined;
  // Matches of the first guess, then those of what fits them.
  return fitPose(spansOr(matchesOf(fitPose(best), found), best));
}

/** Both on the horizontal arm of the cross, without a change of shape. */
function hypotheses(one: FoundMarker, other: FoundMarker): Pose[] {
  const arm = MARKERS.filter(({ y }) => y === 0);
  const poses: Pose[] = [];
  for (const from of arm) {
    for (const to of arm) {
      if (to.x <= from.x) continue;
      const [xx, yx] = [(other.x - one.x) / (to.x - from.x), (other.y - one.y) / (to.x - from.x)];
      const module = MODULE * Math.hypot(xx, yx);
      if ([one, other].some((hit) => Math.abs(hit.module - module) > MODULE_TOLERANCE * module)) continue;
      const [x0, y0] = [one.x - xx * from.x, one.y - yx * from.x];
      // Taller or wider by up to a quarter is what a careless export does.
      for (const shape of [1, 0.85, 1.15]) {
        poses.push({ xx, xy: -yx * shape, x0, yx, yy: xx * shape, y0 });
      }
    }
  }
  return poses;
}

function matchesOf(pose: Pose, found: readonly FoundMarker[]): Match[] {
  const module = MODULE * scaleOf(pose);
  return MARKERS.flatMap((marker) => {
    const { x, y } = placed(pose, marker);
    const near = found.filter(
      (hit) =>
        Math.hypot(hit.x - x, hit.y - y) < 4 * module &&
        Math.abs(hit.module - module) < MODULE_TOLERANCE * module,
    );
    const [nearest] = near.sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y));
    return nearest === undefined ? [] : [{ found: nearest, marker }];
  });
}

/** Markers of one arm alone say nothing of the other direction. */
function spans(matches: readonly Match[]): boolean {
  return matches.some(({ marker }) => marker.y !== 0) && matches.some(({ marker }) => marker.x !== 0);
}

function spansOr(matches: readonly Match[], otherwise: readonly Match[]): readonly Match[] {
  return matches.length >= otherwise.length && spans(matches) ? matches : otherwise;
}

function fitPose(matches: readonly Match[]): Pose {
  const system = new LeastSquares(3, 2);
  for (const { marker, found } of matches) {
    // In units of the chart's side, so that all three unknowns weigh alike.
    system.add(Float64Array.of(marker.x / CHART_SIDE, marker.y / CHART_SIDE, 1), [found.x, found.y], 1);
  }
  const [xx, yx, xy, yy, x0, y0] = system.solve(0) as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    ...{ xx: xx / CHART_SIDE, xy: xy / CHART_SIDE, x0 },
    ...{ yx: yx / CHART_SIDE, yy: yy / CHART_SIDE, y0 },
  };
}
