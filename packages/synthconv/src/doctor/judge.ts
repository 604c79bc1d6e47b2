/** Asks every rule, the one for the worst first, until one leaves nothing to see for those behind it. */
import type { Accusation, CaseFile } from "./case-file.js";
import { RULES } from "./rules/index.js";

export function judge(file: CaseFile): Accusation[] {
  const told = new Set<string>();
  const accusations: Accusation[] = [];
  for (const { find, isLast } of RULES) {
    const found = find(file, told, accusations);
    for (const accusation of found) {
      accusations.push(accusation);
      for (const name of accusation.names) told.add(name);
    }
    if (isLast === true && found.length > 0) break;
  }
  return accusations;
}
