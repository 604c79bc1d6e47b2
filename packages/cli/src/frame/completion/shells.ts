/** Scripts that complete command lines, one for each shell. */
import type { CompletedCommand, CompletedOption } from "./words.js";

export interface Shell {
  readonly name: string;
  /** How the script is put to use: a line for the shell's own start-up file, say. */
  readonly usage: (program: string) => string;
  readonly script: (program: string, commands: readonly CompletedCommand[]) => string;
}

const bash: Shell = {
  name: "bash",
  usage: (program) => `in ~/.bashrc: source <(${program} completion bash)`,
  script: (program, commands) => {
    const values = commands.flatMap(({ name, options }) =>
      options.flatMap((option) => bashValues(name, option)),
    );
    const names = commands.map(({ name, options, operands }) => {
      const words = [...options.flatMap((option) => option.names), ...operands];
      return `    ${name}) words="${words.join(" ")}" ;;`;
    });
    return `# Completion of ${program} for bash.
_${program}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 || ( $command == help && $COMP_CWORD -eq 2 ) ]]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$word"))
    return
  fi
  case $command:$before in
${values.join("\n")}
  esac
  case $command in
${names.join("\n")}
  esac
  # Nothing here leaves the shell to complete the name of a file.
  if [[ $word == -* || $words != -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); return; fi
  COMPREPLY=($(compgen -W "\${words//-*([^ ])/}" -- "$word"))
}
complete -o bashdefault -o default -F _${program} ${program}
`;
  },
};

/** Words for the values of an option; for any value, none: then files are completed. */
function bashValues(command: string, { names, takesValue, choices }: CompletedOption): string[] {
  if (!takesValue) return [];
  const pattern = names.map((name) => `${command}:${name}`).join("|");
  return [`    ${pattern}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$word")); return ;;`];
}

const zsh: Shell = {
  name: "zsh",
  usage: (program) => `in ~/.zshrc, after compinit: source <(${program} completion zsh)`,
  script: (program, commands) => `#compdef ${program}
# Completion of ${program} for zsh.
_${program}() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
    'help:print the help of a command'
  )
  if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  words=($command "\${(@)words[3,-1]}")
  (( CURRENT-- ))
  case $command in
${commands.map(zshCommand).join("\n")}
  esac
}
compdef _${program} ${program}
`,
};

function zshCommand({ name, options, operands }: CompletedCommand): string {
  const specifications = options.map(({ names, description, takesValue, choices }) => {
    const text = escaped(description, "\\[]:");
    const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : "_files"}` : "";
    const forms = names.length > 1 ? `{${names.join(",")}}` : names.join("");
    return `      '*'${forms}${quoted(`[${text}]${value}`)} \\`;
  });
  const rest = operands.length > 0 ? `'*:operand:(${operands.join(" ")})'` : "'*:file:_files'";
  return `    ${name})\n      _arguments -s \\\n${specifications.join("\n")}\n      ${rest} ;;`;
}

const fish: Shell = {
  name: "fish",
  usage: (program) => `${program} completion fish > ~/.config/fish/completions/${program}.fish`,
  script: (program, commands) => {
    const names = commands.map(({ name }) => name).join(" ");
    const isFirst = `not __fish_seen_subcommand_from ${names}`;
    const lines = commands.flatMap(({ name, summary, options, operands }) => {
      const isThis = `__fish_seen_subcommand_from ${name}`;
      return [
        `complete -c ${program} -n ${quoted(isFirst)} -f -a ${name} -d ${fishQuoted(summary)}`,
        ...options.map((option) => `complete -c ${program} -n ${quoted(isThis)} ${fishOption(option)}`),
        ...(operands.length === 0
          ? []
          : [`complete -c ${program} -n ${quoted(isThis)} -f -a ${quoted(operands.join(" "))}`]),
      ];
    });
    return `# Completion of ${program} for fish.\n${lines.join("\n")}\n`;
  },
};

function fishOption({ names, description, takesValue, choices }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = takesValue ? (choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : " -r") : "";
  return `${flags.join(" ")}${value} -d ${fishQuoted(description)}`;
}

/** Between single quotes, which nothing but a single quote ends in bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** fish knows backslashes between single quotes, too. */
function fishQuoted(text: string): string {
  return `'${escaped(text, "\\'")}'`;
}

/** With a backslash before each of the special characters. */
function escaped(text: string, special: string): string {
  return Array.from(text, (one) => (special.includes(one) ? `\\${one}` : one)).join("");
}

export const SHELLS: readonly Shell[] = [bash, zsh, fish];
