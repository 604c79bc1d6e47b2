/** A look as a line for a shell, and as a program. */
import type { LookAsk } from "../../protocol/index.js";

/** Names with other letters are quoted, as a POSIX shell reads them. */
/** As a look is set: its file does not count. */
type Set = Omit<LookAsk, "bytes">;

export function commandFor(file: string, { values, strength, style }: Set): string {
  const quoted = (text: string): string =>
    /^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const set = Object.entries(values).map(([name, value]) => ` --set ${quoted(`${name}=${value}`)}`);
  const blend = typeof style === "string" ? { [style]: 1 } : (style ?? {});
  const styles = Object.entries(blend).map(
    ([name, part]) => ` --style ${quoted(`${name}=${rounded(part)}`)}`,
  );
  const share = strength === 1 ? "" : ` --strength ${strength}`;
  return `npx synthconv apply ${quoted(file)} photo.jpg -o photo-look.jpg${set.join("")}${styles.join("")}${share}`;
}

export function programFor(file: string, { values, strength, style }: Set): string {
  return `import { readFile } from "node:fs/promises";
import { applyNetwork, parseLook, synthesize } from "synthconv/look";

const look = parseLook(await readFile(${JSON.stringify(file)}), ${JSON.stringify(file)});
const network = synthesize(look, ${JSON.stringify(values)}${style === undefined ? "" : `, ${JSON.stringify(style)}`});
/** RGBA of 8 bits, sRGB, in place. */
export function grade(pixels: Uint8ClampedArray): void {
  applyNetwork(network, pixels, { channels: 4, strength: ${strength} });
}
`;
}

/** Shares of sliders have two digits, of their products four. */
function rounded(share: number): number {
  return Number(share.toFixed(4));
}
