#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command with a virtual display, a session bus and the accessibility bus of its own.
#   with-display.sh sh -c 'build/src/hygie & python3 drive.py wait button Unlock; python3 drive.py shot out.png'
# Needs: xvfb dbus-daemon dbus-bin at-spi2-core python3-gi gir1.2-atspi-2.0 imagemagick xdotool librsvg2-common fonts-inter
set -eu
size=${SCREEN:-1280x900}
run=$(mktemp -d)
XDG_RUNTIME_DIR=$run; chmod 700 "$run"
GSETTINGS_BACKEND=${GSETTINGS_BACKEND:-memory} GTK_A11Y=atspi NO_AT_BRIDGE=0 GIO_USE_PROXY_RESOLVER=dummy GSK_RENDERER=${GSK_RENDERER:-cairo}
export XDG_RUNTIME_DIR GSETTINGS_BACKEND GTK_A11Y NO_AT_BRIDGE GIO_USE_PROXY_RESOLVER GSK_RENDERER
# The server itself finds a number that no other has, be it in another tree of this machine, and says so once it answers.
Xvfb -displayfd 3 -screen 0 "${size}x24" -noreset 3>"$run/display" >/dev/null 2>&1 & x=$!
trap 'kill $x 2>/dev/null; rm -rf "$run"' EXIT
for _ in $(seq 100); do [ -s "$run/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$run/display"); export DISPLAY; unset WAYLAND_DISPLAY
dbus-run-session -- sh -c '/usr/libexec/at-spi-bus-launcher --launch-immediately 2>/dev/null & exec "$@"' sh "$@"
