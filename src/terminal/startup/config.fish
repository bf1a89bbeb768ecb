# Lu par fish dans le terminal de moussaillon, après les fichiers de l’utilisateur : les marques
# OSC 133 autour de l’invite et des commandes. fish 4 en émet lui-même ; deux fois la même ne gêne
# pas.
if set -q MOUSSAILLON_DOCKER_HOST
    set -gx DOCKER_HOST $MOUSSAILLON_DOCKER_HOST
    set -e DOCKER_CONTEXT
    set -e DOCKER_TLS
    set -e DOCKER_TLS_VERIFY
    set -e DOCKER_CERT_PATH
end
if set -q MOUSSAILLON_BIN; and not contains -- $MOUSSAILLON_BIN $PATH
    set -gx PATH $MOUSSAILLON_BIN $PATH
end
set -e MOUSSAILLON_DOCKER_HOST
set -e MOUSSAILLON_BIN

function __moussaillon_prompt --on-event fish_prompt
    printf '\e]133;A\a\e]133;B\a'
end

function __moussaillon_began --on-event fish_preexec
    printf '\e]133;C;cmdline_url=%s\a' (string escape --style=url -- $argv[1])
end

function __moussaillon_ended --on-event fish_postexec
    printf '\e]133;D;%s\a' $status
end
