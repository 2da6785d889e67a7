/**
 * Scripts that let a shell complete the command line, made of the table of options.
 *
 * @module
 */

import type { Completion } from "./kinds.ts";
import type { Option } from "./option.ts";
import { COMMAND_FLAGS, CONFIG_FILE, OPTIONS, POSITIONALS, type Shell, SHELLS } from "./options.ts";

/** One flag as a shell sees it. */
interface ShellFlag {
  /** With its dashes. */
  readonly long: string;
  /** With its dash, if there is one. */
  readonly short: string | undefined;
  /** What stands for the value; empty if it takes none. */
  readonly placeholder: string;
  readonly completion: Completion | undefined;
  readonly isRepeatable: boolean;
  readonly isValueOptional: boolean;
  readonly help: string;
}

const SCRIPTS: Readonly<Record<Shell, (flags: readonly ShellFlag[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * Writes the completion script for a shell, which works once it is sourced.
 *
 * @throws {RangeError} if there is none for this shell
 */
export function completionScript(shell: string): string {
  const known = SHELLS.find((name) => name === shell);
  if (known === undefined) throw new RangeError(`Cannot complete for ${shell}: must be known`);
  const options: readonly Option<unknown>[] = [...Object.values(OPTIONS), CONFIG_FILE];
  const valued = options.map((option): ShellFlag => ({
    long: `--${option.flag}`,
    short: undefined,
    placeholder: option.placeholder,
    completion: option.isBare ? undefined : option.completion,
    isRepeatable: option.repeatable,
    isValueOptional: false,
    help: option.help,
  }));
  const commands = COMMAND_FLAGS.map((command): ShellFlag => ({
    long: `--${command.flag}`,
    short: command.short && `-${command.short}`,
    placeholder: command.placeholder ?? "",
    completion: command.words,
    isRepeatable: false,
    isValueOptional: command.isWordOptional ?? false,
    help: command.help,
  }));
  return SCRIPTS[known]([...valued, ...commands]);
}

/** In single quotes, which bash, zsh and (but for a backslash) fish read alike. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function names({ long, short }: ShellFlag): string[] {
  return short === undefined ? [long] : [long, short];
}

/** Written for the bash 3.2 of macOS too, which has neither mapfile nor compopt. */
function bashScript(flags: readonly ShellFlag[]): string {
  const words = flags.map(({ long }) => long).join("\n");
  return `# bash completion for sluice: eval "$(sluice --completions bash)"
_sluice() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}" flag="\${COMP_WORDS[COMP_CWORD - 1]}"
  # Bash takes --flag=value apart at the equals sign.
  if [[ $current == "=" ]]; then current=""; elif [[ $flag == "=" ]]; then
    flag="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  case "$flag" in
${bashCases(flags)}
  esac
  if [[ \${#COMPREPLY[@]} -eq 0 && $current == -* ]]; then
    COMPREPLY=($(compgen -W ${quoted(words)} -- "$current"))
  fi
}
complete -F _sluice sluice`;
}

/** What to reply behind each flag that takes a value; flags with the same reply share a line. */
function bashCases(flags: readonly ShellFlag[]): string {
  const patterns = new Map<string, string[]>();
  for (const flag of flags) {
    if (flag.placeholder === "") continue;
    const reply = bashReply(flag.completion);
    patterns.set(reply, [...patterns.get(reply) ?? [], ...names(flag)]);
  }
  return [...patterns].map(([reply, flags]) => `    ${flags.join(" | ")}) ${reply} ;;`).join("\n");
}

function bashReply(completion: Completion | undefined): string {
  if (completion === undefined) return "return";
  const action = completion === "file"
    ? "-f"
    : completion === "folder"
    ? "-d"
    : `-W ${quoted(completion.join("\n"))}`;
  const paths = typeof completion === "string" ? "compopt -o filenames 2>/dev/null; " : "";
  return `${paths}COMPREPLY=($(compgen ${action} -- "$current"))`;
}

function zshScript(flags: readonly ShellFlag[]): string {
  const positionals = POSITIONALS.map(({ flag, help }, index) =>
    quoted(`${index + 1}::${zshText(`${flag}, ${help}`)}:${flag === "host" ? "_hosts" : " "}`)
  );
  const lines = [...flags.flatMap(zshSpecs), ...positionals];
  return `#compdef sluice
# zsh completion for sluice: eval "$(sluice --completions zsh)"
_sluice() {
  _arguments -S \\
${lines.map((line) => `    ${line}`).join(" \\\n")}
}
if [[ $funcstack[1] == _sluice ]]; then _sluice "$@"; else compdef _sluice sluice; fi`;
}

/** `[flag]--flag=[help]:placeholder:action`, as zshcompsys(1) has it. */
function zshSpecs(flag: ShellFlag): string[] {
  const { placeholder, completion, isRepeatable, isValueOptional, help } = flag;
  const others = isRepeatable ? "*" : `(${names(flag).join(" ")})`;
  const action = completion === undefined
    ? " "
    : completion === "file"
    ? "_files"
    : completion === "folder"
    ? "_files -/"
    : `(${completion.join(" ")})`;
  const value = placeholder === ""
    ? ""
    : `${isValueOptional ? "::" : ":"}${zshText(placeholder)}:${action}`;
  return names(flag).map((name) => {
    const isLong = name.startsWith("--") && value !== "";
    return quoted(`${others}${name}${isLong ? "=" : ""}[${zshText(help)}]${value}`);
  });
}

function zshText(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, "\\$&");
}

function fishScript(flags: readonly ShellFlag[]): string {
  const lines = flags.map((flag) => {
    const { long, short, placeholder, completion, help } = flag;
    const name = [`-l ${long.slice(2)}`, ...(short === undefined ? [] : [`-s ${short.slice(1)}`])];
    const value = placeholder === "" ? [] : [fishValue(completion)];
    return ["complete -c sluice", ...name, ...value, `-d ${quoted(help)}`].join(" ");
  });
  return [
    "# fish completion for sluice: sluice --completions fish | source",
    "complete -c sluice -f",
    ...lines,
  ].join("\n");
}

function fishValue(completion: Completion | undefined): string {
  if (completion === undefined) return "-x";
  if (completion === "file") return "-r -F";
  if (completion === "folder") return "-x -a '(__fish_complete_directories)'";
  return `-x -a ${quoted(completion.join(" "))}`;
}
