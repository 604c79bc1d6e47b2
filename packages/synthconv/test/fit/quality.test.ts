import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import { type ColourSamples, type FitOptions, fitLook, measureLook } from "../../src/fit/index.js";
import { currentBackend, setBackend } from "../../src/kernels/index.js";
import { applyNetworkToPlanes, serializeLook, synthesize } from "../../src/look/index.js";

type Map3 = (colour: readonly number[]) => readonly number[];

function samplesOf(map: Map3, seed: number, count = 4000): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "test-colours" });
  const input = Float32Array.from({ length: 3 * count }, () => stream.uniform());
  const target = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    const colour = [0, 1, 2].map((channel) => input[channel * count + nth] as number);
    map(colour).forEach((value, channel) => {
      target[channel * count + nth] = value;
    });
  }
  return { input, target };
}

/** A curve in each channel, and colours that bleed into each other. */
const film: Map3 = ([red = 0, green = 0, blue = 0]) => [
  0.9 * red ** 0.8 + 0.1 * green * blue,
  0.05 + 0.8 * green ** 1.3 + 0.1 * red,
  0.5 + 0.4 * Math.sin(3 * (blue - 0.5)) * (1 - 0.5 * red),
];
const grey: Map3 = (colour) => {
  const [red = 0, green = 0, blue = 0] = film(colour);
  const value = 0.3 * red + 0.6 * green + 0.1 * blue;
  return [value, value, value];
};
const DRAFT = { quality: "draft", size: 150, source: "test" } satisfies FitOptions;

describe("fitLook of a quality", () => {
  it("reaches more than as many numbers in one layer with Adam alone", async () => {
    const examples = [{ samples: samplesOf(film, 1) }];
    const test = [{ samples: samplesOf(film, 2) }];
    const { look, result } = await fitLook(examples, { ...DRAFT, quality: "normal" });
    expect(look.schema.network).toEqual({ channels: [3, 9, 6, 5, 3], activation: "tanh", residual: true });
    expect(look.schema.training).toMatchObject({ steps: 300, refinements: 38 });
    expect(result).toMatchObject({ step: 300, reason: "finished" });
    const alone = await fitLook(examples, { channels: 21, steps: 600, source: "test" });
    const psnr = (one: typeof look) => measureLook(one, test, "unseen").psnr ?? 0;
    expect(psnr(look)).toBeGreaterThan(psnr(alone.look) + 2);
  });

  it("makes greys of what is to be grey, exactly", async () => {
    const { look } = await fitLook([{ samples: samplesOf(grey, 1) }], DRAFT);
    expect(look.schema.network.residual).toBe(false);
    const weights = look.parameters.get("generator.head.bias") as Float32Array;
    const last = weights.subarray(-3 * 6);
    for (let from = 0; from < 5; from++) expect(last[from]).toBe(last[5 + from]);
    expect(last[15]).toBe(last[17]);
    expect(measureLook(look, [{ samples: samplesOf(grey, 2) }], "unseen").psnr).toBeGreaterThan(35);
  });

  it("makes greys of one style among others as well, exactly, and colours of the others", async () => {
    const examples = [
      { style: "film", samples: samplesOf(film, 1) },
      { style: "grey", samples: samplesOf(grey, 3) },
    ];
    const styles = [{ name: "film" }, { name: "grey" }];
    const { look } = await fitLook(examples, { ...DRAFT, styles });
    expect(look.schema.network.residual).toBe(false);
    const { input } = samplesOf(film, 5);
    const made = new Float32Array(input.length);
    applyNetworkToPlanes(synthesize(look, {}, { grey: 1 }), input, made);
    const [red, green, blue] = [0, 1, 2].map((channel) =>
      made.subarray(4000 * channel, 4000 * (channel + 1)),
    );
    expect(green).toEqual(red);
    expect(blue).toEqual(red);
    for (const [style, map] of [
      ["film", film],
      ["grey", grey],
    ] as const) {
      expect(measureLook(look, [{ style, samples: samplesOf(map, 5) }], "x").psnr).toBeGreaterThan(36);
    }
  });

  it("refines each style as if it were alone, and reports every step of it", async () => {
    const styles = [{ name: "film" }, { name: "bright" }];
    const bright: Map3 = (colour) => colour.map((value) => value ** 0.6);
    const examples = [
      { style: "film", samples: samplesOf(film, 1) },
      { style: "bright", samples: samplesOf(bright, 3) },
    ];
    const seen: number[] = [];
    const onProgress = ({ step, steps }: { step: number; steps: number }) => {
      expect(steps).toBe(300 + 2 * 24);
      seen.push(step);
    };
    const { look } = await fitLook(examples, { ...DRAFT, styles, onProgress });
    expect(seen).toEqual(Array.from({ length: 348 }, (_, at) => at + 1));
    for (const [style, map] of [
      ["film", film],
      ["bright", bright],
    ] as const) {
      expect(measureLook(look, [{ style, samples: samplesOf(map, 5) }], "x").psnr).toBeGreaterThan(36);
    }
  });

  it("is the same bits when it goes on from a checkpoint, and ends whole when it is aborted", async () => {
    const backend = currentBackend();
    setBackend("plain");
    const examples = [{ samples: samplesOf(film, 1) }];
    let saved: Uint8Array | undefined;
    const checkpoint = {
      every: 300,
      save: (bytes: Uint8Array) => {
        saved = bytes;
      },
    };
    const whole = await fitLook(examples, { ...DRAFT, checkpoint });
    const again = await fitLook(examples, { ...DRAFT, resume: saved as Uint8Array });
    expect(serializeLook(again.look)).toEqual(serializeLook(whole.look));
    const control = new AbortController();
    const onProgress = ({ step }: { step: number }) => {
      if (step === 303) control.abort();
    };
    const { result } = await fitLook(examples, { ...DRAFT, onProgress, signal: control.signal });
    expect(result).toMatchObject({ step: 300, reason: "aborted" });
    setBackend(backend);
  });

  it("keeps what it has when its time is over", async () => {
    const examples = [{ samples: samplesOf(film, 1) }];
    const { look, result } = await fitLook(examples, { quality: "high", timeLimit: 0.6, source: "test" });
    expect(result.reason).toBe("timeLimit");
    expect(measureLook(look, examples, "seen").psnr).toBeGreaterThan(25);
  });
});
