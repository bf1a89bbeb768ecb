#!/bin/sh
# Checks the settings, prepares the data folder the first time, then becomes the server.
set -e

from_file() {
    eval "direct=\"\${$1:-}\"; file=\"\${$1_FILE:-}\""
    if [ -n "$direct" ] && [ -n "$file" ]; then
        echo "error: both $1 and $1_FILE are set (but are exclusive)" >&2
        exit 1
    fi
    if [ -n "$file" ]; then
        direct="$(cat "$file")"
    fi
    if [ -n "$direct" ]; then
        export "$1=$direct"
    fi
    unset "$1_FILE"
}

case "$1" in
    -*) set -- postgres "$@" ;;
esac

if [ "$1" = postgres ]; then
    for name in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS; do
        from_file "$name"
    done
    : "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}"
    export POSTGRES_USER POSTGRES_DB
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
            cat >&2 <<'EOE'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
EOE
            exit 1
        fi
        mkdir -p "$PGDATA"
        initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD"
        echo
        pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
        echo
        if [ "$POSTGRES_DB" != postgres ]; then
            psql -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE \"$POSTGRES_DB\""
            echo
        fi
        echo
        found=
        for file in /docker-entrypoint-initdb.d/*; do
            case "$file" in
                *.sh)
                    if [ -x "$file" ]; then
                        echo "/usr/local/bin/docker-entrypoint.sh: running $file"
                        "$file"
                    else
                        echo "/usr/local/bin/docker-entrypoint.sh: sourcing $file"
                        . "$file"
                    fi ;;
                *.sql)
                    echo "/usr/local/bin/docker-entrypoint.sh: running $file"
                    psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f "$file" ;;
                '/docker-entrypoint-initdb.d/*')
                    echo '/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/*' ;;
                *) echo "/usr/local/bin/docker-entrypoint.sh: ignoring $file" ;;
            esac
            echo
        done
        pg_ctl -D "$PGDATA" -m fast -w stop
        echo
        echo 'PostgreSQL init process complete; ready for start up.'
        echo
    else
        echo
        echo 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
        echo
    fi
fi

exec "$@"
