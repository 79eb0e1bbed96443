#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets everything up, then opens the window on the sample data. Without a display it does the same main job on the command line.
# Arguments go through to the program: the window, or intersect-cli where there is no display.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bash "$root/app/setup.sh"
cli=$root/build/release/bin/intersect-cli
sample=${XDG_DATA_HOME:-$HOME/.local/share}/intersect/sample
workspace=$sample/workspace

has_display() {
    if [[ -n ${DISPLAY:-} ]] && xdotool getdisplaygeometry >/dev/null 2>&1; then
        return 0
    fi
    [[ -n ${WAYLAND_DISPLAY:-} && -S ${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY ]]
}

make_sample() {
    if [[ ! -f $workspace/workspace.yaml || ! -d $sample/data/test ]]; then
        "$cli" sample "$sample" --force >&2
    fi
}

heading() {
    printf '\n== %s\n' "$*"
}

# Select 200 of 1,200 equally, split, train two epochs, evaluate, draw the boxes: what a newcomer would do in the window.
whole_way() {
    local weights=$root/resources/weights/start-yolov5n.safetensors name lists run number=1
    if [[ ! -f $weights ]]; then
        printf '%s\n' "The start network $weights is missing. Next: get it back with: git checkout -- resources/weights" >&2
        exit 1
    fi
    name=sample-$(date +%Y%m%d-%H%M%S)
    while [[ -e $workspace/runs/$name || -e $workspace/selections/$name ]]; do
        number=$((number + 1))
        name=${name%.*}.$number
    done
    lists=$workspace/selections/$name
    run=$workspace/runs/$name

    heading "Select 200 of the 1,200 frames of Q2, as many of each camera"
    "$cli" select "$sample/data" --pool Q2 --count 200 --strategy equal --seed 777 --out "$lists/selection.yaml"
    heading "Split them 80 to 20"
    "$cli" split "$lists/selection.yaml" --train-ratio 0.8 --rule sklearn --seed 777 --test "$sample/data/test" --out "$lists"
    heading "Train two epochs"
    "$cli" train "$lists/data.yaml" --weights "$weights" --run "$run" --epochs 2 --img-size 352 --batch 16 --seed 777
    heading "Evaluate on the test pool"
    "$cli" evaluate "$run" --split test --by camera --curves "$run/curves.csv"
    heading "Draw what it finds in some test frames"
    awk 'NR % 50 == 25' "$lists/test.txt" >"$run/frames-to-draw.txt"
    "$cli" predict "$run/frames-to-draw.txt" --weights "$run/weights/best.safetensors" --img-size 352 --out "$run/drawn.json" --save-images "$run/pictures"

    heading "Done"
    printf 'Weights:   %s\n' "$run/weights/best.safetensors"
    printf 'Curves:    %s\n' "$run/curves.csv"
    printf 'Pictures:  %s\n' "$run/pictures"
    printf 'Workspace: %s\n' "$workspace"
}

if has_display; then
    if (($# > 0)); then
        exec "$root/build/release/bin/intersect" "$@"
    fi
    make_sample
    exec "$root/build/release/bin/intersect" "$workspace"
fi
if (($# > 0)); then
    exec "$cli" "$@"
fi
printf 'There is no display, so the main job runs here on the sample data.\n'
make_sample
whole_way
