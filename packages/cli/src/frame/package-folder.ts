/**
 * This package's folder, from wherever this module is compiled to. Two folders deep in each of these: the sources, what
 * is compiled from them, and the program that is put together from that, in fewer files.
 */
export const PACKAGE_FOLDER: URL = new URL("../../", import.meta.url);
