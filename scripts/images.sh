#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/images.sh [NAME...]
#
# Builds the images that tests run, one for each folder below tests/images, or those named. No
# container registry is needed: the base comes from Debian's packages. What has not changed is not
# built again.
#
#   tests/images/NAME/Containerfile    how it is built
#   tests/images/NAME/tags             its names: one NAME:TAG [VARIABLE=VALUE...] per line; the
#                                      variables are added to the image's environment
#   tests/images/NAME/context.list     more that the build needs: one path of the checkout per line
#   tests/images/NAME/wheels.txt       Python packages: pip puts their wheels into wheels/

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

readonly IMAGES=tests/images
readonly CONTEXTS=.cache/lab/context
readonly PREFIX=localhost/quayops
readonly SUITE=trixie
readonly BASE=$PREFIX/debian:$SUITE
# Names what an image was built from, so that no record outside of podman's store can be wrong.
readonly LABEL=quayops.inputs

say() { printf 'images: %s\n' "$*"; }

die() {
    printf 'images: ERROR: %s\n' "$@" >&2
    exit 1
}

# --- the base ----------------------------------------------------------------------

# Where this machine gets Debian's packages, if it is a Debian itself; else debootstrap's default.
debian_mirror() {
    local id
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && printf '%s' "$ID")
    if [ "$id" = debian ]; then
        cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
            grep -Eo '^(deb .*|URIs: *)https?://[^ ]+/debian/?( |$)' | grep -Eo 'https?://[^ ]+' | head -n 1 || true
    fi
}

# Packages are installed once into an image, and a crash of the machine makes a new one.
configure_base() {
    local tree=$1
    printf 'force-unsafe-io\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/locale/*\n' \
        >"$tree/etc/dpkg/dpkg.cfg.d/quayops"
    printf 'APT::Install-Recommends "false";\nAcquire::Languages "none";\n' >"$tree/etc/apt/apt.conf.d/90quayops"
    # A proxy for packages is a matter of the machine, as the mirror is.
    if command -v apt-config >/dev/null; then
        apt-config dump | grep -E '^Acquire::https?::Proxy ' >>"$tree/etc/apt/apt.conf.d/90quayops" || true
    fi
    # No service is started while a package is installed.
    printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
    chmod 0755 "$tree/usr/sbin/policy-rc.d"
    rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/* "$tree"/usr/share/{man,doc,locale}/*
}

# fetch_base DIRECTORY LOG: Debian's files, by its own tool, or out of its image where that tool is missing.
fetch_base() {
    local mirror container options=(--variant=minbase)
    if command -v debootstrap >/dev/null; then
        mirror=$(debian_mirror)
        [ "${mirror#https:}" = "$mirror" ] || options+=(--include=ca-certificates)
        # shellcheck disable=SC2086  # no argument where there is no mirror
        debootstrap "${options[@]}" $SUITE "$1" $mirror >"$2" 2>&1 || {
            tail -n 20 "$2" >&2
            die "debootstrap failed; the end of its output is above, all of it in $2."
        }
        # The mirror's certificate may be of an authority that only this machine knows.
        [ "${mirror#https:}" = "$mirror" ] || cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    else
        container=$(podman create --quiet docker.io/library/debian:$SUITE-slim) ||
            die "there is no debootstrap here, and docker.io/library/debian:$SUITE-slim cannot be pulled." \
                "Install debootstrap (on EL it is in EPEL), then try again."
        mkdir "$1"
        podman export "$container" | tar -C "$1" -x
        podman rm "$container" >/dev/null
    fi
}

make_base() {
    local directory
    podman image exists $BASE && return 0
    say "making $BASE from Debian's packages (half a minute)"
    directory=$(mktemp -d)
    fetch_base "$directory/root" "$directory/log"
    configure_base "$directory/root"
    tar -C "$directory/root" --sort=name -c . | podman import --quiet --change 'CMD ["/bin/bash"]' - $BASE >/dev/null
    rm -rf "$directory"
}

# --- what an image is built from -----------------------------------------------------

copy_tree() {
    local source=$1 target=$2
    mkdir -p "$(dirname "$target")"
    [ -e "$source" ] || die "$source is missing, which $IMAGES/$name/context.list names."
    cp -a "$source" "$target"
    find "$target" -name __pycache__ -type d -prune -exec rm -rf {} +
}

# stage NAME: makes its context; the wheels are added only when it is built.
stage() {
    local name=$1 context=$CONTEXTS/$1 path
    rm -rf "$context"
    copy_tree "$IMAGES/$name" "$context"
    if [ -f "$context/context.list" ]; then
        while read -r path; do
            case "$path" in '' | '#'*) continue ;; esac
            copy_tree "$path" "$context/$path"
        done <"$context/context.list"
    fi
}

add_wheels() {
    local context=$1
    [ -f "$context/wheels.txt" ] || return 0
    python -m pip download -qq --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$context/wheels" --requirement "$context/wheels.txt" ||
        die "pip could not fetch what $context/wheels.txt names; its own message is above."
}

# Contents, names and what may be executed; not times, so that a fresh clone has the same.
fingerprint() {
    local context=$1 base=$2
    {
        printf '%s\n' "$base"
        cd "$context"
        find . -type f ! -path './wheels/*' -printf '%P %m\n' | LC_ALL=C sort | sed -E 's/ [0-7]*([0-7])[0-7]{2}$/ \1/'
        find . -type f ! -path './wheels/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    } | sha256sum | cut -c 1-32
}

# --- building ------------------------------------------------------------------------

build() {
    local name=$1 inputs=$2 tag=$3 context=$CONTEXTS/$1 log variable started=$SECONDS
    shift 3
    log=$CONTEXTS/$name.log
    # Not --build-arg: older versions of podman take a cached layer that has another value in it.
    cp "$IMAGES/$name/Containerfile" "$context/Containerfile"
    for variable in "$@"; do
        printf 'ENV %s\n' "$variable" >>"$context/Containerfile"
    done
    [ -d "$context/wheels" ] || add_wheels "$context"
    # chroot needs no cgroups; the format is the one that keeps HEALTHCHECK.
    podman build --layers --format docker --isolation chroot --network host --label "$LABEL=$inputs" \
        --tag "$PREFIX/$tag" "$context" >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "building $PREFIX/$tag failed; the end of its output is above, all of it in $log."
    }
    say "built $PREFIX/$tag in $((SECONDS - started)) s"
}

make_image() {
    local name=$1 base=$2 existing=$3 inputs tag variables
    [ -f "$IMAGES/$name/Containerfile" ] || die "there is no $IMAGES/$name/Containerfile."
    stage "$name"
    inputs=$(fingerprint "$CONTEXTS/$name" "$base")
    while read -r tag variables <&3; do
        case "$tag" in '' | '#'*) continue ;; esac
        if ! grep -qxF "$PREFIX/$tag $inputs" <<<"$existing"; then
            # shellcheck disable=SC2086  # VARIABLE=VALUE words
            build "$name" "$inputs" "$tag" $variables
        fi
    done 3<"$IMAGES/$name/tags"
}

# Counts in the variables of main.
await_one() {
    wait -n || failed=1
    running=$((running - 1))
}

main() {
    local names=("$@") name base existing running=0 failed=0
    if [ ${#names[@]} -eq 0 ]; then
        for name in "$IMAGES"/*/Containerfile; do
            names+=("$(basename "$(dirname "$name")")")
        done
    fi
    mkdir -p "$CONTEXTS"
    # One build at a time: all checkouts share podman's store, and a layer is found only when it is finished.
    exec 7>/run/quayops-images.lock
    if command -v flock >/dev/null; then
        flock 7
    fi
    make_base
    base=$(podman image inspect --format '{{.Id}}' $BASE)
    existing=$(podman images --filter "label=$LABEL" --format "{{.Repository}}:{{.Tag}} {{index .Labels \"$LABEL\"}}")
    for name in "${names[@]}"; do
        # Unpacking packages takes one core.
        [ "$running" -lt "$(nproc)" ] || await_one
        make_image "$name" "$base" "$existing" &
        running=$((running + 1))
    done
    while [ "$running" -gt 0 ]; do
        await_one
    done
    return "$failed"
}

if [ -z "${QUAYOPS_IN_LAB:-}" ]; then
    exec scripts/lab.sh env QUAYOPS_IN_LAB=1 scripts/images.sh "$@"
fi
main "$@"
