#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/demo.sh [--keep]
#
# Starts the simulator of Quay's API, declares the organizations of an example by the role
# quay_project_creation, does so again with nothing changed, and shows what exists.
# --keep leaves the simulator running. `make demo` makes ready what is needed, and calls this.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

readonly PLAYBOOK=playbooks/projects.yml
readonly VARIABLES=playbooks/vars/example.yml
readonly LOGS=.cache/demo

keep=false
case "${1:-}" in
"") ;;
--keep) keep=true ;;
*)
    echo "usage: scripts/demo.sh [--keep]" >&2
    exit 2
    ;;
esac

directory=$(mktemp -d)
simulator=""
clean_up() {
    if [ -n "$simulator" ]; then
        kill "$simulator" 2>/dev/null || true
        wait "$simulator" 2>/dev/null || true
    fi
    rm -rf "$directory"
}
trap clean_up EXIT

heading() { printf '\n== %s\n' "$*"; }

die() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

start_simulator() {
    : >"$directory/simulator.log"
    nohup python -m tests.simulator --port 0 --bootstrap "admin:$(python -c 'import secrets; print(secrets.token_hex(12))')" \
        >>"$directory/simulator.log" 2>&1 </dev/null &
    simulator=$!
    local attempt
    for attempt in {1..150}; do
        url=$(sed -n 's/^listening on //p' "$directory/simulator.log")
        [ -z "$url" ] || return 0
        kill -0 "$simulator" 2>/dev/null || break
        sleep 0.2
    done
    cat "$directory/simulator.log" >&2
    die "the simulator did not start (tried $attempt times to find its address)."
}

# converge NAME: runs the playbook; its whole output goes to a file.
converge() {
    local log="$LOGS/$1.log" started=$SECONDS
    ansible-playbook -i "$directory/inventory" -e "@$VARIABLES" -e "@$directory/demo.json" --diff "$PLAYBOOK" >"$log" 2>&1 || {
        cat "$log" >&2
        die "the $1 run failed; its output is above, and in $log."
    }
    sed -n '/^PLAY RECAP/,$p' "$log" | sed '/^$/d'
    printf '%s objects made, changed or removed; %s; %s s\n' "$(grep -c '^+++ after' "$log" || true)" \
        "$(python scripts/demo_registry.py requests "$url")" "$((SECONDS - started))"
}

export ANSIBLE_NOCOLOR=1 ANSIBLE_FORCE_COLOR=0
mkdir -p "$LOGS" "$directory/data"

heading "A registry"
start_simulator
python scripts/demo_registry.py prepare "$url" "$directory/data" "$VARIABLES"
# The example names a registry of a real site; here it is the simulator, and the host is this machine.
printf '{"quay_api_url": "%s/api/v1", "quay_data_dir": "%s/data"}\n' "$url" "$directory" >"$directory/demo.json"
printf 'registry ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n' >"$directory/inventory"
printf 'The simulator of Quay'\''s API listens on %s.\n' "$url"
printf 'Users, each with a file that holds a token or a password: %s\n' "$(cd "$directory/data" && echo *)"

heading "First run: $PLAYBOOK with $VARIABLES"
converge first

heading "Second run: nothing may change"
converge second
grep -Eq '^registry +:.* changed=0 .* failed=0 ' "$LOGS/second.log" ||
    die "the second run changed something; see $LOGS/second.log"

heading "What exists now (read by quay_organization_info, as admin)"
python scripts/demo_registry.py show "$url" "$directory/data" "$VARIABLES"

heading "Where to look"
cat <<TEXT
  what was declared       $VARIABLES
  the playbook            $PLAYBOOK
  the role                roles/quay_project_creation/README.md
  the output of the runs  $LOGS/first.log (with every difference), $LOGS/second.log
  the modules             . scripts/env.sh; ansible-doc quayops.quay.quay_organizations
  guides                  docs/README.md
TEXT
if $keep; then
    trap - EXIT
    cat <<TEXT
  the simulator           $url (still running; all of its state: curl $url/_simulator/state)
  the users' files        $directory/data
  to try a change         . scripts/env.sh; ansible-playbook -i $directory/inventory -e @$VARIABLES -e @$directory/demo.json --check --diff $PLAYBOOK
  to end it               kill $simulator; rm -r $directory
TEXT
else
    printf '  The simulator is stopped now. To have it stay: scripts/demo.sh --keep\n'
fi
