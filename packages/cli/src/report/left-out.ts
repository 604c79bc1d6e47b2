/** What a command found beside the pictures that it works on: said, since somebody may have counted on it. */
import { counted, formatCount } from "./quantities.js";

export interface LeftOutCounts {
  /** Photos of formats that are not read, by the format's name. */
  readonly unread: ReadonlyMap<string, number>;
  readonly otherFiles: number;
  readonly links: number;
  /** Folders that could not be read. */
  readonly folders?: number;
}

/** `3 HEIC, 12 camera raw`. */
export function unreadWords(unread: ReadonlyMap<string, number>): string {
  return [...unread].map(([format, count]) => `${formatCount(count)} ${format}`).join(", ");
}

/** The parts of a summary, none where nothing is left out: `12 camera raw left out`, `1 other file left out`. */
export function leftOutParts({ unread, otherFiles, links, folders = 0 }: LeftOutCounts): string[] {
  const parts: string[] = [];
  if (unread.size > 0) parts.push(`${unreadWords(unread)} left out`);
  if (folders > 0) parts.push(`${counted(folders, "folder")} not read`);
  if (otherFiles > 0) parts.push(`${counted(otherFiles, "other file")} left out`);
  if (links > 0) parts.push(`${counted(links, "symbolic link")} not followed`);
  return parts;
}

/** What to do about photos of formats that are not read; undefined where there are none. */
export function unreadAdvice(unread: ReadonlyMap<string, number>): string | undefined {
  return unread.size === 0
    ? undefined
    : `${unreadWords(unread)} left out: convert them to JPEG, TIFF, PNG or AVIF first`;
}
