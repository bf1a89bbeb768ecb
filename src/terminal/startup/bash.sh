# Lu par bash (3.2 et suivants) dans le terminal de moussaillon : d’abord les fichiers de
# l’utilisateur, inchangés, puis les marques OSC 133 autour de l’invite et des commandes.
if [ "${MOUSSAILLON_LOGIN-}" = 1 ]; then
    if [ -r /etc/profile ]; then . /etc/profile; fi
    if [ -r ~/.bash_profile ]; then . ~/.bash_profile
    elif [ -r ~/.bash_login ]; then . ~/.bash_login
    elif [ -r ~/.profile ]; then . ~/.profile
    fi
elif [ -r ~/.bashrc ]; then
    . ~/.bashrc
fi

if [ -n "${MOUSSAILLON_DOCKER_HOST-}" ]; then
    export DOCKER_HOST="$MOUSSAILLON_DOCKER_HOST"
    unset DOCKER_CONTEXT DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH
fi
if [ -n "${MOUSSAILLON_BIN-}" ]; then
    case ":$PATH:" in
        *":$MOUSSAILLON_BIN:"*) ;;
        *) PATH="$MOUSSAILLON_BIN:$PATH" ;;
    esac
fi
unset MOUSSAILLON_DOCKER_HOST MOUSSAILLON_BIN MOUSSAILLON_LOGIN

# The entry that the line made in the history, as `NUMBER TEXT`.
__moussaillon_entry() {
    local HISTTIMEFORMAT=
    builtin history 1
}

# C: a line begins. Its text is the last of the history when it was added there; else the
# terminal reads it from what was echoed.
__moussaillon_began() {
    local entry number text
    entry=$(__moussaillon_entry)
    entry=${entry#"${entry%%[0-9]*}"}
    number=${entry%%[!0-9]*}
    text=${entry#"$number"}
    text=${text:2}
    if [ -z "$number" ] || [ "$number" = "${__moussaillon_number-}" ]; then
        builtin printf '\033]133;C;began=%s\007' "${EPOCHREALTIME-}"
        return
    fi
    text=${text//%/%25}
    text=${text//;/%3B}
    text=${text//$'\n'/%0A}
    text=${text//$'\t'/%09}
    text=${text//$'\033'/%1B}
    text=${text//$'\007'/%07}
    builtin printf '\033]133;C;began=%s;cmdline_url=%s\007' "${EPOCHREALTIME-}" "$text"
}

# D: it has ended. First of the prompt's commands, and leaves `$?` as it was.
__moussaillon_ended() {
    local status=$?
    __moussaillon_waiting=0
    builtin printf '\033]133;D;%s\007' "$status"
    return "$status"
}

# A and B around the prompt, again if something has replaced it. Last of the prompt's commands.
__moussaillon_prompt() {
    local status=$? entry
    case ${PS1-} in
        *']133;B'*) ;;
        *) PS1='\[\033]133;A\007\]'"${PS1-}"'\[\033]133;B\007\]' ;;
    esac
    case ${PS2-} in
        *']133;A;k=s'*) ;;
        *) PS2='\[\033]133;A;k=s\007\]'"${PS2-}"'\[\033]133;B\007\]' ;;
    esac
    entry=$(__moussaillon_entry)
    entry=${entry#"${entry%%[0-9]*}"}
    __moussaillon_number=${entry%%[!0-9]*}
    __moussaillon_waiting=1
    return "$status"
}

if [ "${BASH_VERSINFO[0]}" -gt 5 ] ||
    { [ "${BASH_VERSINFO[0]}" -eq 5 ] && [ "${BASH_VERSINFO[1]}" -ge 1 ]; }; then
    PROMPT_COMMAND=(__moussaillon_ended "${PROMPT_COMMAND[@]}" __moussaillon_prompt)
else
    PROMPT_COMMAND="__moussaillon_ended"$'\n'"${PROMPT_COMMAND-}"$'\n'"__moussaillon_prompt"
fi

if shopt -q promptvars &&
    { [ "${BASH_VERSINFO[0]}" -gt 4 ] ||
        { [ "${BASH_VERSINFO[0]}" -eq 4 ] && [ "${BASH_VERSINFO[1]}" -ge 4 ]; }; }; then
    PS0='$(__moussaillon_began)'"${PS0-}"
else
    # Without PS0, the first command after the prompt says that the line begins.
    __moussaillon_debug() {
        if [ "${__moussaillon_waiting-}" = 1 ] && [ -z "${COMP_LINE-}" ]; then
            case $BASH_COMMAND in
                __moussaillon_*) ;;
                *) __moussaillon_waiting=0; __moussaillon_began ;;
            esac
        fi
    }
    eval "__moussaillon_words=($(trap -p DEBUG))"
    trap "__moussaillon_debug"$'\n'"${__moussaillon_words[2]-}" DEBUG
    unset __moussaillon_words
fi
