#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets everything up and runs all tests; those of the window a second time on a real (virtual) X server. Arguments go to ctest,
# as in: bash tests/run.sh -R tst_split. The last line says how many passed and failed.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
bash "$root/app/setup.sh" || exit 1
cd "$root" || exit 1

jobs=$(nproc)
report=$build/tests.xml
rm -f "$report"
ctest --preset release -j "$jobs" --output-junit "$report" "$@"
code=$?
if [[ ! -f $report ]]; then
    printf 'No test ran: ctest wrote no report. Next: read its message above.\n' >&2
    printf '0 passed, 0 failed\n'
    exit "$((code == 0 ? 1 : code))"
fi

count() { # ATTRIBUTE of the report's first element
    sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$report" | head -n 1
}
failed=$(count failures)
skipped=$(($(count skipped) + $(count disabled)))
passed=$(($(count tests) - failed - skipped))

# The window's tests again under Xvfb: the platform a user has, with a window system that answers.
if command -v xvfb-run >/dev/null; then
    mapfile -t windows < <(ctest --preset release --show-only=json-v1 -L '^ui$' "$@" 2>/dev/null | python3 -c '
import json, sys
try:
    tests = json.load(sys.stdin)["tests"]
except ValueError:
    tests = []
for test in tests:
    if len(test.get("command", [])) == 1:
        print(test["command"][0])')
    if ((${#windows[@]} > 0)); then
        printf '\nThe tests of the window under Xvfb:\n'
        results=$build/tests-xvfb
        rm -rf "$results"
        mkdir -p "$results"
        # shellcheck disable=SC2016 # expanded by the inner shell
        xvfb-run -a -s '-screen 0 1600x1000x24' bash -c '
            export QT_QPA_PLATFORM=xcb OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0
            results=$1
            shift
            for program in "$@"; do
                name=$(basename "$program")
                begin=$SECONDS
                timeout 600 "$program" >"$results/$name.log" 2>&1
                code=$?
                printf "%s %s %s\n" "$name" "$code" "$((SECONDS - begin))"
            done' run "$results" "${windows[@]}" >"$results/all.txt"
        while read -r name result seconds; do
            if ((result == 0)); then
                printf '  %s passed (%s s)\n' "$name" "$seconds"
                passed=$((passed + 1))
            else
                printf '  %s FAILED (%s s, exit code %s)\n' "$name" "$seconds" "$result"
                sed 's/^/    /' "$results/$name.log" | tail -n 60
                failed=$((failed + 1))
            fi
        done <"$results/all.txt"
        if (($(wc -l <"$results/all.txt") != ${#windows[@]})); then
            printf 'The X server ended before all tests had run.\n' >&2
            failed=$((failed + ${#windows[@]} - $(wc -l <"$results/all.txt")))
        fi
    fi
fi

if ((failed > 0 && code == 0)); then
    code=8 # as ctest says it
fi
if ((skipped > 0)); then
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
    printf '%d passed, %d failed\n' "$passed" "$failed"
fi
exit "$code"
