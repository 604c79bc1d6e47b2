import { displayPath } from "synthconv/internal/node";
/** How documents for programs name a file. */

import type { FilePath } from "synthconv/node";

/** `input`: the name as it is shown; `inputBytes`: where that is not the name, its very bytes in base64. */
export type PathFields<Field extends string> = { readonly [Key in Field]: string } & {
  readonly [Key in `${Field}Bytes`]?: string;
};

export function pathFields<Field extends string>(field: Field, path: FilePath): PathFields<Field> {
  const shown = displayPath(path);
  const bytes = exactBytes(path, shown);
  return { [field]: shown, ...(bytes !== undefined && { [`${field}Bytes`]: bytes }) } as PathFields<Field>;
}

/** The bytes of a path in base64; undefined where what is shown is the path. */
export function exactBytes(path: FilePath, shown: string = displayPath(path)): string | undefined {
  return shown === path ? undefined : Buffer.from(path).toString("base64");
}

/** The files as they are shown; where one is not what is shown, the bytes of all, in base64. */
export function fileFields(files: readonly FilePath[]): { files: string[]; filesBytes?: string[] } {
  const shown = files.map(displayPath);
  if (files.every((file, index) => file === shown[index])) return { files: shown };
  return { files: shown, filesBytes: files.map((file) => Buffer.from(file).toString("base64")) };
}
