import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Progress } from "../../src/node/progress.js";
import {
  formatDuration,
  type ProgressState,
  progressBar,
  progressLine,
} from "../../src/node/progress-text.js";
import { cellWidth } from "../../src/node/text-width.js";

const halfway: ProgressState = {
  label: "train",
  done: 2000,
  total: 4000,
  unit: "steps",
  elapsedSeconds: 4,
  rate: 500,
  fields: { loss: "0.00123" },
};

/** A stream that remembers what was written, and a clock that stands still until it is moved. */
function stage({ isTTY = true, columns = 80 } = {}) {
  const written: string[] = [];
  let milliseconds = 0;
  return {
    written,
    stream: { isTTY, columns, write: (text: string) => written.push(text) },
    now: () => milliseconds,
    pass: (time: number) => {
      milliseconds += time;
    },
    /** What the terminal shows in its last line. */
    lastLine: () => written.join("").split("\r\u001b[2K").join("\n").split("\n").at(-1),
  };
}

const unicode = { LANG: "en_US.UTF-8" };

describe("progressBar", () => {
  it("shows bar, count, rate, time left and further fields", () => {
    expect(progressBar(halfway, { columns: 80, unicode: true })).toBe(
      "train █████████████              2,000/4,000 steps 500/s 0:04 left loss 0.00123",
    );
    expect(progressBar(halfway, { columns: 72, unicode: false })).toBe(
      "train [########........] 2,000/4,000 steps 500/s 0:04 left loss 0.00123",
    );
  });

  it("moves by eighths of a cell", () => {
    expect(progressBar({ ...halfway, done: 1100 }, { columns: 70, unicode: true })).toContain(" ████▍  ");
  });

  it("has no bar where nobody knows the total", () => {
    const text = progressBar({ ...halfway, total: undefined, label: "read" }, { columns: 80, unicode: true });
    expect(text).toBe("read 2,000 steps 500/s 0:04 loss 0.00123");
  });

  it("never takes the last cell of the line, whatever the width and the words", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        fc.string({ unit: "grapheme" }),
        fc.nat(10_000),
        fc.option(fc.nat(10_000), { nil: undefined }),
        (columns, showsUnicode, label, done, total) => {
          const text = progressBar({ ...halfway, label, done, total }, { columns, unicode: showsUnicode });
          expect(cellWidth(text)).toBeLessThan(columns);
        },
      ),
    );
  });
});

describe("progressLine", () => {
  it("says the same in a sentence for a log", () => {
    expect(progressLine(halfway)).toBe("train: 50% 2,000/4,000 steps 500/s 0:04 left loss 0.00123");
    expect(progressLine({ ...halfway, rate: 0.04, done: 3999 })).toBe(
      "train: 99% 3,999/4,000 steps 25 s each 0:25 left loss 0.00123",
    );
  });

  it("counts one thing in the singular", () => {
    const one = { ...halfway, total: undefined, done: 1, unit: "steps" };
    expect(progressLine(one)).toContain(" 1 step ");
    expect(progressLine({ ...one, total: 1, unit: "photos" })).toContain(" 1/1 photo ");
    expect(progressLine({ ...one, total: 17 })).toContain(" 1/17 steps ");
  });
});

describe("formatDuration", () => {
  it("writes minutes and seconds, and hours where there are any", () => {
    expect([0.4, 7, 59.6, 750, 3723].map(formatDuration)).toEqual([
      "0:00",
      "0:07",
      "1:00",
      "12:30",
      "1:02:03",
    ]);
  });
});

describe("Progress on a terminal", () => {
  it("draws from the first second on, ten times a second at most, and leaves a clear line", () => {
    const { written, stream, now, pass, lastLine } = stage();
    const progress = new Progress({
      label: "train",
      total: 100,
      unit: "steps",
      stream,
      now,
      environment: unicode,
    });
    for (let step = 1; step <= 99; step++) {
      pass(10);
      progress.update(step);
    }
    expect(written).toEqual([]); // 0.99 s
    pass(10);
    progress.update(100);
    expect(written).toHaveLength(1);
    pass(50);
    progress.update(100);
    expect(written).toHaveLength(1);
    pass(60);
    progress.update(100, { loss: "0.5" });
    expect(lastLine()).toContain("100/100 steps 90/s 0:01 loss 0.5");
    progress.finish();
    expect(lastLine()).toBe("");
    expect(written.join("")).not.toContain("\n");
  });

  it("follows the width of the window", () => {
    const terminal = stage({ columns: 100 });
    const stream = { ...terminal.stream };
    const { now, pass, written } = terminal;
    const progress = new Progress({
      label: "train",
      total: 100,
      unit: "steps",
      stream,
      now,
      environment: unicode,
    });
    pass(2000);
    progress.update(50);
    stream.columns = 20;
    pass(2000);
    progress.update(60);
    const [wide, narrow] = written.map((text) => cellWidth(text.replace("\r\u001b[2K", "")));
    expect(wide).toBeGreaterThan(50);
    expect(narrow).toBeLessThan(20);
  });

  it("makes room for other lines and comes back", () => {
    const { written, stream, now, pass, lastLine } = stage();
    const progress = new Progress({
      label: "apply",
      total: 4,
      unit: "photos",
      stream,
      now,
      environment: unicode,
    });
    pass(2000);
    progress.update(2);
    progress.around(() => stream.write("bad.jpg: truncated\n"));
    expect(written[1]).toBe("\r\u001b[2K");
    expect(written[2]).toBe("bad.jpg: truncated\n");
    expect(lastLine()).toContain("2/4 photos");
  });

  it("goes away at Ctrl-C and writes nothing more", () => {
    const { written, stream, now, pass, lastLine } = stage();
    const controller = new AbortController();
    const { signal } = controller;
    const progress = new Progress({ label: "train", total: 9, unit: "steps", stream, now, signal });
    pass(2000);
    progress.update(3);
    controller.abort();
    expect(lastLine()).toBe("");
    const { length } = written;
    pass(2000);
    progress.update(4);
    progress.finish();
    expect(written).toHaveLength(length);
  });

  it("leaves the preparation before the first unit out of the rate, and says nothing of the time left before the second", () => {
    const { stream, now, pass, lastLine } = stage({ columns: 120 });
    const progress = new Progress({ label: "train", total: 16_000, unit: "steps", stream, now });
    pass(3000);
    progress.update(1);
    expect(lastLine()).toContain("1/16,000 steps 0:03");
    pass(1000);
    progress.update(1001);
    expect(lastLine()).toContain("1,001/16,000 steps 1,000/s 0:15 left");
    progress.finish();
  });

  it("counts the rate of a resumed work from where it went on", () => {
    const { stream, now, pass, lastLine } = stage();
    const progress = new Progress({ label: "train", total: 400, done: 300, unit: "steps", stream, now });
    progress.update(300);
    pass(2000);
    progress.update(320);
    expect(lastLine()).toContain("320/400 steps 10/s 0:08 left");
  });

  it("shows the share and the rest of the time where the time ends the work before its steps do", () => {
    const { written, stream, now, pass } = stage({ isTTY: false });
    const total = 1_000_000_000;
    const progress = new Progress({ label: "train", total, timeLimit: 10, unit: "steps", stream, now });
    progress.update(1);
    pass(4000);
    progress.update(4001);
    expect(written).toEqual(["train: 40% 4,001/1,000,000,000 steps 1,000/s 0:06 left\n"]);
    pass(4000);
    progress.update(999_999_000);
    expect(written.at(-1)).toMatch(/^train: 99% .* 0:00 left/);
    progress.finish();
  });
});

describe("Progress elsewhere", () => {
  it.each([
    ["a log file", { isTTY: false }, {}],
    ["a terminal that cannot draw over a line", { isTTY: true }, { TERM: "dumb" }],
  ])("writes plain lines to %s, rarer the longer it takes", (_name, options, environment) => {
    const { written, stream, now, pass } = stage(options);
    const progress = new Progress({ label: "train", total: 3600, unit: "steps", stream, now, environment });
    for (let second = 1; second <= 3599; second++) {
      pass(1000);
      progress.update(second);
    }
    progress.finish();
    expect(written[0]).toBe("train: 0% 2/3,600 steps 1/s 59:58 left\n");
    expect(written.at(-1)).toBe("train: 99% 3,599/3,600 steps 1/s 0:01 left\n");
    expect(written.length).toBeLessThan(150);
    expect(written.every((line) => line.endsWith("\n") && !line.includes("\u001b"))).toBe(true);
  });

  it("writes nothing at all when it is silent or the work is short", () => {
    for (const silent of [true, false]) {
      const { written, stream, now, pass } = stage({ isTTY: false });
      const progress = new Progress({ label: "train", unit: "steps", stream, now, silent });
      pass(silent ? 100_000 : 500);
      progress.update(1);
      progress.finish();
      expect(written).toEqual([]);
    }
  });
});
