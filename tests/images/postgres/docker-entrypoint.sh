#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# Makes the database at the first start, and starts the server. Unlike sclorg's image, it leaves the
# password alone afterwards, and POSTGRES_USER is the only superuser.

set -euo pipefail

refuse() {
    printf 'Error: %s\n' "$@" >&2
    exit 1
}

# from_file NAME: its value may also be the content of the file that NAME_FILE names.
from_file() {
    local file=${1}_FILE
    [ -z "${!1:-}" ] || [ -z "${!file:-}" ] || refuse "both $1 and $file are set (but are exclusive)"
    if [ -n "${!file:-}" ]; then
        export "$1=$(<"${!file}")"
    fi
    unset "$file"
}

# Statements by standard input, which no list of processes shows; and not logged when they fail.
sql() {
    PGOPTIONS='-c log_min_error_statement=panic' psql --quiet --no-psqlrc --no-password \
        --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

initialize() {
    [ -n "${POSTGRES_PASSWORD:-}" ] || [ "$method" = trust ] ||
        refuse "Database is uninitialized and superuser password is not specified." \
            "You must specify POSTGRES_PASSWORD to a non-empty value for the superuser."
    # Blank-separated options, as there.
    # shellcheck disable=SC2086
    initdb --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "${POSTGRES_PASSWORD:-}") \
        --encoding UTF8 --locale C.UTF-8 --auth trust ${POSTGRES_INITDB_ARGS:-} >/dev/null
    printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
    printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

run_scripts() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
        *.sh)
            if [ -x "$file" ]; then
                "$file"
            else
                # shellcheck source=/dev/null
                . "$file"
            fi
            ;;
        *.sql) sql --dbname "$POSTGRES_DB" <"$file" ;;
        *.sql.gz) gunzip --stdout "$file" | sql --dbname "$POSTGRES_DB" ;;
        esac
    done
}

make_database() {
    # Nobody else may connect before it is ready.
    PGUSER=$POSTGRES_USER pg_ctl --wait --silent start -o "-c listen_addresses='' -p 5432"
    if [ "$POSTGRES_DB" != postgres ]; then
        createdb --no-password --username "$POSTGRES_USER" --maintenance-db postgres "$POSTGRES_DB"
    fi
    run_scripts
    PGUSER=$POSTGRES_USER pg_ctl --wait --silent stop -m fast
}

# As root only to give the directories to the server's user; everything else as that user.
become_postgres() {
    mkdir -p "$PGDATA"
    chown -R 999:999 "$PGDATA" /var/run/postgresql
    exec setpriv --reuid 999 --regid 999 --clear-groups "$0" "$@"
}

main() {
    local name method
    [ "${1:0:1}" != - ] || set -- postgres "$@"
    if [ "$1" != postgres ]; then
        exec "$@"
    fi
    [ "$(id -u)" -ne 0 ] || become_postgres "$@"
    for name in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB POSTGRES_INITDB_ARGS; do
        from_file $name
    done
    POSTGRES_USER=${POSTGRES_USER:-postgres}
    POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    export POSTGRES_USER POSTGRES_DB
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        initialize
        make_database
    fi
    unset POSTGRES_PASSWORD
    exec "$@"
}

main "$@"
