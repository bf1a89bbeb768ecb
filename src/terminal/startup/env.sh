# Lu par dash et busybox ash (variable ENV) dans le terminal de moussaillon : d’abord le fichier de
# l’utilisateur, puis les marques OSC 133 dans l’invite, seul endroit que ces shells offrent.
if [ -n "${MOUSSAILLON_ENV-}" ]; then
    ENV=$MOUSSAILLON_ENV
    export ENV
    if [ -r "$ENV" ]; then . "$ENV"; fi
else
    unset ENV
fi
if [ -n "${MOUSSAILLON_DOCKER_HOST-}" ]; then
    DOCKER_HOST=$MOUSSAILLON_DOCKER_HOST
    export DOCKER_HOST
    unset DOCKER_CONTEXT DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH
fi
if [ -n "${MOUSSAILLON_BIN-}" ]; then
    case ":$PATH:" in
        *":$MOUSSAILLON_BIN:"*) ;;
        *) PATH="$MOUSSAILLON_BIN:$PATH" ;;
    esac
fi

# `\[` and `\]` tell a shell that edits its line what does not show.
if [ -n "${MOUSSAILLON_HIDE-}" ]; then
    MOUSSAILLON_OPEN='\[' MOUSSAILLON_CLOSE='\]'
else
    MOUSSAILLON_OPEN= MOUSSAILLON_CLOSE=
fi
PS1=$MOUSSAILLON_OPEN$(printf '\033]133;D;')'$?'$(printf '\007\033]133;A\007')$MOUSSAILLON_CLOSE${PS1-'$ '}$MOUSSAILLON_OPEN$(printf '\033]133;B\007')$MOUSSAILLON_CLOSE
PS2=$MOUSSAILLON_OPEN$(printf '\033]133;A;k=s\007')$MOUSSAILLON_CLOSE${PS2-'> '}$MOUSSAILLON_OPEN$(printf '\033]133;B\007')$MOUSSAILLON_CLOSE
unset MOUSSAILLON_ENV MOUSSAILLON_DOCKER_HOST MOUSSAILLON_BIN MOUSSAILLON_HIDE
unset MOUSSAILLON_OPEN MOUSSAILLON_CLOSE
