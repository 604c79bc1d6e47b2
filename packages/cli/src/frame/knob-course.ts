/** A knob that moves over time: `0:0,10s:1` is 0 at the clip's begin and 1 from its tenth second on. */
import { UsageError } from "./failure.js";
import { parseDuration, parseNumber } from "./numbers.js";

export interface CoursePoint {
  /** Seconds of the clip. */
  readonly time: number;
  readonly value: number;
}

/** In the order of time, at least one. */
export type KnobCourse = readonly [CoursePoint, ...CoursePoint[]];

/** @throws {UsageError} when it is none, or its times do not go forward. */
export function parseCourse(where: string, text: string): KnobCourse {
  const points = text.split(",").map((part) => parsePoint(where, text, part));
  const [first, ...others] = points;
  if (first === undefined) throw expected(where, text);
  points.forEach(({ time }, nth) => {
    const before = points[nth - 1]?.time;
    if (before !== undefined && time <= before) {
      throw new UsageError(`${where}: expected times that go forward, received ${time} s after ${before} s`);
    }
  });
  return [first, ...others];
}

function parsePoint(where: string, whole: string, part: string): CoursePoint {
  const [time = "", value, ...rest] = part.split(":").map((word) => word.trim());
  if (value === undefined || rest.length > 0) throw expected(where, whole);
  // A duration is above 0; a course begins there.
  const seconds = Number(time.replace("s", "")) === 0 && time !== "" ? 0 : parseDuration(where, time);
  return { time: seconds, value: parseNumber(where, value) };
}

function expected(where: string, received: string): UsageError {
  return new UsageError(
    `${where}: expected a number, or values over time such as 0:0,10s:1, received ${JSON.stringify(received)}`,
  );
}

/**
 * The value at a time: before the first point and after the last it stands still.
 *
 * @param isEased between two points it starts and ends softly, by 3 x^2 - 2 x^3 in place of x.
 */
export function courseAt(course: KnobCourse, seconds: number, isEased: boolean): number {
  const next = course.findIndex(({ time }) => time > seconds);
  if (next === 0) return course[0].value;
  const from = course[(next < 0 ? course.length : next) - 1] as CoursePoint;
  const to = next < 0 ? undefined : course[next];
  if (to === undefined) return from.value;
  const x = (seconds - from.time) / (to.time - from.time);
  return from.value + (isEased ? x * x * (3 - 2 * x) : x) * (to.value - from.value);
}
