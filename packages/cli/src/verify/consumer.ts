/** What really reads an export: one object each, which the commands hold beside what they write. */

export interface ConsumerRun {
  /** The file that was written. */
  readonly file: string;
  /** Of the function in it. */
  readonly name: string;
  /** The numbers of the condition that it takes beside the image; undefined where it takes none. */
  readonly condition?: readonly number[] | undefined;
  /** The line that uses it, as it is printed to be pasted. */
  readonly usage: string;
  /** `[N,3]` */
  readonly colours: Float32Array;
  /** Where packages of the user are looked for first. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface Consumer {
  /** For people: `ONNX Runtime`. */
  readonly title: string;
  /** It gives nothing below 0 and above 1. */
  readonly isClamped?: boolean;
  /**
   * The colours after it, `[N,3]`.
   *
   * @throws {MissingConsumer} where it is not there.
   */
  run(run: ConsumerRun): Promise<Float32Array>;
}

/** A consumer that this machine does not have. */
export class MissingConsumer extends Error {
  override readonly name = "MissingConsumer";
  /** How to get it. */
  readonly advice: string;

  constructor(what: string, advice: string) {
    super(what);
    this.advice = advice;
  }
}
