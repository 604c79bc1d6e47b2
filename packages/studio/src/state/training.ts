/** The training of a session's look: starts, pauses, goes on, stops, and keeps what the worker tells. */
import { computed, effect, type Signal, signal } from "@preact/signals";
import type { FileRef, Picture, ShowAsk, TrainNews, TrainStep } from "../protocol/index.js";
import { NO_CHARTS, withLoss, withMeasured, withRows } from "./charts.js";
import { AS_IT_IS, type Learned, lookAskOf, NOTHING_LEARNED, type Session } from "./session.js";
import { StaleError, type WorkerClient, WorkerFailedError } from "./worker-client.js";

/** Of the photo that is watched: sharp on a laptop, and some milliseconds for the look. */
const SHOWN_PIXELS = 400_000;
/** How long no knob moves before it is drawn again, milliseconds: the larger picture that is looked at goes first. */
const REST = 100;
/** A worker that fails twice at the same place fails a third time. */
const RETRIES = 2;

export class Training {
  readonly progress: Signal<TrainStep | undefined> = signal<TrainStep | undefined>(undefined);
  /** The photo under the look as it stands. */
  readonly picture: Signal<Picture | undefined> = signal<Picture | undefined>(undefined);
  readonly #client: WorkerClient;
  readonly #session: Session;
  /** What is shown where no pair has a photo. */
  readonly #otherPhoto: () => Promise<FileRef>;
  /** What a training that was halted is to be called. */
  #halted: "paused" | "stopped" = "paused";
  #dropping = new AbortController();

  constructor(client: WorkerClient, session: Session, otherPhoto: () => Promise<FileRef>) {
    this.#client = client;
    this.#session = session;
    this.#otherPhoto = otherPhoto;
  }

  /** From the first step; what was learned before can be had back by undo. */
  async start(): Promise<void> {
    this.progress.value = undefined;
    this.#session.change({ look: undefined, ...AS_IT_IS }, undefined, NOTHING_LEARNED);
    await this.#run();
  }

  /** From the last checkpoint, to the bits of a training that was never interrupted. */
  async goOn(): Promise<void> {
    await this.#run();
  }

  async pause(): Promise<void> {
    this.#halted = "paused";
    await this.#client.ask("halt", {});
  }

  /** Keeps the look as it stands. */
  async stop(): Promise<void> {
    this.#halted = "stopped";
    if (this.#session.learned.peek().phase === "paused") this.#learned({ phase: "stopped" });
    else await this.#client.ask("halt", {});
  }

  /** Ends a training whose end nobody waits for: its look is about to be another one. */
  drop(): void {
    this.#dropping.abort();
    this.#dropping = new AbortController();
  }

  /** Shows the photo under the look whenever either changes, but for a training, which shows it by itself. */
  keepShown(): void {
    const isRunning = computed(() => ["preparing", "learning"].includes(this.#session.learned.value.phase));
    effect(() => {
      const state = this.#session.state.value;
      const { look, sources, settings } = state;
      // What a network that is cut makes of the photo was shown last, and is no look.
      if (isRunning.value || (settings.broken && this.picture.peek() !== undefined)) return;
      if (look === undefined && sources.length === 0) this.picture.value = undefined;
      if (look === undefined) {
        if (sources.length > 0) void this.#show(undefined);
        return;
      }
      const timer = setTimeout(() => void this.#show(lookAskOf(state)), REST);
      return () => clearTimeout(timer);
    });
  }

  /** @param shown the photo, where it is known. */
  async #show(look: ShowAsk["look"], shown?: FileRef): Promise<void> {
    try {
      const photo = shown ?? (await this.photo());
      const ask = { photo, pixels: SHOWN_PIXELS, ...(look && { look }) };
      this.picture.value = await this.#client.ask("show", ask, { latest: "show" });
    } catch (error) {
      if (error instanceof StaleError) return;
      this.#learned({ fault: error instanceof Error ? error.message : String(error) });
    }
  }

  async #run(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#once();
        return;
      } catch (error) {
        if (error instanceof StaleError) return;
        const { checkpoint } = this.#session.learned.peek();
        if (error instanceof WorkerFailedError && checkpoint !== undefined && attempt < RETRIES) continue;
        const fault = error instanceof Error ? error.message : String(error);
        this.#learned({ phase: "failed", fault });
        return;
      }
    }
  }

  async #once(): Promise<void> {
    const { sources, knobs, settings } = this.#session.state.peek();
    const { checkpoint } = this.#session.learned.peek();
    this.#learned({ phase: "preparing", fault: undefined, error: undefined });
    const photo = await this.photo();
    // The photo is there before the colours to learn from are gathered: it is asked for before the training.
    if (checkpoint === undefined) void this.#show(undefined, photo);
    const answer = await this.#client.ask(
      "train",
      {
        ...{ sources, knobs, settings },
        ...(checkpoint !== undefined && { resume: checkpoint }),
        sight: { photo, pixels: SHOWN_PIXELS, values: {} },
      },
      { onNews: (news) => this.#hear(news), latest: "train", signal: this.#dropping.signal },
    );
    const { reason, look, step, error } = answer;
    this.#session.follow(
      {
        phase: reason === "finished" ? "finished" : this.#halted,
        ...{ step, error, checkpoint: answer.checkpoint },
      },
      look && { look },
    );
  }

  /** What is shown: the first pair's photo before the edit. */
  async photo(): Promise<FileRef> {
    const pair = this.#session.state.peek().sources.find((source) => source.kind === "pair");
    return pair?.kind === "pair" ? pair.before : await this.#otherPhoto();
  }

  #hear(news: TrainNews): void {
    const { charts } = this.#session.learned.peek();
    if (news.kind === "progress") {
      this.progress.value = news;
      const known = news.step === 1 ? NO_CHARTS : charts;
      this.#learned({ phase: "learning", step: news.step, charts: withLoss(known, news) });
    } else if (news.kind === "sight") {
      if (news.picture !== undefined) this.picture.value = news.picture;
    } else if (news.kind === "measured") {
      this.#learned({ charts: withMeasured(charts, news) });
    } else if (news.kind === "watched") {
      this.#learned({ charts: withRows(charts, news.step, news.rows) });
    } else if (news.kind === "diagnosis") {
      this.#learned({ diagnosis: news.diagnosis });
    } else {
      const { checkpoint, look } = news;
      this.#session.follow({ checkpoint }, look && { look });
    }
  }

  #learned(patch: Partial<Learned>): void {
    this.#session.follow(patch);
  }
}
