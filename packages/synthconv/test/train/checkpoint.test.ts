import { describe, expect, it } from "vitest";
import { SynthconvError, VersionError } from "../../src/core/index.js";
import { readSafetensors, writeSafetensors } from "../../src/format/index.js";
import { setBackend } from "../../src/kernels/index.js";
import {
  Adam,
  AdamW,
  type HistoryRecord,
  Plateau,
  readCheckpoint,
  SGD,
  schedules,
  type TrainOptions,
  trainLoop,
} from "../../src/train/index.js";
import { type Point, pointRun } from "./quadratic.js";

type Change = (run: TrainOptions & { readonly model: Point }) => Partial<TrainOptions>;

const noChange: Change = () => ({});

/** Runs to the end, or for `steps` steps; returns the numbers, the history and every checkpoint by its step. */
async function train(
  change: Change,
  more: { readonly resume?: Uint8Array; readonly abortAfter?: number } = {},
): Promise<{ data: Float32Array; history: HistoryRecord[]; saved: Map<number, Uint8Array> }> {
  const run = pointRun();
  const history: HistoryRecord[] = [];
  const saved = new Map<number, Uint8Array>();
  const controller = new AbortController();
  await trainLoop({
    ...run,
    ...change(run),
    ...(more.resume && { resume: more.resume }),
    signal: controller.signal,
    checkpoint: { every: 10, save: (bytes, step) => void saved.set(step, bytes) },
    history: (record) => {
      history.push(record);
      if (record.step + 1 === more.abortAfter) controller.abort();
    },
  });
  return { data: run.model.position.data as Float32Array, history, saved };
}

const settings: Record<string, Change> = {
  Adam: noChange,
  "AdamW on a cosine": ({ model }) => ({
    optimizer: new AdamW(model.parameters(), { learningRate: 0.1 }),
    schedule: schedules.cosine({ steps: 40 }),
  }),
  "Adam on a plateau, between its measurements": () => ({
    schedule: new Plateau({ factor: 0.5, patience: 1, every: 3 }),
  }),
  "SGD with momentum, clipped": ({ model }) => ({
    optimizer: new SGD(model.parameters(), { learningRate: 0.01, momentum: 0.9, nesterov: true }),
    clip: 5,
  }),
};

describe("resuming", () => {
  describe.each(Object.entries(settings))("%s", (_name, change) => {
    it.each([1, 7, 10, 20, 39])(
      "continues after step %s to the bits of an uninterrupted run",
      async (step) => {
        const whole = await train(change);
        const interrupted = await train(change, { abortAfter: step });
        const resume = interrupted.saved.get(step) as Uint8Array;
        const resumed = await train(change, { resume });
        expect(resumed.data).toEqual(whole.data);
        expect([...interrupted.history, ...resumed.history]).toEqual(whole.history);
        expect(resumed.saved.get(40)).toEqual(whole.saved.get(40));
      },
    );
  });

  it("takes over nothing from the numbers that the resuming program started with", async () => {
    const whole = await train(noChange);
    const changed: Change = ({ model }) => {
      model.initialize({ seed: 999 });
      return {};
    };
    const resumed = await train(changed, { resume: whole.saved.get(20) as Uint8Array });
    expect(resumed.data).toEqual(whole.data);
  });

  it("has nothing left to do after the last step, and does not save again", async () => {
    const whole = await train(noChange);
    const run = pointRun();
    const saved: number[] = [];
    const checkpoint = { every: 10, save: (_: Uint8Array, step: number) => void saved.push(step) };
    const resume = whole.saved.get(40) as Uint8Array;
    const result = await trainLoop({ ...run, resume, checkpoint });
    expect(result).toEqual({ step: 40, loss: undefined, reason: "finished" });
    expect(run.model.position.data).toEqual(whole.data);
    expect(saved).toEqual([]);
  });

  it("may go on for more steps than the first run had, when the schedule is the same", async () => {
    const short = await train(() => ({ steps: 20 }));
    const longer = await train(noChange, { resume: short.saved.get(20) as Uint8Array });
    expect(longer.data).toEqual((await train(noChange)).data);
  });

  describe("refuses", () => {
    const refused = async (change: Change, resume?: Uint8Array): Promise<string> => {
      const saved = resume ?? ((await train(noChange)).saved.get(10) as Uint8Array);
      return train(change, { resume: saved }).then(
        () => "no error",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    };
    const repair = "Resume with the settings of the run that wrote the checkpoint, or start a new run.";

    it("another seed, optimizer, learning rate, schedule or clipping", async () => {
      expect(await refused(() => ({ seed: 4 }))).toBe(
        `ValueError: resume seed: expected 3, received 4. ${repair}`,
      );
      expect(
        await refused(({ model }) => ({ optimizer: new SGD(model.parameters(), { learningRate: 0.1 }) })),
      ).toContain("resume optimizer: expected Adam {");
      expect(
        await refused(({ model }) => ({ optimizer: new Adam(model.parameters(), { learningRate: 0.2 }) })),
      ).toContain("resume optimizer: expected Adam {");
      expect(await refused(() => ({ schedule: schedules.cosine({ steps: 40 }) }))).toContain(
        'resume schedule: expected constant {}, received cosine {"steps":40,"final":0}.',
      );
      expect(await refused(() => ({ clip: 1 }))).toContain("resume clip: expected none, received 1.");
    });

    it("another backend, and says how to go on", async () => {
      setBackend("plain");
      const { saved } = await train(noChange);
      setBackend("reference");
      const other = await refused(noChange, saved.get(10)).finally(() => setBackend(undefined));
      expect(other).toBe(
        'ValueError: resume backend: expected plain, on which the run was trained, received reference. Call setBackend("plain") before trainLoop, and before the data are computed.',
      );
    });

    it("other facts of the caller's own", async () => {
      expect(await refused(() => ({ facts: { channels: "8" } }))).toContain(
        "resume channels: expected no such setting, received 8.",
      );
    });

    it("another element type", async () => {
      const change: Change = ({ model }) => {
        model.to("float64");
        return { optimizer: new Adam(model.parameters(), { learningRate: 0.1 }) };
      };
      expect(await refused(change)).toBe("ValueError: resume position: expected float32, received float64");
    });

    const rewritten = async (
      change: (
        metadata: Map<string, string>,
        tensors: Map<string, { shape: number[]; data: Float32Array }>,
      ) => void,
    ): Promise<Uint8Array> => {
      const bytes = (await train(noChange)).saved.get(10) as Uint8Array;
      const file = readSafetensors(bytes, "test");
      const metadata = new Map(file.metadata);
      const tensors = new Map(file.tensors) as Map<string, { shape: number[]; data: Float32Array }>;
      change(metadata, tensors);
      return writeSafetensors({ metadata, tensors });
    };

    it("other shapes and names, before anything is overwritten", async () => {
      const misshapen = await rewritten((_, tensors) => {
        tensors.set("model.position", { shape: [9], data: new Float32Array(9) });
      });
      expect(await refused(noChange, misshapen)).toContain("misshapen position [9] instead of [8]");
      const missing = await rewritten((_, tensors) => tensors.delete("optimizer.position.mean"));
      expect(await refused(noChange, missing)).toContain(
        "ShapeError: Adam state position.mean: expected [8], received none.",
      );
    });

    it("a backend that this engine does not have", async () => {
      const elsewhere = await rewritten((metadata) => {
        metadata.set(
          "facts",
          (metadata.get("facts") ?? "").replace(/"backend":"[a-z]+"/, '"backend":"wider"'),
        );
      });
      expect(await refused(noChange, elsewhere)).toMatch(
        /^ValueError: resume backend: expected wider, on which the run was trained, received (plain|relaxed)\. This engine does not have it: resume on one that has, or start a new run; after setBackend\("plain"\) a run goes on anywhere\.$/,
      );
    });

    it("a checkpoint of a newer version", async () => {
      const newer = await rewritten((metadata) => metadata.set("version", "2"));
      expect(() => readCheckpoint(newer, "run/checkpoint")).toThrow(VersionError);
      expect(() => readCheckpoint(newer, "run/checkpoint")).toThrow(
        "run/checkpoint: expected version 1 or older, received version 2. Upgrade synthconv to read this file.",
      );
    });

    it("files that are no checkpoint, damaged or lack a part", async () => {
      const bytes = (await train(noChange)).saved.get(10) as Uint8Array;
      const readError = (broken: Uint8Array): string => {
        try {
          readCheckpoint(broken, "file");
        } catch (error) {
          if (error instanceof SynthconvError) return `${error.code} ${error.message}`;
        }
        return "no typed error";
      };
      for (const length of [0, 7, 100, bytes.length - 1]) {
        expect(readError(bytes.subarray(0, length))).toMatch(/^FORMAT file/);
      }
      expect(readError(await rewritten((metadata) => metadata.delete("format")))).toBe(
        'FORMAT file: expected "format": "synthconv-checkpoint" in its metadata, received no such entry',
      );
      expect(readError(await rewritten((metadata) => metadata.set("step", "-1")))).toBe(
        'FORMAT file step: expected a whole number of 0 or more, received "-1"',
      );
      for (const facts of ["", "{", "[]", '{"seed":1}']) {
        expect(readError(await rewritten((metadata) => metadata.set("facts", facts)))).toMatch(
          /^FORMAT file facts: expected a JSON object of strings/,
        );
      }
      for (const frozen of ["", "{}", "[1]"]) {
        expect(readError(await rewritten((metadata) => metadata.set("frozen", frozen)))).toBe(
          "FORMAT file frozen: expected a JSON list of paths, received something else",
        );
      }
    });
  });
});
