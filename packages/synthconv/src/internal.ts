/**
 * What the project's own packages share with the library and nobody else needs. No promise is made about these names:
 * they change in any release.
 */

export { operationsPerPixel, readPlanes, writePlanes } from "./kernels/index.js";
export { isIdentity, type LookLayout, lookLayout } from "./look/index.js";
export { asFileError } from "./node/file-error.js";
export { displayPath, folderOf, joinPath, pathFromBytes } from "./node/file-path.js";
export { HISTORY_FILE_NAME } from "./node/history-file.js";
export { removeLeftovers } from "./node/leftovers.js";
export { formatDuration } from "./node/progress-text.js";
export { readRegularFile, refuseIrregular, withRegularFile } from "./node/regular-file.js";
export { canRedraw, showsUnicode } from "./node/terminal.js";
export { cellWidth } from "./node/text-width.js";
export { visibleText } from "./node/visible-text.js";
