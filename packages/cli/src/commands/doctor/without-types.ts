/** TypeScript without its types, by amaro: Node's own remover of them. */
import { fileURLToPath } from "node:url";

/** What of amaro is used. */
export interface Amaro {
  transformSync(source: string, options: { mode: "strip-only" }): { readonly code: string };
}

interface Failure {
  readonly message: string;
  readonly line: number;
  /** TypeScript that is more than types. */
  readonly isUnsupported: boolean;
}

/** @throws {SyntaxError} as a Node throws it that reads TypeScript: the place comes first in its stack. */
export function withoutTypes({ transformSync }: Amaro, source: string, url: string): string {
  try {
    return transformSync(source, { mode: "strip-only" }).code;
  } catch (error) {
    const { message, line, isUnsupported } =
      typeof error === "string" ? readReport(error) : readFields(error);
    const failure = new SyntaxError(message);
    throw Object.assign(failure, {
      code: `ERR_${isUnsupported ? "UNSUPPORTED" : "INVALID"}_TYPESCRIPT_SYNTAX`,
      stack: `${fileURLToPath(url)}:${line}\n${failure.stack}`,
    });
  }
}

/** What amaro 1 throws, which wants Node 22. */
function readFields(error: unknown): Failure {
  const { message, startLine, code } = error as { message: string; startLine: number; code?: string };
  return { message, line: startLine, isUnsupported: code === "UnsupportedSyntax" };
}

/**
 * What amaro 0.1 throws, which npm installs beside Node 20, is a report for people: `  x the message`, then `,-[line:column]`
 * where the place is not the first line, then the source.
 */
function readReport(report: string): Failure {
  const [first = "", place = ""] = report.trim().split("\n");
  const message = first.startsWith("x ") ? first.slice(2) : first;
  const line = Number.parseInt(place.slice(place.indexOf("[") + 1), 10);
  return {
    message,
    line: Number.isNaN(line) ? 1 : line,
    isUnsupported:
      message.includes("is not supported in strip-only mode") || message.includes("type strip mode"),
  };
}
