/** What an error message is made of; `repair` is the sentence that says what to do. */
export interface Mismatch {
  /** The function, file or option that refuses: `conv2d`, `look.safetensors`, `--strength`. */
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly repair?: string;
}
