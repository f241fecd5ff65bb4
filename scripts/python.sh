# Sourced by the other scripts: find_python prints a Python 3.11 or newer that can make environments. Where the
# PATH has several of one name, it is the quickest: some are built without optimisation.

_trial='
import sys, time, venv, ensurepip
if sys.version_info < (3, 11): sys.exit(1)
def turn():
    begun, total = time.perf_counter(), 0
    for number in range(300_000): total += number
    return time.perf_counter() - begun
print(round(min(turn() for _ in range(7)) * 1_000_000))
'

find_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else
        set -- python3.11 python3.12 python3.13 python3.14 python3 python
    fi
    for name; do
        if _quickest "$name"; then return 0; fi
    done
    echo 'Loadbay needs Python 3.11 or newer with its venv module.' >&2
    echo 'On Debian or Ubuntu: apt-get install python3 python3-venv. Then try again.' >&2
    return 1
}

# The first of them, unless another takes a tenth less time: between equals the order of the PATH decides.
_quickest() {
    best=
    best_time=
    while IFS= read -r candidate; do
        taken=$("$candidate" -c "$_trial" 2>/dev/null </dev/null) || continue
        case $taken in '' | *[!0-9]*) continue ;; esac
        if [ -z "$best" ] || [ $((taken * 10)) -lt $((best_time * 9)) ]; then
            best=$candidate
            best_time=$taken
        fi
    done <<END
$(_all_called "$1")
END
    [ -n "$best" ] && printf '%s\n' "$best"
}

_all_called() (
    case $1 in */*) printf '%s\n' "$1"; exit ;; esac
    IFS=:
    for folder in $PATH; do
        if [ -x "${folder:-.}/$1" ]; then printf '%s\n' "${folder:-.}/$1"; fi
    done
)
