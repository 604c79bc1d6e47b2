/** The options of every command, known before a command parses its own: a wrong option is reported as well. */
export function flagsOf(args: readonly string[]): { readonly json: boolean; readonly quiet: boolean } {
  return { json: args.includes("--json"), quiet: args.includes("--quiet") || args.includes("-q") };
}
