/**
 * The completion scripts: each passes the words so far to the program, and offers its output.
 *
 * @module
 */

/** The hidden command that completes. */
export const COMPLETE = "__complete";

const BASH = `# bash completion for glance-direct

_glance_direct() {
  local words=() word i current=\${COMP_WORDS[COMP_CWORD]} line
  # bash splits --format=json at '=' and names at ':': the pieces are one word to the program.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:] || \${COMP_WORDS[i - 1]} == [=:] ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  [[ $current == [=:] ]] && current=
  local typed=\${words[-1]}
  local before=\${typed%"$current"}
  COMPREPLY=()
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    case $word in
      :files | :directories)
        compopt -o filenames 2>/dev/null
        local kind=-f
        [[ $word == :directories ]] && kind=-d
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$kind" -- "$current") ;;
      ?*)
        printf -v word %q "\${word#"$before"}"
        COMPREPLY+=("$word") ;;
    esac
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} -- "\${words[@]}" 2>/dev/null)
}

complete -F _glance_direct glance-direct`;

const ZSH = `#compdef glance-direct
# zsh completion for glance-direct

_glance_direct() {
  local -a answer offered
  local line
  answer=("\${(@f)$("$words[1]" ${COMPLETE} -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $answer; do
    case $line in
      :files | :directories)
        compset -P '--*='
        if [[ $line == :files ]]; then _files; else _files -/; fi ;;
      ?*) offered+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (($#offered)) && _describe -t values value offered
}

if [[ \${funcstack[1]} == _glance-direct ]]; then
  _glance_direct "$@"
else
  compdef _glance_direct glance-direct
fi`;

const FISH = `# fish completion for glance-direct

function __glance_direct_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    test (count $current) -eq 0; and set current ''
    set -l before (string match -r -- '^--[^=]+=' $current)
    set -l path (string replace -r -- '^--[^=]+=' '' $current)
    for line in ($program ${COMPLETE} -- $words $current 2>/dev/null)
        switch $line
            case ':files*'
                for found in (__fish_complete_path $path)
                    echo "$before$found"
                end
            case ':directories*'
                for found in (__fish_complete_directories $path)
                    echo "$before$found"
                end
            case ''
            case '*'
                echo $line
        end
    end
end

complete -c glance-direct -f -a '(__glance_direct_complete)'`;

/** The script of each shell. */
export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
