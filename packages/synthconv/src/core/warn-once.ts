/** Advice that is worth a line on stderr and nothing more. */
const said = new Set<string>();

/** Prints a warning the first time that this text comes up in the program. */
export function warnOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  console.warn(`synthconv: ${text}`);
}
