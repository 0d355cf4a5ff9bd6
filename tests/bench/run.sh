#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev bench [NAME] calls this with BUILD, the folder of a release build.
set -eu
: "${BUILD:?is the folder of a release build; ./dev bench sets it}"
exec python3 -B "$(dirname "$(readlink -f "$0")")/bench.py" "$BUILD" "$@"
