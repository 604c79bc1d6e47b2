import { describe, expect, it } from "vitest";
import { Parameter, tensor } from "../../src/autograd/index.js";
import { factsEvent, readHistoryEvents, stepEvent } from "../../src/doctor/history-events.js";
import type { EventRecord } from "../../src/format/events/index.js";
import type { WatchedParameter, WatchedStep } from "../../src/train/index.js";

const parameter = new Parameter(
  tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
);

function watchedStep(more: Partial<WatchedParameter> = {}): WatchedStep {
  const one: WatchedParameter = {
    ...{ name: "a.weight", parameter, held: true },
    value: Float32Array.of(1, 2, 3, 4, 5, 6),
    gradient: Float32Array.of(0, 0, 0.5, 0, 0, 0),
    update: Float32Array.of(0, 0, -0.25, 0, 0, 0),
    ...more,
  };
  return { step: 7, loss: 0.5, learningRate: 0.25, gradientNorm: 0.5, parameters: [one] };
}

function read(step: WatchedStep) {
  return readHistoryEvents([factsEvent(step, 1), stepEvent(step, 1)], "x");
}

function withFacts(text: string): EventRecord[] {
  return [{ wallTime: 1, step: 0, values: [{ kind: "text", tag: "synthconv/history", text }] }];
}

describe("a history's events", () => {
  it("say what the parameters are and what each did", () => {
    const history = read(watchedStep());
    expect(history?.parameters).toEqual([
      { name: "a.weight", shape: [3, 2], dtype: "float32", trainable: true, held: true },
    ]);
    expect(history?.steps).toHaveLength(1);
    const [step] = history?.steps ?? [];
    expect(step).toMatchObject({ step: 7, loss: 0.5, learningRate: 0.25, gradientNorm: 0.5 });
    const { value, gradient, update, deadUnits } = step?.parameters.get("a.weight") ?? {};
    expect(value).toMatchObject({ sum: 21, sumOfSquares: 91, nonFinite: 0 });
    expect([value?.edges[0], value?.edges.at(-1)]).toEqual([1, 6]);
    expect(gradient?.sumOfSquares).toBe(0.25);
    expect(update?.sum).toBe(-0.25);
    // Two of the three output units got no gradient.
    expect(deadUnits).toBe(2);
  });

  it("keep what is not finite apart from what is", () => {
    const gradient = Float32Array.of(Number.NaN, Infinity, 2, -2, 0, 0);
    const seen = read(watchedStep({ gradient }))?.steps[0]?.parameters.get("a.weight")?.gradient;
    expect(seen).toMatchObject({ nonFinite: 2, sumOfSquares: 8, sum: 0 });
    expect(seen?.counts.reduce((sum, count) => sum + count)).toBe(4);
  });

  it("say that no gradient arrived, and that there was no update", () => {
    const seen = read(watchedStep({ gradient: undefined, update: undefined }))?.steps[0]?.parameters;
    expect(Object.keys(seen?.get("a.weight") ?? {})).toEqual(["value"]);
  });

  it("keep parameters apart whose names have slashes and letters of any script", () => {
    const name = "größe/𠀀/norm";
    expect([...(read(watchedStep({ name }))?.steps[0]?.parameters.keys() ?? [])]).toEqual([name]);
  });

  it("are undefined where another program wrote the events", () => {
    const foreign: EventRecord = {
      wallTime: 1,
      step: 3,
      values: [{ kind: "scalar", tag: "loss", scalar: 1 }],
    };
    expect(readHistoryEvents([foreign], "x")).toBeUndefined();
    expect(readHistoryEvents([], "x")).toBeUndefined();
  });

  it("are refused when a newer build wrote them", () => {
    const facts = withFacts('{"format":"synthconv-history","version":2,"parameters":"of another kind"}');
    expect(() => readHistoryEvents(facts, "run/x")).toThrow(
      "run/x: expected version 1 or older, received version 2. Upgrade synthconv to read this file.",
    );
  });

  it.each([
    ["{", "no JSON"],
    ["null", "nothing"],
    ['{"format":"other","version":1,"parameters":[]}', "another format"],
    ['{"format":"synthconv-history","version":1}', "no parameters"],
    ['{"format":"synthconv-history","version":1,"parameters":[{"name":"a"}]}', "half a parameter"],
  ])("are refused when their facts are %s (%s)", (text) => {
    expect(() => readHistoryEvents(withFacts(text), "run/x")).toThrow(
      "run/x: expected the parameters of a synthconv-history in synthconv/history, received something else. The " +
        "file is damaged, or another program wrote it.",
    );
  });
});
