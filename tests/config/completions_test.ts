// The completion scripts, run by the shells that they are for. A shell that is not there is ignored.

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { completionScript } from "../../lib/config/completions.ts";
import { describeOptions } from "../../lib/config.ts";
import { withDeadline } from "../integration/deadline.ts";
import { withFolder, writeFile } from "../integration/harness.ts";
import { isInstalled, run } from "../integration/tool.ts";

const FLAGS = describeOptions({ root: "", uploads: "" })
  .map(({ flag }) => flag.split(",")[0] ?? "");

/** A command line whose last word is to be completed, and what the shell then offers. */
const ROWS: readonly (readonly [words: readonly string[], offers: readonly string[]])[] = [
  [["--log-l"], ["--log-level"]],
  [["--tls-"], ["--tls-cert", "--tls-key"]],
  [["8080", "--por"], ["--port"]],
  [["--"], FLAGS],
  [["--log-level", ""], ["debug", "info", "warn", "error"]],
  [["--log-level", "w"], ["warn"]],
  [["--log-level=w"], ["warn"]],
  [["--completions", ""], ["bash", "zsh", "fish"]],
  [["--symlinks", "o"], ["off"]],
  [["--help", "li"], ["listening", "limits"]],
  [["--root", ""], ["a folder", "b"]],
  [["--root", "a"], ["a folder"]],
  [["--tls-cert", "c"], ["cert.pem"]],
  [["--tls-cert=c"], ["cert.pem"]],
  [["--config", ""], ["a folder", "b", "cert.pem"]],
  [["--zzz"], []],
];

/** Runs `test` in a folder with two folders and a file in it. */
function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, "cert.pem"), "");
    for (const name of ["a folder", "b"]) await Deno.mkdir(join(folder, name));
    await test(folder);
  });
}

function sorted(offers: readonly string[]): string[] {
  return [...new Set(offers)].toSorted();
}

Deno.test("completionScript() knows three shells", () => {
  assertThrows(() => completionScript("csh"), RangeError, "csh");
});

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`the script for ${shell} names every flag`, () => {
    for (const flag of FLAGS) {
      const wanted = shell === "fish" ? `-l ${flag.slice(2)} ` : flag;
      assertStringIncludes(`${completionScript(shell)} `, wanted);
    }
  });

  Deno.test({
    name: `${shell} finds no fault with its script`,
    ignore: !await isInstalled(shell),
    fn: () =>
      inFolder(async (folder) => {
        const script = join(folder, "script");
        await writeFile(script, completionScript(shell));
        assertEquals(await run(shell, "-n", script), "");
      }),
  });
}

/** What bash offers: its function is called with the words taken apart as readline does it. */
async function bashOffers(words: readonly string[], folder: string): Promise<string[]> {
  const parts = ["sluice", ...words.flatMap((word) => word.split(/(?<==)|(?==)/))];
  const program = `
cd "$1" || exit 1
shift
source ./script
complete -p sluice >/dev/null || exit 1
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
compopt() { :; } # it works only while readline completes
_sluice
for offer in "\${COMPREPLY[@]}"; do printf '%s\\n' "$offer"; done`;
  const said = await run("bash", "--norc", "-c", program, "bash", folder, ...parts);
  return said.split("\n").filter((line) => line !== "");
}

/** What fish offers: its own tool takes a command line. */
async function fishOffers(words: readonly string[], folder: string): Promise<string[]> {
  const program = "cd $argv[1]; set -e fish_complete_path; source script; complete -C $argv[2]";
  const said = await run("fish", "--no-config", "-c", program, folder, `sluice ${words.join(" ")}`);
  return said.split("\n").filter((line) => line !== "").map((line) =>
    (line.split("\t")[0] ?? "").replace(/^--[a-z-]+=(?=.)/, "").replace(/[/=]$/, "")
  );
}

/** What zsh offers: to a shell on a pseudo terminal, whose `compadd` says what it is given. */
async function zshOffers(words: readonly string[], folder: string): Promise<string[]> {
  // A shell that is slow finds the next key waiting, and then completes nothing.
  for (let attempt = 1;; attempt++) {
    const offers = await zshOffersOnce(words, folder);
    if (offers.length > 0 || attempt === ZSH_ATTEMPTS) return offers;
  }
}

/** Attempts after which nothing offered is nothing to offer. */
const ZSH_ATTEMPTS = 5;

async function zshOffersOnce(words: readonly string[], folder: string): Promise<string[]> {
  const program = `
cd "$1" || exit 1
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; PROMPT_EOL_MARK=; autoload -Uz compinit; compinit -D -u; source ./script'
zpty -w shell 'compadd() {
  local -a offers
  if [[ "$*" != *-[OAD]* ]]; then
    builtin compadd -O offers "$@"; print -rl -- OFFER:$^offers
  fi
  builtin compadd "$@"
}'
zpty -w shell 'bindkey "^I" complete-word; echo RE""ADY'
zpty -r shell said '*READY*'
zpty -n -w shell "sluice $2"$'\\t'
zpty -n -w shell $'\\C-u'
zpty -w shell 'echo DO""NE'
zpty -r shell said '*DONE*'
print -r -- "$said"`;
  const said = await run("zsh", "-f", "-c", program, "zsh", folder, words.join(" "));
  return [...said.matchAll(/OFFER:(.+?)\r/g)].map(([, offer = ""]) => offer.replaceAll("\\", ""));
}

const SHELLS = { bash: bashOffers, fish: fishOffers, zsh: zshOffers } as const;

for (const [shell, offersOf] of Object.entries(SHELLS)) {
  const isThere = await isInstalled(shell);
  for (const [words, offers] of ROWS) {
    Deno.test({
      name: `${shell} completes ${words.join(" ")}`,
      ignore: !isThere,
      fn: () =>
        inFolder(async (folder) => {
          await writeFile(join(folder, "script"), completionScript(shell));
          const seen = await withDeadline(() => offersOf(words, folder));
          assertEquals(sorted(seen.filter((offer) => offer !== "script")), sorted(offers));
        }),
    });
  }
}
