/** What needs Node: files that appear whole or not at all, locks, progress on a terminal. Imports core/, format/, train/ and doctor/ alone. */

export { visibleText } from "../core/visible-text.js";
export {
  type AtomicWriteOptions,
  type FileContent,
  makeFolder,
  writeFileAtomically,
} from "./atomic-write.js";
export type { SavedCheckpoint } from "./checkpoint-files.js";
export { EVENT_FILE_NAME } from "./event-file.js";
export { asFileError, FileError, systemCodeOf } from "./file-error.js";
export { displayPath, type FilePath, folderOf, joinPath, pathFromBytes } from "./file-path.js";
export { readHistory } from "./history-file.js";
export { acquireLock, type Lock } from "./lock.js";
export { LockError, type LockOwner } from "./lock-owner.js";
export { Progress, type ProgressOptions } from "./progress.js";
export {
  type BarStyle,
  formatDuration,
  type ProgressState,
  progressBar,
  progressLine,
} from "./progress-text.js";
export { type ReadRun, readRun } from "./read-run.js";
export { type OpenOptions, RunFolder } from "./run-folder.js";
export { canRedraw, showsUnicode, type TextStream } from "./terminal.js";
export { cellWidth, cutToWidth } from "./text-width.js";
