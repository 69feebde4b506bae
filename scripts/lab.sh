#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/lab.sh COMMAND [ARGUMENT...]
#
# Runs a command where podman can start a container with systemd in it. On most machines it just
# runs it. What some machines lack is made up for, each only where it is found missing:
#
#   not root                      sudo: hosts under test are privileged containers
#   cgroups v1 or hybrid          a mount namespace of our own, in which cgroup v2 is mounted
#   root may not raise limits     a containers.conf of our own, with the limits that there are
#   systemd is not running        likewise, with cgroupfs and with logs in files
#
# All callers share one namespace, and so see the same containers. A call from inside is fine.
#
# scripts/lab.sh --clean        removes what the tests of this checkout left in podman
# scripts/lab.sh --clean-all    removes every container and network whose name begins with quayops-,
#                               and images that have been built anew since
#
# Either way the namespace goes too, once no container is left.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly SELF=$QUAYOPS_ROOT/scripts/lab.sh
# Below /run, because what it describes ends with the machine. All checkouts share it, as they share
# podman's own state.
readonly STATE=/run/quayops-lab
readonly LOCK=/run/quayops-lab.lock
readonly NAMESPACE=$STATE/mounts
readonly CONFIGURATION=$STATE/containers.conf

die() {
    printf 'lab: ERROR: %s\n' "$@" >&2
    exit 1
}

# --- root ------------------------------------------------------------------------

# Not "exec": what root left in the checkout's cache must be the caller's again.
become_root() {
    local code=0
    command -v sudo >/dev/null ||
        die "podman must run as root here (hosts under test are privileged containers)," \
            "and there is no sudo. Run this as root: ${*:-}"
    sudo --preserve-env env "PATH=$PATH" HOME=/root PYTHONDONTWRITEBYTECODE=1 "$SELF" "$@" || code=$?
    sudo find "$QUAYOPS_ROOT/.cache" "$QUAYOPS_ROOT/tests/output" -user root \
        -exec chown --no-dereference "$(id -u):$(id -g)" {} + 2>/dev/null || true
    exit "$code"
}

# --- what is missing ---------------------------------------------------------------

has_cgroup2() { [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; }

has_systemd() { [ -d /run/systemd/system ]; }

# Whether a process may have more open files than it has now, as podman wants for its containers.
may_raise_limits() { (ulimit -Hn 1048576) 2>/dev/null; }

# --- the namespace -----------------------------------------------------------------

namespace_is_there() { [ "$(stat -fc %T "$NAMESPACE" 2>/dev/null)" = nsfs ]; }

# A device that only root can open is of no use to a container of an ordinary user.
open_device() {
    local device=$1 copy=$STATE/dev/${1##*/}
    [ -c "$device" ] || return 0
    [ "$(stat -c %a "$device")" != 666 ] || return 0
    mkdir -p "$STATE/dev"
    if [ ! -c "$copy" ]; then
        # shellcheck disable=SC2046  # two numbers
        mknod -m 0666 "$copy" c $(stat -c '0x%t 0x%T' "$device")
    fi
    mount --bind "$copy" "$device"
}

# Runs in the new namespace.
set_up_namespace() {
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    open_device /dev/fuse
    open_device /dev/net/tun
}

make_namespace() {
    # A namespace can be kept in a file only where mounts do not propagate.
    mountpoint -q $STATE || { mount --bind $STATE $STATE && mount --make-private $STATE; }
    : >>"$NAMESPACE"
    unshare --mount="$NAMESPACE" --propagation private "$SELF" --set-up-namespace || {
        umount "$NAMESPACE" 2>/dev/null || true
        die "could not mount cgroup v2 in a namespace; its message is above." \
            "Without cgroup v2 no host with podman can be started here."
    }
}

# --- podman's configuration ---------------------------------------------------------

write_configuration() {
    local files new
    new=$(mktemp "$STATE/conf.XXXXXX")
    {
        printf '# Written by scripts/lab.sh.\n[containers]\n'
        printf 'log_driver = "k8s-file"\n'
        if ! may_raise_limits; then
            files=$(ulimit -Hn)
            printf 'default_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' "$files" "$files" "$files" "$files"
        fi
        # The pids controller may be bound to the old hierarchy.
        grep -qw pids /sys/fs/cgroup/cgroup.controllers || printf 'pids_limit = 0\n'
        printf '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        # Older versions of crun raise a limit for each container that is not privileged.
        if ! may_raise_limits && command -v runc >/dev/null; then
            printf 'runtime = "runc"\n'
        fi
        printf '[network]\nnetwork_backend = "netavark"\n'
    } >"$new"
    chmod 0644 "$new"
    mv "$new" $CONFIGURATION
}

# --- cleaning up -------------------------------------------------------------------

# remove_containers FILTER: by its label or name, with their volumes; then the networks.
remove_containers() {
    local names
    mapfile -t names < <(podman ps --all --quiet --filter "$1")
    [ ${#names[@]} -eq 0 ] || podman rm --force --volumes --time 0 "${names[@]}"
    mapfile -t names < <(podman network ls --quiet --filter "$1")
    [ ${#names[@]} -eq 0 ] || podman network rm --force "${names[@]}"
}

# Whoever comes next makes a new one.
remove_namespace() {
    hold_lock
    umount "$NAMESPACE" 2>/dev/null || true
    umount $STATE 2>/dev/null || true
    rm -rf $STATE
}

# clean all|mine
clean() {
    command -v podman >/dev/null || return 0
    if [ "$1" = all ]; then
        "$SELF" "$SELF" --remove-containers 'name=^quayops-'
        "$SELF" podman image prune --force --filter label=quayops.inputs
    else
        "$SELF" "$SELF" --remove-containers "label=quayops.checkout=$QUAYOPS_ROOT"
    fi
    [ -n "$("$SELF" podman ps --all --quiet)" ] || remove_namespace
}

# --- main --------------------------------------------------------------------------

hold_lock() {
    exec 8>$LOCK
    if command -v flock >/dev/null; then
        flock 8
    fi
}

prepare() {
    hold_lock
    mkdir -p $STATE
    if ! has_cgroup2 && ! namespace_is_there; then
        make_namespace
    fi
    # Nothing that is started may keep it.
    exec 8>&-
}

# Runs where cgroup v2 is.
run() {
    if ! has_systemd || ! may_raise_limits; then
        write_configuration
        export CONTAINERS_CONF=$CONFIGURATION
    fi
    exec "$@"
}

main() {
    [ $# -gt 0 ] || die "usage: scripts/lab.sh COMMAND [ARGUMENT...]"
    [ "$(id -u)" -eq 0 ] || become_root "$@"
    case "$1" in
    --set-up-namespace) set_up_namespace ;;
    --remove-containers) remove_containers "$2" ;;
    --clean) clean mine ;;
    --clean-all) clean all ;;
    -*) die "there is no option $1. See the head of $SELF." ;;
    *)
        prepare
        if has_cgroup2; then
            run "$@"
        fi
        # nsenter ends up in /.
        # shellcheck disable=SC2016  # expanded by that shell
        exec nsenter --mount="$NAMESPACE" -- sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$SELF" "$@"
        ;;
    esac
}

main "$@"
