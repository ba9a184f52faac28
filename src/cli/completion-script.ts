/**
 * What makes a shell complete the words of the command. The scripts know nothing of services and options: they ask
 * `hawser completion words -- WORD ...`, which answers a line for each word that fits, a tab and what it means behind it, or an empty line for
 * "a file". So they need not be made again when a package with services is installed.
 */
import type { Shell } from "./command.ts";

const BASH = `_hawser() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$line" ]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _hawser hawser
`;

const ZSH = `#compdef hawser
_hawser() {
  local -a candidates
  local line
  while IFS= read -r line; do
    if [[ -z $line ]]; then
      _files
      return
    fi
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe hawser candidates
}
if [[ $funcstack[1] == _hawser ]]; then
  _hawser "$@"
else
  compdef _hawser hawser
fi
`;

const FISH = `function __hawser_words
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] completion words -- $words[2..-1] 2>/dev/null)
  if test (count $found) -eq 1 -a -z "$found[1]"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c hawser -f -a '(__hawser_words)'
`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
