#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command with a virtual display, a session bus and the accessibility bus of its own.
#   with-display.sh sh -c 'build/src/hygie & python3 drive.py wait button Unlock; python3 drive.py shot out.png'
# Needs: xvfb dbus-daemon dbus-bin at-spi2-core python3-gi gir1.2-atspi-2.0 imagemagick x11-utils xdotool librsvg2-common fonts-inter fonts-urw-base35
set -eu
size=${SCREEN:-1280x900}
run=$(mktemp -d)
XDG_RUNTIME_DIR=$run; chmod 700 "$run"
GSETTINGS_BACKEND=${GSETTINGS_BACKEND:-memory} GTK_A11Y=atspi NO_AT_BRIDGE=0 GIO_USE_PROXY_RESOLVER=dummy GSK_RENDERER=${GSK_RENDERER:-cairo}
export XDG_RUNTIME_DIR GSETTINGS_BACKEND GTK_A11Y NO_AT_BRIDGE GIO_USE_PROXY_RESOLVER GSK_RENDERER
n=90; while [ -e /tmp/.X$n-lock ]; do n=$((n + 1)); done
Xvfb :$n -screen 0 "${size}x24" -noreset >/dev/null 2>&1 & x=$!
trap 'kill $x 2>/dev/null; rm -rf "$run"' EXIT
for _ in $(seq 50); do [ -S /tmp/.X11-unix/X$n ] && break; sleep 0.1; done
DISPLAY=:$n; export DISPLAY; unset WAYLAND_DISPLAY
dbus-run-session -- sh -c '/usr/libexec/at-spi-bus-launcher --launch-immediately 2>/dev/null & exec "$@"' sh "$@"
