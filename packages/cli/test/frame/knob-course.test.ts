import { describe, expect, it } from "vitest";
import { courseAt, parseCourse } from "../../src/frame/knob-course.js";

const where = "--set warmth";

describe("a knob that moves over time", () => {
  it("reads times as durations and values as numbers", () => {
    expect(parseCourse(where, "0:0,10s:1, 1.5min:-0.5")).toEqual([
      { time: 0, value: 0 },
      { time: 10, value: 1 },
      { time: 90, value: -0.5 },
    ]);
    expect(parseCourse(where, "0s:0.5")).toEqual([{ time: 0, value: 0.5 }]);
  });

  it("goes in straight lines between points and stands still outside them", () => {
    const course = parseCourse(where, "2:1,4:3,8:-1");
    expect([0, 2, 3, 4, 5, 8, 99].map((time) => courseAt(course, time, false))).toEqual([
      1, 1, 2, 3, 2, -1, -1,
    ]);
  });

  it("starts and ends softly when it is eased, with the same points and middles", () => {
    const course = parseCourse(where, "0:0,10:1");
    expect([0, 5, 10].map((time) => courseAt(course, time, true))).toEqual([0, 0.5, 1]);
    expect(courseAt(course, 1, true)).toBeCloseTo(0.028, 12);
    expect(courseAt(course, 9, true)).toBeCloseTo(0.972, 12);
  });

  it.each([
    ["0:0,0:1", "--set warmth: expected times that go forward, received 0 s after 0 s"],
    ["5:0,1:1", "--set warmth: expected times that go forward, received 1 s after 5 s"],
    ["0:0,10s", '--set warmth: expected a number, or values over time such as 0:0,10s:1, received "0:0,10s"'],
    ["0:0:1", '--set warmth: expected a number, or values over time such as 0:0,10s:1, received "0:0:1"'],
    ["0:warm", '--set warmth: expected a number, received "warm"'],
    ["soon:1", '--set warmth: expected a time such as 90, 90s, 5min or 1h, received "soon"'],
    ["-1:1", '--set warmth: expected a time such as 90, 90s, 5min or 1h, received "-1"'],
    [":1", '--set warmth: expected a time such as 90, 90s, 5min or 1h, received ""'],
  ])("refuses %s", (text, message) => {
    expect(() => parseCourse(where, text)).toThrow(message);
  });
});
