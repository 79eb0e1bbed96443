#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything the two programs need, on Debian 12: system packages, LibTorch, configure, build. Each step is one line with its time;
# what is there already is left alone, so a second call takes a moment. Lines go to stderr, the build's own output to build/*.log.
#   INTERSECT_TORCH_DIR  a folder with include/ and lib/ of another LibTorch >= 2.7
#   INTERSECT_JOBS       how many compilers run at once (default: all cores, at most one per 3 GB of memory)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build
build=$root/build/release

packages=(
    # building
    ccache cmake g++ ninja-build
    # the window
    libgl-dev libopengl-dev libqt6opengl6-dev libqt6svg6 qt6-base-dev qt6-charts-dev qt6-svg-dev qt6-wayland
    # the core and the command line
    libcli11-dev libexpected-dev libfmt-dev libopencv-core-dev libopencv-dnn-dev libopencv-imgcodecs-dev libopencv-imgproc-dev
    libopencv-videoio-dev
    libpugixml-dev libsimdjson-dev libspdlog-dev libyaml-cpp-dev libzip-dev nlohmann-json3-dev
    # fetching LibTorch
    ca-certificates python3 python3-pip
    # letters of the window, and what the tests use
    fonts-inter fonts-jetbrains-mono fonts-noto-core imagemagick locales-all xauth xdotool xvfb
)

torch_version=2.15.0
torch_needs=2.7
# file name on the package index, its sha256, and what it is asked for by
wheels=(
    "torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl 48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e torch==2.15.0"
    "nvidia_cuda_cupti-13.2.86-py3-none-manylinux_2_25_x86_64.whl 8fa29f15dd8336181f961764d9d95236fc6b931dd0c8fcf8cd70aab0c310b586 nvidia-cuda-cupti==13.2.86"
    "nvidia_cuda_runtime-13.2.86-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl 3498247680dfddce31bad102af7e3e26fc795342a3cac64722bb0fa95e7f60f0 nvidia-cuda-runtime==13.2.86"
)
torch_libraries=(libtorch_cpu.so libc10.so libgomp.so.1 libcupti.so.13 libcudart.so.13)

step_name=
step_begin=0

# A sentence that says what went wrong and what to do next; then the end.
fail() {
    if [[ -n $step_name ]]; then
        printf 'failed\n' >&2
    fi
    printf '%s\n' "$*" >&2
    exit 1
}

begin() {
    step_name=$1
    step_begin=$(date +%s%N)
    printf '%s … ' "$step_name" >&2
}

finish() {
    local tenths=$((($(date +%s%N) - step_begin) / 100000000))
    if ((tenths < 100)); then
        printf '%d.%d s\n' $((tenths / 10)) $((tenths % 10)) >&2
    else
        printf '%d s\n' $((tenths / 10)) >&2
    fi
    step_name=
}

gigabytes_free() { # FOLDER: whole gigabytes on its disk
    df -Pk "$1" | awk 'NR == 2 { print int($4 / 1048576) }'
}

missing_packages() {
    local name status
    declare -A have=()
    while read -r name status; do
        [[ $status == installed ]] && have[$name]=1
    done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
    for name in "${packages[@]}"; do
        [[ -n ${have[$name]:-} ]] || printf '%s\n' "$name"
    done
}

system_packages() {
    begin "System packages"
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        printf 'not checked (this is no Debian), ' >&2
        finish
        return
    fi
    local missing as_root=()
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then
        if ((EUID != 0)); then
            command -v sudo >/dev/null ||
                fail "These system packages are missing and only root may install them: ${missing[*]}. Next: run this as root, or have them installed with: apt-get install ${missing[*]}"
            if ! sudo -n true 2>/dev/null && [[ ! -t 0 ]]; then
                fail "These system packages are missing and sudo asks for a password, which nobody can type here: ${missing[*]}. Next: run this once in a terminal, or have them installed with: apt-get install ${missing[*]}"
            fi
            as_root=(sudo)
        fi
        local log=$logs/packages.log
        printf '%d to install … ' "${#missing[@]}" >&2
        if ! "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=120 update >"$log" 2>&1 ||
            ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
            if grep -qiE 'could not resolve|temporary failure|could not connect|network is unreachable|failed to fetch|connection (timed out|refused)' "$log"; then
                fail "System packages are missing (${missing[*]}) and the package server cannot be reached. Next: connect this machine to the network and run the command again. Details: $log"
            fi
            if grep -qi 'no space left' "$log"; then
                fail "System packages could not be installed: the disk is full. Next: free about 2 GB and run the command again. Details: $log"
            fi
            tail -n 5 "$log" >&2
            fail "System packages could not be installed: ${missing[*]}. Next: read $log; on another system than Debian 12, install the like of them yourself."
        fi
    fi
    finish
}

# The version (2.15) of the LibTorch in a folder; nothing where there is none.
version_of() {
    local file
    for file in "$1/include/torch/headeronly/version.h" "$1/include/torch/csrc/api/include/torch/version.h"; do
        if [[ -r $file ]] && grep -q 'define TORCH_VERSION_MAJOR' "$file"; then
            awk '/define TORCH_VERSION_MAJOR/ { major = $3 } /define TORCH_VERSION_MINOR/ { minor = $3 } END { print major "." minor }' "$file"
            return
        fi
    done
}

stamp_text() {
    printf 'LibTorch %s\n' "$torch_version"
    printf '%s\n' "${wheels[@]}"
}

is_whole() { # FOLDER: unpacked to the end by this script from these very wheels
    local library
    [[ -r $1/stamp.txt && $(<"$1/stamp.txt") == "$(stamp_text)" ]] || return 1
    for library in "${torch_libraries[@]}"; do
        [[ -s $1/lib/$library ]] || return 1
    done
}

# The python that can fetch: the system's own before any other.
find_python() {
    local candidate
    for candidate in "$(command -pv python3 || true)" "$(command -v python3 || true)"; do
        if [[ -n $candidate ]] && "$candidate" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "LibTorch is fetched with python3 and pip, and neither was found. Next: apt-get install python3 python3-pip"
}

fetch_wheel() { # PYTHON FOLDER "FILE SHA256 REQUIREMENT"
    local python=$1 folder=$2 file hash requirement log=$logs/libtorch.log
    read -r file hash requirement <<<"$3"
    # A wheel that came whole in an earlier, broken call is kept.
    if [[ -f $folder/$file ]] && sha256sum --status -c - <<<"$hash  $folder/$file"; then
        return
    fi
    rm -f "${folder:?}/$file"
    printf '%s --hash=sha256:%s\n' "$requirement" "$hash" >"$folder/requirement.txt"
    if ! TMPDIR=$folder "$python" -m pip download --disable-pip-version-check --no-input --no-cache-dir --no-deps --only-binary=:all: --require-hashes \
        --implementation cp --python-version 3.11 --abi cp311 --abi none --platform manylinux_2_28_x86_64 --platform manylinux_2_25_x86_64 \
        --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --dest "$folder" -r "$folder/requirement.txt" >>"$log" 2>&1; then
        if grep -qiE 'no space left' "$log"; then
            fail "LibTorch could not be fetched: the disk with $folder is full. Next: free about 3 GB, or set XDG_CACHE_HOME to a folder on another disk, and run the command again."
        fi
        if grep -qiE 'do not match the hashes|hashes are required' "$log"; then
            fail "LibTorch was refused: the file that came is not the one this program was tested with (sha256 differs). Next: try again; if it stays so, set INTERSECT_TORCH_DIR to a LibTorch >= $torch_needs of your own. Details: $log"
        fi
        if grep -q 'CERTIFICATE_VERIFY_FAILED' "$log"; then
            fail "LibTorch could not be fetched: the package server's certificate is not one this machine trusts. Next: set PIP_CERT to the certificate file of your network, or INTERSECT_TORCH_DIR to a LibTorch >= $torch_needs. Details: $log"
        fi
        fail "LibTorch $torch_version could not be fetched (is there a network?). Next: connect this machine to the network and run the command again, or set INTERSECT_TORCH_DIR to a LibTorch >= $torch_needs. Details: $log"
    fi
    sha256sum --status -c - <<<"$hash  $folder/$file" || fail "LibTorch was refused: $folder/$file has another sha256. Next: delete that folder and run the command again."
}

# Fetch, verify, unpack beside the place, rename: there is never half a LibTorch. One call at a time.
fetch_torch() { # FOLDER
    local target=$1 partial python wheel lock
    partial=$(dirname "$target")/.$(basename "$target").partial
    mkdir -p "$partial" 2>/dev/null || fail "The folder $partial cannot be made. Next: set XDG_CACHE_HOME to a folder you may write to."
    exec {lock}>"$partial.lock"
    flock "$lock"
    if is_whole "$target"; then # another call was faster
        exec {lock}>&-
        return
    fi
    if (($(gigabytes_free "$partial") < 3)); then
        fail "LibTorch needs 3 GB on the disk with $(dirname "$target") and $(gigabytes_free "$partial") GB are free. Next: free some, or set XDG_CACHE_HOME to a folder on another disk."
    fi
    mkdir -p "$partial/wheels"
    python=$(find_python) || exit 1
    : >"$logs/libtorch.log"
    for wheel in "${wheels[@]}"; do
        fetch_wheel "$python" "$partial/wheels" "$wheel"
    done
    rm -rf "$partial/new"
    "$python" - "$partial/wheels" "$partial/new" "${torch_libraries[@]}" >>"$logs/libtorch.log" 2>&1 <<'UNPACK' ||
import os, shutil, sys, zipfile
wheels, target, libraries = sys.argv[1], sys.argv[2], set(sys.argv[3:])
missing = set(libraries)
for name in sorted(os.listdir(wheels)):
    if not name.endswith(".whl"):
        continue
    with zipfile.ZipFile(os.path.join(wheels, name)) as archive:
        for entry in archive.infolist():
            folder, base = os.path.split(entry.filename)
            if entry.is_dir() or ".." in entry.filename.split("/"):
                continue
            if entry.filename.startswith("torch/include/"):
                out = os.path.join(target, entry.filename[len("torch/"):])
            elif folder in ("torch/lib", "nvidia/cu13/lib") and base in libraries:
                out = os.path.join(target, "lib", base)
                missing.discard(base)
            else:
                continue
            os.makedirs(os.path.dirname(out), exist_ok=True)
            with archive.open(entry) as source, open(out, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
if missing:
    sys.exit("not in the wheels: " + " ".join(sorted(missing)))
UNPACK
        fail "LibTorch could not be unpacked into $partial. Next: see that 3 GB are free there and run the command again. Details: $logs/libtorch.log"
    stamp_text >"$partial/new/stamp.txt"
    if [[ -e $target ]]; then
        rm -rf "$partial/old"
        mv "$target" "$partial/old"
    fi
    mv "$partial/new" "$target"
    rm -rf "$partial"
    exec {lock}>&-
}

libtorch() {
    local version
    if [[ -n ${INTERSECT_TORCH_DIR:-} ]]; then
        begin "LibTorch from INTERSECT_TORCH_DIR"
        version=$(version_of "$INTERSECT_TORCH_DIR")
        if [[ -z $version || ! -e $INTERSECT_TORCH_DIR/lib/libtorch_cpu.so || ! -e $INTERSECT_TORCH_DIR/lib/libc10.so ]]; then
            fail "INTERSECT_TORCH_DIR is $INTERSECT_TORCH_DIR, which holds no LibTorch (include/torch and lib/libtorch_cpu.so). Next: name the folder that holds its include/ and lib/, or unset the variable to have LibTorch $torch_version fetched."
        fi
        if [[ $(printf '%s\n%s\n' "$torch_needs" "$version" | sort -V | head -n 1) != "$torch_needs" ]]; then
            fail "INTERSECT_TORCH_DIR holds LibTorch $version and $torch_needs or newer is needed. Next: name a newer one, or unset the variable to have LibTorch $torch_version fetched."
        fi
        torch_dir=$(cd "$INTERSECT_TORCH_DIR" && pwd)
        printf '%s, ' "$version" >&2
        finish
        return
    fi
    begin "LibTorch $torch_version"
    torch_dir=${XDG_CACHE_HOME:-$HOME/.cache}/intersect/libtorch-$torch_version-cpu
    if ! is_whole "$torch_dir"; then
        [[ $(uname -m) == x86_64 ]] ||
            fail "The LibTorch that is fetched here is for x86_64 and this machine is $(uname -m). Next: set INTERSECT_TORCH_DIR to a LibTorch >= $torch_needs for it."
        fetch_torch "$torch_dir"
    fi
    finish
}

cached() { # NAME: what the build folder was configured with
    sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt" 2>/dev/null
}

configure() {
    begin "Configure"
    if [[ ! -f $build/build.ninja || $(cached INTERSECT_TORCH_DIR) != "$torch_dir" || $(cached CMAKE_HOME_DIRECTORY) != "$root" ]]; then
        if (($(gigabytes_free "$logs") < 1)); then
            fail "The disk with $root is nearly full; the build needs about 1 GB. Next: free some and run the command again."
        fi
        local fresh=()
        [[ -f $build/CMakeCache.txt && $(cached CMAKE_HOME_DIRECTORY) != "$root" ]] && fresh=(--fresh) # the checkout was moved
        if ! (cd "$root" && cmake --preset release "${fresh[@]}" -DINTERSECT_TORCH_DIR="$torch_dir") >"$logs/configure.log" 2>&1; then
            tail -n 20 "$logs/configure.log" >&2
            fail "CMake could not configure the build. Next: read $logs/configure.log."
        fi
    fi
    finish
}

jobs_for_this_machine() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemTotal:/ { print int($2 / 3000000) }' /proc/meminfo)
    ((memory < 1)) && memory=1
    printf '%d\n' $((cores < memory ? cores : memory))
}

compile() {
    begin "Build"
    local lock
    exec {lock}>"$build/.setup.lock"
    flock "$lock"
    if ! cmake --build "$build" -j "${INTERSECT_JOBS:-$(jobs_for_this_machine)}" >"$logs/build.log" 2>&1; then
        grep -m 1 -A 12 -E '^FAILED|error:' "$logs/build.log" >&2 || tail -n 20 "$logs/build.log" >&2
        if grep -qi 'no space left' "$logs/build.log"; then
            fail "The build failed: the disk is full. Next: free some space and run the command again."
        fi
        if grep -qE 'Killed|cannot allocate memory' "$logs/build.log"; then
            fail "The build failed: too little memory. Next: run the command again with INTERSECT_JOBS=1."
        fi
        fail "The build failed. Next: read $logs/build.log."
    fi
    exec {lock}>&-
    finish
}

mkdir -p "$logs" 2>/dev/null || { printf '%s\n' "The folder $logs cannot be made. Next: give yourself the right to write in $root." >&2 && exit 1; }
system_packages
torch_dir=
libtorch
configure
compile
