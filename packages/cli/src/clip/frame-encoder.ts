/** ffmpeg as it takes frames with their times and writes a clip. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { CommandError } from "../frame/failure.js";
import { lastLine } from "./clip-facts.js";
import { type Running, startProgram } from "./ffmpeg.js";
import { type NutVideo, nutFrameHeader, nutHeader } from "./nut.js";

// The end of what ffmpeg said: enough for its last words.
const KEPT_BYTES = 4096;

export class FrameEncoder {
  readonly #running: Running;
  readonly #input: Writable;
  #said = "";
  #sent = 0;
  /** Frames that ffmpeg says it has encoded, which it tells now and then and at the end. */
  #encoded = 0;
  #hasFailed = false;

  /** @param args of which the first input is NUT on stdin, and which let ffmpeg tell its progress on stdout. */
  constructor(program: string, args: readonly string[], video: NutVideo, signal: AbortSignal) {
    this.#running = startProgram(program, args, ["pipe", "pipe", "pipe"], signal);
    const { stdin, stdout, stderr } = this.#running.child;
    createInterface({ input: stdout as Readable }).on("line", (line) => {
      if (line.startsWith("frame=")) this.#encoded = Number(line.slice("frame=".length));
    });
    this.#input = stdin as Writable;
    // What went wrong is said by ffmpeg's exit code and last words.
    this.#input.on("error", () => {
      this.#hasFailed = true;
    });
    (stderr as Readable).on("data", (text) => {
      this.#said = `${this.#said}${text}`.slice(-KEPT_BYTES);
    });
    this.#input.write(nutHeader(video));
  }

  /**
   * Sends a frame; the bytes are the encoder's until the promise is fulfilled.
   *
   * @param time from 0 on, later than that of the frame before.
   * @throws {CommandError} ENCODER when ffmpeg has ended.
   */
  async write(time: number, frame: Uint8Array): Promise<void> {
    if (this.#hasFailed) return this.#fail();
    this.#input.write(nutFrameHeader(time, frame.length));
    const isSent = await new Promise<boolean>((resolve) => {
      this.#input.write(frame, (error) => resolve(error === null || error === undefined));
    });
    if (!isSent) await this.#fail();
    this.#sent++;
  }

  /** @throws {CommandError} ENCODER when the clip could not be written. */
  async finish(): Promise<void> {
    this.#input.end();
    if ((await this.#running.ended) !== 0 || isLeftUnfinished(this.#said)) await this.#fail();
    if (this.#encoded === this.#sent) return;
    throw new CommandError(
      "ENCODER",
      `expected ffmpeg to write ${this.#sent} frames, received ${this.#encoded}`,
    );
  }

  async stop(): Promise<void> {
    this.#running.child.kill("SIGKILL");
    await this.#running.ended;
  }

  async #fail(): Promise<never> {
    const { stderr } = this.#running.child;
    await this.#running.ended;
    if (stderr !== null && !stderr.readableEnded && !stderr.destroyed) await once(stderr, "close");
    const words = lastLine(reasonIn(this.#said)) ?? "no reason";
    throw new CommandError("ENCODER", `expected ffmpeg to write the clip, received: ${words}`);
  }
}

/** Until version 6 ffmpeg ends with 0 where a disk was full when it wrote the last of a clip. */
function isLeftUnfinished(said: string): boolean {
  return said.includes("[error] Error writing trailer") || said.includes("[error] Error closing file");
}

/** The first line that names a cause, not what follows from it. */
function reasonIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.includes("[error]") || line.includes("[fatal]"));
  return lines[0] ?? said;
}
