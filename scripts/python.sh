# Sourced by the other scripts: find_python prints a Python 3.11 or newer that can make environments.

find_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    echo 'Loadbay needs Python 3.11 or newer with its venv module.' >&2
    echo 'On Debian or Ubuntu: apt-get install python3 python3-venv. Then try again.' >&2
    return 1
}
