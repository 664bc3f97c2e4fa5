# Prints "hit:WORD" for each candidate that zsh offers: completion.zsh SCRIPT LINE.
zmodload zsh/zpty
zpty z zsh -f -i
() {
  zpty -w z "source $1"
  local line
  repeat 200; do
    zpty -r z line || exit 3
    [[ $line == *shell-is-ready* ]] && return
  done
  exit 2
} =(<<< '
PROMPT=
autoload -U compinit
compinit -u -D
source '${(q)1}'
bindkey "^I" complete-word
start () { echo -E - "<<begin" }
finish () { echo -E - "end>>"; exit }
compprefuncs=( start )
comppostfuncs=( finish )
compadd () {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  typeset -a __hits
  builtin compadd -A __hits "$@"
  print -rl -- "hit:"${^__hits}
  builtin compadd "$@"
}
echo shell-is"-ready"')
zpty -n -w z "$2"$'\t'
local line
while zpty -r z line; do
  print -r -- $line
  [[ $line == *"end>>"* ]] && break
done
