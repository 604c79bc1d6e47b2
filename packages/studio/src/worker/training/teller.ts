/**
 * Tells the page how a training stands, all at one time and more than ten times a second: each telling is a frame, which
 * takes milliseconds of the processors that train where no graphics card draws it.
 */
import { diagnoseRun, WatchRecorder } from "synthconv/doctor";
import {
  applyNetwork,
  compareColours,
  type PixelNetwork,
  pixelNetworkForward,
  type Settings,
  serializeLook,
} from "synthconv/look";
import type { Picture, TrainSettings, WatchedRow } from "../../protocol/index.js";
import type { Photo } from "../decode-photo.js";
import type { Context } from "../handler.js";
import type { Standing, Step } from "./learner.js";
import type { Lesson } from "./lesson.js";
import { trainedRow, type WatchedPart, type WatchedStep, writtenRows } from "./watched-part.js";

/** Milliseconds between two of a kind. */
const PERIOD = { frame: 85, measured: 400, kept: 400 } as const;
type Kind = keyof typeof PERIOD;

type TrainNews = Parameters<Context<"train">["tell"]>;

/** Milliseconds that are trained for each that is told. */
const TRAINED_SHARE = 2;

/** Held-out colours of an example that are measured while it learns. */
const MEASURED = 2048;
/** Watched steps that the doctor judges, spread over the training: it reads all of them each time. */
const JUDGED = 24;

export interface Shown {
  readonly photo: Photo;
  readonly values: Settings;
}

export class Teller {
  readonly #tell: Context<"train">["tell"];
  readonly #lesson: Lesson;
  readonly #shown: Shown | undefined;
  readonly #judgedEvery: number;
  #judgedNext: number;
  readonly #recorder = new WatchRecorder();
  readonly #due: Record<Kind, number> = { frame: 0, measured: 0, kept: 0 };
  /** What is there to tell, in order. */
  readonly #news: TrainNews[] = [];
  #watched: { readonly trained: readonly WatchedRow[]; readonly parts: readonly WatchedPart[] } | undefined;
  #checkpoint: { readonly bytes: Uint8Array; readonly step: number } | undefined;

  /**
   * @param settings of the training: one that is broken on purpose was judged before it began, with the line and the repair,
   *   of which its history knows less.
   */
  constructor(
    tell: Context<"train">["tell"],
    lesson: Lesson,
    shown: Shown | undefined,
    { steps, broken }: TrainSettings,
  ) {
    this.#tell = tell;
    this.#lesson = lesson;
    this.#shown = shown;
    this.#judgedEvery = broken ? Number.POSITIVE_INFINITY : Math.ceil(steps / JUDGED);
    this.#judgedNext = broken ? this.#judgedEvery : 0;
  }

  /** The last one that was made. */
  get checkpoint(): Uint8Array | undefined {
    return this.#checkpoint?.bytes;
  }

  watched(step: WatchedStep): void {
    const { parameters } = step;
    this.#watched = { trained: parameters.map(trainedRow), parts: parameters };
    if (step.step < this.#judgedNext) return;
    this.#judgedNext = step.step + this.#judgedEvery;
    this.#recorder.record(step);
    this.#note({ kind: "diagnosis", diagnosis: diagnoseRun(this.#recorder.history()) });
  }

  kept(bytes: Uint8Array, step: number): void {
    this.#checkpoint = { bytes, step };
  }

  step(step: Step, standing: Standing): void {
    const isLast = step.step === step.steps;
    const settings = this.#shown?.values ?? {};
    if (this.#watched !== undefined) {
      const { trained, parts } = this.#watched;
      this.#watched = undefined;
      const rows = [...trained, ...writtenRows(standing.networkAt({ settings }), parts)];
      this.#note({ kind: "watched", step: step.step, rows });
    }
    this.#ifDue("frame", isLast, () => {
      this.#show(standing.networkAt({ settings }));
      this.#note({ kind: "progress", ...step });
      this.#ifDue("measured", isLast, () => this.#measure(step.step, standing));
      this.#ifDue("kept", isLast, () => this.#keep(standing));
      this.tellAll();
    });
  }

  /** Tells what waits for the next frame, of which there is none after the last step. */
  tellAll(): void {
    for (const news of this.#news.splice(0)) this.#tell(...news);
  }

  #note(...news: TrainNews): void {
    this.#news.push(news);
  }

  /** Now, where it is time for it: where a slow machine takes long to tell, it tells more seldom, and trains on. */
  #ifDue(kind: Kind, isLast: boolean, tell: () => void): void {
    const start = performance.now();
    if (!isLast && start < this.#due[kind]) return;
    tell();
    const end = performance.now();
    this.#due[kind] = Math.max(start + PERIOD[kind], end + TRAINED_SHARE * (end - start));
  }

  #show(network: PixelNetwork): void {
    const picture = this.#shown && pictureOf(this.#shown.photo, network);
    if (picture === undefined) this.#note({ kind: "sight", network });
    else this.#note({ kind: "sight", network, picture }, [picture.pixels.buffer]);
  }

  #measure(step: number, standing: Standing): void {
    const outputs: Float32Array[] = [];
    const targets: Float32Array[] = [];
    for (const { samples, ...condition } of this.#lesson.tests) {
      const image = thinned(samples.input);
      const output = new Float32Array(image.length);
      pixelNetworkForward({
        network: standing.networkAt(condition),
        ...{ image, output, pixels: image.length / 3 },
      });
      outputs.push(interleaved(output));
      targets.push(interleaved(thinned(samples.target)));
    }
    const { psnr, deltaE2000 } = compareColours(joined(outputs), joined(targets));
    this.#note({
      kind: "measured",
      step,
      psnr: Number.isFinite(psnr) ? psnr : null,
      deltaE: deltaE2000.mean,
    });
  }

  #keep(standing: Standing): void {
    const look = standing.toLook();
    if (this.#checkpoint === undefined) return;
    const { bytes: checkpoint, step } = this.#checkpoint;
    this.#note({ kind: "kept", step, checkpoint, ...(look && { look: serializeLook(look) }) });
  }
}

function pictureOf({ width, height, data }: Photo, network: PixelNetwork): Picture {
  const pixels = data.slice();
  applyNetwork(network, pixels, { channels: 4 });
  return { width, height, pixels };
}

/** Evenly spread colours of planes `[3,P]`. */
function thinned(planes: Float32Array): Float32Array {
  const count = planes.length / 3;
  const kept = Math.min(count, MEASURED);
  return Float32Array.from({ length: 3 * kept }, (_, at) => {
    const from = Math.floor(((at % kept) * count) / kept);
    return planes[Math.floor(at / kept) * count + from] as number;
  });
}

/** `[P,3]` from `[3,P]`, from 0 to 1 as a photo is. */
function interleaved(planes: Float32Array): Float32Array {
  const count = planes.length / 3;
  return planes.map((_, at) => {
    return Math.min(Math.max(planes[(at % 3) * count + Math.floor(at / 3)] as number, 0), 1);
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
