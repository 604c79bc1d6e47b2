/** Text as a word of a command line, which a person may copy. */
import { visibleText } from "synthconv/internal/node";

/** The text as one word of a POSIX shell's command line; where it has unseen characters, as Bash and zsh escape bytes. */
export function quoteForShell(text: string): string {
  if (/^[\w./:=@%+-]+$/.test(text)) return text;
  if (visibleText(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${Array.from(text, escaped).join("")}'`;
}

function escaped(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (visibleText(character) === character) return character;
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
