/** A look whose knobs may move over time. */
import type { Look, PixelNetwork } from "synthconv/look";
import { courseAt } from "../../frame/knob-course.js";
import {
  type AskedLook,
  type LookOptions,
  type SettingsOverTime,
  synthesizeAsAsked,
} from "../../frame/look-options.js";
import type { ClipOptions } from "./clip-options.js";

export interface LookOverTime {
  /** At the first frame: the settings of photos, where none moves. */
  readonly asked: AskedLook;
  /** Knobs that move, by name. */
  readonly moving: readonly string[];
  /** @param seconds of the clip. Times of the same settings share one network. */
  networkAt(seconds: number): PixelNetwork;
}

/** @throws {UsageError} when a knob does not exist, or a point of its course lies outside its range. */
export function lookOverTime(
  look: Look,
  options: Omit<LookOptions, "set"> &
    Pick<ClipOptions, "start" | "ease"> & { readonly set: SettingsOverTime },
): LookOverTime {
  const { set, start = 0, ease = false } = options;
  const askedAt = (seconds: number): AskedLook => {
    const values = Object.entries(set).map(([name, value]) => {
      return [name, typeof value === "number" ? value : courseAt(value, seconds, ease)] as const;
    });
    return synthesizeAsAsked(look, { ...options, set: Object.fromEntries(values) });
  };
  const courses = Object.entries(set).flatMap(([name, value]) =>
    typeof value === "number" ? [] : [{ name, points: value }],
  );
  for (const { points } of courses) for (const { time } of points) askedAt(time);
  const asked = askedAt(start);
  let last: AskedLook = asked;
  let lastTime = start;
  return {
    asked,
    moving: courses.map(({ name }) => name),
    networkAt(seconds) {
      if (courses.length > 0 && seconds !== lastTime) last = askedAt(seconds);
      lastTime = seconds;
      return last.network;
    },
  };
}
