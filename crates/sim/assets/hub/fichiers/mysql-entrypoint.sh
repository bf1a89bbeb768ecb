#!/bin/sh
# Checks the settings, prepares the data folder the first time, then becomes the server.
set -e

log() {
    printf '%s [%s] [Entrypoint]: %s\n' "$(date -u '+%Y-%m-%d %H:%M:%S+00:00')" "$1" "$2"
}
fail() {
    printf '%s [ERROR] [Entrypoint]: %s\n' "$(date -u '+%Y-%m-%d %H:%M:%S+00:00')" "$1" >&2
    exit 1
}
# A variable, or the content of the file that its _FILE names.
from_file() {
    eval "direct=\"\${$1:-}\"; file=\"\${$1_FILE:-}\""
    if [ -n "$direct" ] && [ -n "$file" ]; then
        fail "Both $1 and $1_FILE are set (but are exclusive)"
    fi
    if [ -n "$file" ]; then
        direct="$(cat "$file")"
    fi
    if [ -n "$direct" ]; then
        export "$1=$direct"
    fi
    unset "$1_FILE"
}
sql() {
    mysql --protocol=socket -uroot "$@"
}

case "$1" in
    -*) set -- mysqld "$@" ;;
esac

if [ "$1" = mysqld ]; then
    case " $* " in
        *' --help '*|*' --version '*|*' -V '*) exec "$@" ;;
    esac
    log Note "Entrypoint script for MySQL Server ${MYSQL_VERSION} started."
    if [ "$(id -u)" = 0 ]; then
        log Note "Switching to dedicated user 'mysql'"
        log Note "Entrypoint script for MySQL Server ${MYSQL_VERSION} started."
    fi
    for name in MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do
        from_file "$name"
    done
    if [ ! -d /var/lib/mysql/mysql ]; then
        if [ -z "$MYSQL_ROOT_PASSWORD" ] && [ -z "$MYSQL_ALLOW_EMPTY_PASSWORD" ] && [ -z "$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
            fail 'Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD'
        fi
        if [ "$MYSQL_USER" = root ]; then
            fail 'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user
    Remove MYSQL_USER="root" and use one of the following to control the root user password:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD'
        fi
        log Note 'Initializing database files'
        mysqld --initialize-insecure --default-time-zone=SYSTEM
        log Note 'Database files initialized'
        log Note 'Starting temporary server'
        mysqld --daemonize --skip-networking --default-time-zone=SYSTEM --socket=/var/run/mysqld/mysqld.sock
        until mysqladmin --protocol=socket -uroot --silent ping >/dev/null 2>&1; do sleep 0.05; done
        log Note 'Temporary server started.'
        if [ -n "$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
            MYSQL_ROOT_PASSWORD="$(head -c 24 /dev/urandom | base64 | head -c 32)"
            export MYSQL_ROOT_PASSWORD
            log Note "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
        fi
        if [ "${MYSQL_ROOT_HOST:-%}" != localhost ]; then
            sql -e "CREATE USER 'root'@'${MYSQL_ROOT_HOST:-%}' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD'; GRANT ALL ON *.* TO 'root'@'${MYSQL_ROOT_HOST:-%}' WITH GRANT OPTION"
        fi
        if [ -n "$MYSQL_DATABASE" ]; then
            log Note "Creating database $MYSQL_DATABASE"
            sql -e "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`"
        fi
        if [ -n "$MYSQL_USER" ] && [ -n "$MYSQL_PASSWORD" ]; then
            log Note "Creating user $MYSQL_USER"
            sql -e "CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$MYSQL_PASSWORD'"
            if [ -n "$MYSQL_DATABASE" ]; then
                log Note "Giving user $MYSQL_USER access to schema $MYSQL_DATABASE"
                sql -e "GRANT ALL ON \`$MYSQL_DATABASE\`.* TO '$MYSQL_USER'@'%'"
            fi
        fi
        for file in /docker-entrypoint-initdb.d/*; do
            case "$file" in
                *.sh)
                    if [ -x "$file" ]; then
                        log Note "/usr/local/bin/docker-entrypoint.sh: running $file"
                        "$file"
                    else
                        log Note "/usr/local/bin/docker-entrypoint.sh: sourcing $file"
                        . "$file"
                    fi ;;
                *.sql)
                    log Note "/usr/local/bin/docker-entrypoint.sh: running $file"
                    if [ -n "$MYSQL_DATABASE" ]; then sql "$MYSQL_DATABASE" < "$file"; else sql < "$file"; fi ;;
                '/docker-entrypoint-initdb.d/*') ;;
                *) log Warn "/usr/local/bin/docker-entrypoint.sh: ignoring $file" ;;
            esac
        done
        if [ -n "$MYSQL_ROOT_PASSWORD" ]; then
            sql -e "ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD'"
        fi
        log Note 'Stopping temporary server'
        mysqladmin --protocol=socket -uroot "-p$MYSQL_ROOT_PASSWORD" shutdown 2>/dev/null
        log Note 'Temporary server stopped'
        echo
        log Note 'MySQL init process done. Ready for start up.'
        echo
    fi
fi

exec "$@"
