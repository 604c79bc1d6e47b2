/** Frames of a clip, each with its time, as ffmpeg decodes them: read when they are asked for and not before. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type ByteSource, openByteSource } from "./byte-source.js";
import { type Running, startProgram } from "./ffmpeg.js";
import type { TimeBase } from "./nut.js";

/** Lines of ffmpeg's errors that are kept. */
const MOST_ERRORS = 20;

interface Stamp {
  /** In units of the time base; undefined where the clip says none. */
  readonly time: number | undefined;
}

const nothing = Buffer.alloc(0);

export class FrameDecoder {
  #running!: Running;
  #source!: ByteSource;
  readonly #stamps: Stamp[] = [];
  readonly #errors: string[] = [];
  #timeBase: TimeBase = { numerator: 1, denominator: 1 };
  /** What is being filled. */
  #frame: Buffer = nothing;
  #filled = 0;
  /** What has come and is the next frame's; the source pauses meanwhile. */
  #rest: Buffer = nothing;
  #wake: (() => void) | undefined;
  #isOver = false;
  #isEnded = false;

  /** @param args of which the filters begin with showinfo, and the output is raw video on stdout. */
  static async start(program: string, args: readonly string[], signal: AbortSignal): Promise<FrameDecoder> {
    const decoder = new FrameDecoder();
    const source = await openByteSource({
      take: (bytes) => decoder.#take(bytes),
      onEnd: () => decoder.#endBytes(),
    });
    try {
      decoder.#begin(startProgram(program, args, ["ignore", source.stdio, "pipe"], signal), source);
      return decoder;
    } catch (error) {
      source.destroy();
      throw error;
    }
  }

  private constructor() {}

  #begin(running: Running, source: ByteSource): void {
    this.#running = running;
    this.#source = source;
    source.started(running.child.stdout);
    const lines = createInterface({ input: running.child.stderr as Readable });
    lines.on("line", (line) => this.#hear(line));
    void running.ended.then(() => {
      this.#isEnded = true;
      this.#stir();
    });
  }

  /** In which times are counted; known with the first frame. */
  get timeBase(): TimeBase {
    return this.#timeBase;
  }

  /** What ffmpeg complained of. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** The exit code. */
  get ended(): Promise<number> {
    return this.#running.ended;
  }

  /**
   * Reads the next frame.
   *
   * @param frame receives its bytes, all of them.
   * @returns its time, "unknown" where the clip says none; undefined when there is no further frame that is whole.
   */
  async next(frame: Uint8Array): Promise<number | "unknown" | undefined> {
    // By a Buffer: `set` copies to shared memory word by word.
    this.#frame = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#filled = 0;
    if (this.#take(this.#rest)) this.#source.resume();
    while (this.#filled < frame.length) {
      if (this.#isOver) return undefined;
      await this.#stirred();
    }
    while (this.#stamps.length === 0 && !this.#isEnded) await this.#stirred();
    return this.#stamps.shift()?.time ?? "unknown";
  }

  /** No further frame is wanted. */
  async stop(): Promise<void> {
    this.#running.child.kill("SIGKILL");
    // A process has come to its end when its output has, too.
    this.#source.destroy();
    await this.#running.ended;
  }

  /** @returns whether the frame needs more. */
  #take(bytes: Buffer): boolean {
    const count = Math.min(bytes.length, this.#frame.length - this.#filled);
    bytes.copy(this.#frame, this.#filled, 0, count);
    this.#filled += count;
    this.#rest = bytes.subarray(count);
    if (this.#filled < this.#frame.length) return true;
    this.#stir();
    return false;
  }

  #endBytes(): void {
    this.#isOver = true;
    this.#stir();
  }

  async #stirred(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** showinfo says `[Parsed_showinfo_0 @ 0x55] [info] n:   1 pts:    512 pts_time:0.04 ...` before a frame goes on. */
  #hear(line: string): void {
    if (line.startsWith("[Parsed_showinfo_")) {
      const base = wordsAfter(line, "config in time_base:")?.split(",")[0];
      const [numerator = 1, denominator = 1] = base?.split("/").map(Number) ?? [];
      if (base !== undefined) this.#timeBase = { numerator, denominator };
      if (!line.includes("] n:")) return;
      const time = Number.parseInt(wordsAfter(line, " pts:") ?? "", 10);
      this.#stamps.push({ time: Number.isNaN(time) ? undefined : time });
      this.#stir();
    } else if (line.includes("[error] ") || line.includes("[fatal] ")) {
      if (this.#errors.length < MOST_ERRORS)
        this.#errors.push(line.slice(line.indexOf("] ", line.indexOf("[error]")) + 2));
    }
  }
}

function wordsAfter(line: string, mark: string): string | undefined {
  const at = line.indexOf(mark);
  return at < 0 ? undefined : line.slice(at + mark.length).trimStart();
}
