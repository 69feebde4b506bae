#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/demo.sh            deploys a registry on a throw-away host, declares organizations in it, and shows both
# scripts/demo.sh --remove   removes the host with everything in it
#
# The host is a container with systemd in it, on which playbooks/site.yml runs as it would on any other host.
# `make demo` makes ready what is needed, and calls this.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

readonly HOST=quayops-demo
readonly NAME=registry.example.com
readonly PLAYBOOK=playbooks/site.yml
readonly VARIABLES=playbooks/vars/site.yml
readonly DIRECTORY=.cache/demo
# What the role deploys when it is not told otherwise.
readonly REAL_QUAY=quay.io/projectquay/quay:3.17.1
readonly REAL_POSTGRESQL=quay.io/sclorg/postgresql-15-c9s:latest
readonly REAL_REDIS=quay.io/fedora/redis-7:latest

lab() { scripts/lab.sh "$@"; }

heading() { printf '\n== %s\n' "$*"; }

die() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

remove() { lab podman rm --force --time 0 --volumes --ignore $HOST >/dev/null; }

case "${1:-}" in
"") ;;
--remove)
    remove
    echo "The host $HOST is removed."
    exit 0
    ;;
*)
    echo "usage: scripts/demo.sh [--remove]" >&2
    exit 2
    ;;
esac

# Whether an image is here, or can be had.
has_image() { lab podman image exists "$1" || lab timeout 600 podman pull --quiet "$1" >/dev/null 2>&1; }

# Prints a line of the variable container_images, and which image it is on the standard error.
choose() {
    local component=$1 real=$2 stand_in=$3
    if has_image "$real"; then
        printf '%s: %s\n' "$component" "$real" >&2
        printf '  %s: %s\n' "$component" "$real"
    else
        scripts/images.sh "$4" >&2
        printf '%s: %s (%s is neither here nor can be pulled)\n' "$component" "$stand_in" "$real" >&2
        printf '  %s: %s\n' "$component" "$stand_in"
    fi
}

start_host() {
    scripts/images.sh host
    remove
    lab podman run --detach --name $HOST --hostname $NAME --privileged --systemd=always \
        --label "quayops.checkout=$QUAYOPS_ROOT" \
        --volume "$(lab podman info --format '{{.Store.GraphRoot}}'):/var/lib/shared-images:ro" \
        localhost/quayops/host:trixie >/dev/null
    local attempt
    for attempt in {1..100}; do
        case "$(lab podman exec $HOST systemctl is-system-running 2>/dev/null)" in
        running | degraded) break ;;
        esac
        sleep 0.2
    done
    [ "$attempt" -lt 100 ] || die "systemd did not start in the host $HOST."
    address=$(lab podman inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' $HOST)
}

# converge NAME: runs the playbook; its whole output goes to a file.
converge() {
    local log="$DIRECTORY/$1.log" started=$SECONDS
    lab ansible-playbook -i $DIRECTORY/inventory -e "@$VARIABLES" -e @$DIRECTORY/images.yml --diff $PLAYBOOK >"$log" 2>&1 || {
        cat "$log" >&2
        die "the $1 run failed; its output is above, and in $log. To remove the host: scripts/demo.sh --remove"
    }
    sed -n '/^PLAY RECAP/,$p' "$log" | sed '/^$/d'
    printf '%s s\n' "$((SECONDS - started))"
}

inside() { lab podman exec $HOST "$@"; }

export ANSIBLE_NOCOLOR=1 ANSIBLE_FORCE_COLOR=0
mkdir -p $DIRECTORY

heading "Images"
{
    printf 'quay_image_pull: false\ncontainer_images:\n'
    choose quay $REAL_QUAY localhost/quayops/quay-simulator:3.17.1 quay-simulator
    choose postgresql $REAL_POSTGRESQL localhost/quayops/sclorg-postgresql:17 sclorg-postgresql
    choose redis $REAL_REDIS localhost/quayops/redis:7 redis
    printf 'quay_redis_image_family: sclorg\n'
} >$DIRECTORY/images.yml
if grep -q quay-simulator $DIRECTORY/images.yml; then
    echo "This is not Quay: the simulator that the tests use takes its place. Its API answers as Quay's does; it stores no images."
fi

heading "A throw-away host"
start_host
printf 'registry ansible_connection=podman_exec ansible_host=%s ansible_python_interpreter=/usr/bin/python3 ansible_user=root\n' $HOST >$DIRECTORY/inventory
printf '%s (%s), an empty Debian with systemd and podman\n' $NAME "$address"

heading "First run: $PLAYBOOK with $VARIABLES"
converge first

heading "Second run: nothing may change"
converge second
grep -Eq '^registry +:.* changed=0 .* failed=0 ' $DIRECTORY/second.log || die "the second run changed something; see $DIRECTORY/second.log"

heading "What runs there"
inside podman ps --format 'table {{.Names}} {{.Image}} {{.Status}} {{.Ports}}'

heading "What it holds (asked over HTTPS, with the token that the role made)"
inside bash -c '. /var/data/quay/admin_token
    for name in $(curl -fsS -H "Authorization: Bearer $ADMIN_TOKEN" https://'$NAME'/api/v1/superuser/organizations/ |
        python3 -c "import json, sys; print(*(one[\"name\"] for one in json.load(sys.stdin)[\"organizations\"]))"); do
        curl -fsS -H "Authorization: Bearer $ADMIN_TOKEN" https://'$NAME'/api/v1/organization/$name |
            python3 -c "import json, sys; one = json.load(sys.stdin); print(\"  {name}: teams {teams}\".format(name=one[\"name\"], teams=\", \".join(sorted(one[\"teams\"]))))"
    done'

heading "Where to look"
cat <<TEXT
  the registry       https://$address (its name is $NAME)
                     curl --resolve $NAME:443:$address --cacert $DIRECTORY/ca.crt https://$NAME/health/instance
  the credentials    on the host, in /var/data/quay/<user>_token, for root alone:
                     scripts/lab.sh podman exec $HOST cat /var/data/quay/admin_token
  a shell there      scripts/lab.sh podman exec -it $HOST bash
  what was declared  $VARIABLES
  the playbook       $PLAYBOOK
  the runs           $DIRECTORY/first.log (with every difference), $DIRECTORY/second.log
  to try a change    . scripts/env.sh; scripts/lab.sh ansible-playbook -i $DIRECTORY/inventory -e @$VARIABLES \\
                       -e @$DIRECTORY/images.yml --check --diff $PLAYBOOK
  to remove it all   scripts/demo.sh --remove
TEXT
inside cat /var/data/quay/ca/ca.crt >$DIRECTORY/ca.crt
