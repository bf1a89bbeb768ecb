# Lu par zsh dans le terminal de moussaillon, à la place du .zshenv de l’utilisateur : il rend
# ZDOTDIR, lit ce fichier-là, et zsh lit ensuite les autres comme d’habitude.
if [[ -n "${MOUSSAILLON_ZDOTDIR+set}" ]]; then
    export ZDOTDIR="$MOUSSAILLON_ZDOTDIR"
    unset MOUSSAILLON_ZDOTDIR
else
    unset ZDOTDIR
fi
if [[ -r "${ZDOTDIR:-$HOME}/.zshenv" ]]; then
    source "${ZDOTDIR:-$HOME}/.zshenv"
fi

if [[ -o interactive ]]; then
    zmodload -F zsh/datetime p:EPOCHREALTIME 2>/dev/null

    # C: a line begins.
    __moussaillon_began() {
        emulate -L zsh
        local text="${1:-$3}"
        text="${text//\%/%25}"
        text="${text//;/%3B}"
        text="${text//$'\n'/%0A}"
        text="${text//$'\t'/%09}"
        text="${text//$'\e'/%1B}"
        text="${text//$'\a'/%07}"
        builtin printf '\033]133;C;began=%s;cmdline_url=%s\007' "${EPOCHREALTIME-}" "$text"
    }

    # D: it has ended.
    __moussaillon_ended() {
        builtin printf '\033]133;D;%s\007' "$?"
    }

    # A and B around the prompt, again if something has replaced it.
    __moussaillon_prompt() {
        if [[ "$PS1" != *']133;B'* ]]; then
            PS1=$'%{\e]133;A\a%}'"$PS1"$'%{\e]133;B\a%}'
        fi
    }

    # At the first prompt, once the user's files are read: they may well set the same variables.
    __moussaillon_start() {
        if [[ -n "${MOUSSAILLON_DOCKER_HOST-}" ]]; then
            export DOCKER_HOST="$MOUSSAILLON_DOCKER_HOST"
            unset DOCKER_CONTEXT DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH
        fi
        if [[ -n "${MOUSSAILLON_BIN-}" && ":$PATH:" != *":$MOUSSAILLON_BIN:"* ]]; then
            export PATH="$MOUSSAILLON_BIN:$PATH"
        fi
        unset MOUSSAILLON_DOCKER_HOST MOUSSAILLON_BIN
        precmd_functions=(
            __moussaillon_ended ${precmd_functions:#__moussaillon_start} __moussaillon_prompt
        )
        typeset -ga preexec_functions
        preexec_functions=(__moussaillon_began $preexec_functions)
        unfunction __moussaillon_start
        __moussaillon_prompt
    }
    typeset -ga precmd_functions
    precmd_functions+=(__moussaillon_start)
fi
