/**
 * What the command line takes of `node/` besides runs: files, paths of any bytes, text for terminals. An entry point of
 * its own, because every command loads it: it brings no kernel, and no tape as the runs of `synthconv/node` do.
 */

export { visibleJson, visibleText } from "./core/visible-text.js";
export { makeFolder, writeFileAtomically } from "./node/atomic-write.js";
export { asFileError, FileError } from "./node/file-error.js";
export { displayPath, folderOf, joinPath, pathFromBytes } from "./node/file-path.js";
export { HISTORY_FILE_NAME } from "./node/history-file.js";
export { removeLeftoversOnce } from "./node/leftovers.js";
export { Progress } from "./node/progress.js";
export { formatDuration } from "./node/progress-text.js";
export { readRegularFile, refuseIrregular, withRegularFile } from "./node/regular-file.js";
export { watchTemporaries } from "./node/temporary-files.js";
export { canRedraw, showsUnicode } from "./node/terminal.js";
export { cellWidth } from "./node/text-width.js";
