/** A look as a line for a shell, and as a program. */
import type { Settings } from "synthconv/look";

/** Names with other letters are quoted, as a POSIX shell reads them. */
export function commandFor(file: string, values: Settings, strength: number): string {
  const quoted = (text: string): string =>
    /^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const set = Object.entries(values).map(([name, value]) => ` --set ${quoted(`${name}=${value}`)}`);
  const share = strength === 1 ? "" : ` --strength ${strength}`;
  return `npx synthconv apply ${quoted(file)} photo.jpg -o photo-look.jpg${set.join("")}${share}`;
}

export function programFor(file: string, values: Settings, strength: number): string {
  return `import { readFile } from "node:fs/promises";
import { applyNetwork, parseLook, synthesize } from "synthconv/look";

const look = parseLook(await readFile(${JSON.stringify(file)}), ${JSON.stringify(file)});
const network = synthesize(look, ${JSON.stringify(values)});
/** RGBA of 8 bits, sRGB, in place. */
export function grade(pixels: Uint8ClampedArray): void {
  applyNetwork(network, pixels, { channels: 4, strength: ${strength} });
}
`;
}
