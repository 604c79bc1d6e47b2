/** Holds an export or a LUT, as its real consumer runs it, against what it was made of. */
import { asShown } from "synthconv/internal";
import { compareColours, type ErrorRecord } from "synthconv/look";
import { verifyingColours } from "./colours.js";
import { type Consumer, type ConsumerRun, MissingConsumer } from "./consumer.js";

export interface Verification {
  readonly consumer: string;
  readonly colours: number;
  /** Whether it agrees; null where the consumer is missing. */
  readonly agrees: boolean | null;
  readonly deltaE2000: ErrorRecord["deltaE2000"] | null;
  /** What is missing, and how to get it. */
  readonly missing: string | null;
}

export interface VerifyOptions extends Omit<ConsumerRun, "colours" | "folder"> {
  /** Gives what the look, or the LUT before its conversion, makes of the colours `[N,3]`, in place. */
  readonly applyLook: (colours: Float32Array) => void;
  /** The largest mean deltaE 2000 with which it still agrees. */
  readonly tolerance: number;
  /** What comes out, a name of `COLOUR_SPACES`: differences are of what a display of sRGB shows. */
  readonly space: string;
}

/** What comes out differs by roundings alone where a consumer computes in float32 or 16 bits: 1e-3 at the most in tests. */
export const ROUNDING = 0.01;

/** deltaE 2000 that codes of 16 bits and the decimals of a LUT may add in the mean: ten times what was measured. */
const LUT_ROUNDING = 0.05;

/** The tolerance of a LUT that was sampled: twice its own error, which greys and corners may have more of. */
export function lutTolerance(error: { readonly deltaE2000: { readonly mean: number } }): number {
  return 2 * error.deltaE2000.mean + LUT_ROUNDING;
}

export async function verifyExport(consumer: Consumer, options: VerifyOptions): Promise<Verification> {
  const { applyLook, tolerance, space, ...run } = options;
  const colours = verifyingColours();
  const facts = { consumer: consumer.title, colours: colours.length / 3 };
  try {
    const actual = await consumer.run({ ...run, colours: colours.slice(), folder: process.cwd() });
    applyLook(colours);
    if (consumer.isClamped)
      for (const [at, value] of colours.entries()) colours[at] = Math.min(Math.max(value, 0), 1);
    const isWhole = actual.length === colours.length;
    const { deltaE2000 } = compareColours(asShown(actual, space), asShown(colours, space));
    const agrees = isWhole && deltaE2000.mean <= tolerance;
    return { ...facts, agrees, deltaE2000, missing: null };
  } catch (error) {
    if (!(error instanceof MissingConsumer)) throw error;
    const missing = `${error.message}; to get it: ${error.advice}`;
    return { ...facts, agrees: null, deltaE2000: null, missing };
  }
}

/** 0 where it agrees. */
export function verificationExit({ agrees }: Verification): 0 | 1 {
  return agrees === true ? 0 : 1;
}

export function verificationLine({ consumer, colours, agrees, deltaE2000, missing }: Verification): string {
  if (deltaE2000 === null) return `not verified, the file stands: ${missing}`;
  const figures = `mean deltaE 2000 ${deltaE2000.mean.toFixed(4)}, max ${deltaE2000.max.toFixed(4)}`;
  const verdict = agrees ? "verified" : "NOT THE LOOK";
  return `${verdict} in ${consumer}, ${colours.toLocaleString("en-US")} colours: ${figures}`;
}
