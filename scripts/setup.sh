# Sourced by the scripts beside it: what they need from Debian and from PyPI, installed only where it is missing.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
MISSING=()

fail() {
    echo "error: $*" >&2
    exit 1
}

# need_command COMMAND PACKAGE: the Debian package has the command.
need_command() {
    command -v "$1" >/dev/null 2>&1 || MISSING+=("$2")
}

# need_header COMPILER FLAGS HEADER PACKAGE: the compiler, where there is one, must find the header.
need_header() {
    # shellcheck disable=SC2086 # flags are words
    if ! command -v "$1" >/dev/null 2>&1 || ! echo "#include <$3>" | "$1" $2 -E - >/dev/null 2>&1; then
        MISSING+=("$4")
    fi
}

# find_python: sets PYTHON to a Python 3.11 or later.
find_python() {
    local name
    PYTHON=
    for name in python3.11 python3 python3.12 python3.13 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            PYTHON=$name
            return
        fi
    done
}

# need_python: a Python, and the part of it that makes virtual environments (a package of its own in Debian).
need_python() {
    find_python
    if [ -z "$PYTHON" ]; then
        MISSING+=(python3 python3-venv)
    elif [ ! -x "$VENV/bin/python" ] && ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        MISSING+=(python3-venv)
    fi
}

# install_missing: installs MISSING, or says what to install.
install_missing() {
    [ ${#MISSING[@]} -gt 0 ] || return 0
    local as_root=()
    command -v apt-get >/dev/null 2>&1 ||
        fail "missing: ${MISSING[*]} (names of Debian's packages; this system has no apt-get: install them by hand)"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 ||
            fail "missing: ${MISSING[*]}. You are neither root nor have sudo: ask for apt-get install ${MISSING[*]}"
        as_root=(sudo)
    fi
    echo "Installing ${MISSING[*]}"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qy --no-install-recommends "${MISSING[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        fail "apt-get could not install ${MISSING[*]}"
    fi
    rm -f "$log"
    MISSING=()
}

# need_venv EXTRAS: .venv with the package in editable form, made anew only when pyproject.toml or the Python changed.
need_venv() {
    local stamp wanted log
    find_python
    [ -n "$PYTHON" ] || fail "there is no Python 3.11 or later"
    stamp=$VENV/codegen-$1.stamp
    if ! "$VENV/bin/python" -c '' >/dev/null 2>&1; then
        echo "Making .venv"
        rm -rf "$VENV"
        "$PYTHON" -m venv "$VENV" || fail "$PYTHON cannot make a virtual environment"
    fi
    wanted=$(sha256sum <"$ROOT/pyproject.toml")
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted $ROOT" ] && return
    # What the tests need includes what the demo needs.
    [ "$(cat "$VENV/codegen-dev.stamp" 2>/dev/null)" = "$wanted $ROOT" ] && return
    echo "Installing codegen[$1] into .venv"
    log=$(mktemp)
    if ! "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input -e "${ROOT}[$1]" \
        >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        fail "pip could not install codegen[$1]"
    fi
    rm -f "$log"
    echo "$wanted $ROOT" >"$stamp"
}

# need_tensorflow: .venv-tensorflow, apart from the tests' own packages, and CODEGEN_TENSORFLOW, its Python.
need_tensorflow() {
    local folder=$ROOT/.venv-tensorflow
    export CODEGEN_TENSORFLOW=$folder/bin/python
    "$CODEGEN_TENSORFLOW" -c 'import importlib.util as u; assert u.find_spec("tensorflow") and u.find_spec("tf_keras")' \
        >/dev/null 2>&1 && return
    find_python
    echo "Installing tensorflow into .venv-tensorflow"
    { rm -rf "$folder" && "$PYTHON" -m venv "$folder" &&
        "$CODEGEN_TENSORFLOW" -m pip install --disable-pip-version-check --no-input -q tensorflow-cpu &&
        "$CODEGEN_TENSORFLOW" -m pip install --disable-pip-version-check --no-input -q --no-deps tf-keras; } </dev/null ||
        fail "pip could not install tensorflow-cpu and tf-keras"
}
