import { type Kind, kind } from "../core/index.js";

/** The part of a Node stream that terminal output needs; tests give their own. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
}

export const STREAM: Kind<TextStream> = kind(
  "a stream, an object with write(text)",
  (value) => typeof (value as Partial<TextStream> | null | undefined)?.write === "function",
);
/** `process.env` is no plain object. */
export const ENVIRONMENT: Kind<NodeJS.ProcessEnv> = kind(
  "an object of environment variables, such as process.env",
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
);

/** Whether a line on the stream can be drawn over: a real terminal that knows the escape sequences. */
export function canRedraw(stream: TextStream, environment: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && environment.TERM !== "dumb";
}

/**
 * Whether the terminal shows UTF-8: as POSIX orders the locale's variables (the first that is set and not empty
 * counts); on Windows in the terminals that are known to.
 */
export function showsUnicode(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform === "win32") {
    return environment.WT_SESSION !== undefined || environment.TERM_PROGRAM === "vscode";
  }
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  return /utf-?8/i.test(locale);
}
