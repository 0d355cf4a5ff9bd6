#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A Debian 13 tree for hosts whose GTK is too old: made once by root, entered by anybody.  ./dev calls it.
#
#   sysroot.sh missing tree|here [GROUP...]  prints the packages of packages.txt that the tree, or this system, lacks
#   sysroot.sh setup [GROUP...]              as root: makes the tree (1.3 GB), or adds the packages that it lacks
#   sysroot.sh enter CMD...                  runs CMD inside, in the current folder, as the same person
#
# SYSROOT   where the tree is; /var/cache/hygie/debian-13 when not set
# DEV_BIND  folders to show inside beside $HOME, the current folder, /tmp and the desktop's sockets (a:b)
#
# The tree's own folders are never written to by "enter": a small root of its own (tmpfs) shows them beside the
# host's /dev, /proc, /sys and the person's folders, so that a person without root's rights may enter, and
# sandboxes nest inside, which they do not in a chroot.
set -eu
self=$(readlink -f "$0")
tree=${SYSROOT:-/var/cache/hygie/debian-13}
list=$(dirname "$self")/packages.txt
suite=trixie
# A person's PATH may lack pivot_root, debootstrap and chroot.
PATH=$PATH:/usr/sbin:/sbin

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Those that everything needs, and those of $groups.
names() {
  awk -v groups=" $groups " '{ sub(/#.*/, "") }
    /^\[/ { group = substr($1, 2, length($1) - 2); next }
    NF && (group == "" || index(groups, " " group " ")) { print $1 }' "$list" | sort -u
}

stamp() {
  echo "$tree/var/lib/hygie/packages-$(names | sha256sum | cut -c 1-16)"
}

missing_in() {
  names | awk 'FNR == NR { want[$1]; next }
    /^Package: / { package = $2 }
    /^Status: install ok installed/ { delete want[package] }
    END { for (package in want) print package }' - "$1/var/lib/dpkg/status" | sort
}

# Runs a step quietly; its words go to a log that is shown only when it fails.
step() { # WHAT ADVICE COMMAND...
  what=$1 advice=$2
  shift 2
  echo "$what" >&2
  if ! "$@" >"$tree.log" 2>&1; then
    tail -n 20 "$tree.log" >&2
    die "" "This step failed: $what" "$advice" "The whole log is $tree.log; what is already done is kept, so ./dev goes on from here."
  fi
}

# The mirror that this host's own apt uses for Debian itself.
mirror() {
  site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
  [ -n "$site" ] || site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
  case $site in
    mirror+file:*) site=$(awk '/^https?:/ { print $1; exit }' "${site#mirror+file:}") ;;
  esac
  [ -n "$site" ] || die "apt on this machine names no mirror of Debian: look at /etc/apt/sources.list, then run ./dev again."
  echo "$site"
}

make_tree() {
  script=/usr/share/debootstrap/scripts/$suite
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  rm -rf --one-file-system "$tree.part"
  # In a mount namespace of its own, so that a cut leaves nothing mounted below it.
  unshare --mount --propagation private debootstrap --variant=minbase "$suite" "$tree.part" "$1" "$script"
  touch "$tree.part/.complete"
  mv "$tree.part" "$tree"
}

# What this host's network needs: name servers, proxies, certificates, the npm registry.
copy_network() {
  cat /etc/resolv.conf >"$tree/etc/resolv.conf"
  [ -e "$tree/etc/hosts" ] || printf '127.0.0.1 localhost\n::1 localhost\n' >"$tree/etc/hosts"
  # Not the host's other snippets: they may be conffiles of packages.
  (umask 077 && apt-config dump | grep -E '^Acquire::(http|https)::' >"$tree/etc/apt/apt.conf.d/99host") || true
  mkdir -p "$tree/usr/local/share/ca-certificates"
  cp -L /usr/local/share/ca-certificates/*.crt "$tree/usr/local/share/ca-certificates/" 2>/dev/null || true
  cp -L /etc/npmrc "$tree/etc/npmrc" 2>/dev/null || true
}

# Runs a command as the tree's root, for installing: here the tree itself is the root, so that nothing is lost.
in_tree() {
  unshare --mount --propagation private sh -euc '
    for folder in proc sys dev; do mount --rbind "/$folder" "$0/$folder"; done
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      ${no_proxy:+no_proxy="$no_proxy"} chroot "$0" "$@"' "$tree" "$@"
}

install_packages() {
  in_tree dpkg --configure -a
  in_tree apt-get update -q
  # The tree can be made again at any time: it is not worth a disk flush for each file.
  in_tree apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@"
  in_tree sh -c 'if command -v update-ca-certificates; then update-ca-certificates; fi'
  in_tree apt-get clean
}

set_up() {
  umask 022
  mkdir -p "$(dirname "$tree")"
  if [ ! -e "$tree/.complete" ]; then
    # Never empty a folder that is not a tree of ours.
    if [ -e "$tree" ] && ! rmdir "$tree" 2>/dev/null; then
      die "$tree is there, but it is not a complete tree. Look at what is in it, move it away, and run ./dev again."
    fi
    if ! command -v debootstrap >/dev/null; then
      step "Installing debootstrap" "Look at the network, or install the package debootstrap yourself." \
        sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap'
    fi
    site=$(mirror)
    step "Making a Debian 13 tree in $tree (once, about a minute)" \
      "Look at the network and at the free space (1.3 GB), and run ./dev again." make_tree "$site"
  fi
  copy_network
  missing=$(missing_in "$tree")
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # names hold no spaces
    step "Installing $(echo "$missing" | wc -l) packages in it" \
      "Look at the network and at the free space (1.3 GB), and run ./dev again." install_packages $missing
  fi
  mkdir -p "$tree/var/lib/hygie"
  touch "$(stamp)"
  rm -f "$tree.log"
}

# Shows a folder of the host at the same place inside.
show() {
  case $1 in
    "" | / | /usr | /etc | /var | /bin | /sbin | /lib* | /proc* | /sys* | /dev*) return 0 ;;
  esac
  if [ ! -d "$1" ] || [ "$1" -ef "$new$1" ]; then
    return 0
  fi
  mkdir -p "$new$1" 2>/dev/null ||
    die "$1 cannot be shown inside the Debian 13 tree. Put the project below your home folder, and run ./dev there."
  mount --rbind "$1" "$new$1"
}

# Runs as root of a mount namespace (for a person: of a user namespace too).
pivot() { # UID GID COMMAND...
  uid=$1 gid=$2
  shift 2
  new=$tree/mnt here=$PWD
  mount -t tmpfs -o mode=755 hygie "$new"
  for entry in "$tree"/*; do
    name=${entry##*/}
    if [ -L "$entry" ]; then
      ln -s "$(readlink "$entry")" "$new/$name"
    elif [ -d "$entry" ]; then
      mkdir "$new/$name"
      case $name in
        usr | etc | var | bin | sbin | lib*) mount --rbind "$entry" "$new/$name" ;;
      esac
    fi
  done
  for folder in /proc /sys /dev; do mount --rbind "$folder" "$new$folder"; done
  for folder in /tmp /var/tmp; do mount --rbind "$folder" "$new$folder"; done
  cat /etc/resolv.conf >"$new/run/resolv.conf"
  mount --bind "$new/run/resolv.conf" "$new/etc/resolv.conf"
  # The session bus refuses to serve a person who has no name.
  for file in passwd:$uid group:$gid; do
    id=${file#*:} file=${file%:*}
    if ! cut -d : -f 3 "$tree/etc/$file" | grep -qx "$id"; then
      { cat "$tree/etc/$file"; getent "$file" "$id" || echo "person:x:$id:$gid::${HOME:-/}:/bin/sh"; } >"$new/run/$file"
      mount --bind "$new/run/$file" "$new/etc/$file"
    fi
  done
  seen=${HOME:-}:${XDG_RUNTIME_DIR:-}:${DEV_BIND:-}:$here
  set -f
  IFS=:
  for folder in $seen; do show "$folder"; done
  unset IFS
  set +f

  cd "$new"
  mkdir .old
  pivot_root . .old
  cd "$here" 2>/dev/null || cd /
  umount -l /.old
  rmdir /.old

  # The host's own tools and libraries are not here.
  unset LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH PKG_CONFIG_PATH PKG_CONFIG_LIBDIR \
    PYTHONPATH PYTHONHOME GI_TYPELIB_PATH XDG_DATA_DIRS XDG_CONFIG_DIRS GTK_PATH GTK_MODULES GIO_EXTRA_MODULES \
    GDK_PIXBUF_MODULE_FILE CC CXX
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  if [ "$uid" = 0 ]; then
    exec "$@"
  fi
  # A namespace in the namespace gives the person back: same user, no right more than outside.
  exec unshare --user --map-user="$uid" --map-group="$gid" "$@"
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  missing)
    where=$1
    shift
    groups="$*"
    if [ "$where" = here ]; then
      missing_in ""
    elif [ ! -e "$tree/.complete" ]; then
      names
    elif [ ! -e "$(stamp)" ]; then
      missing_in "$tree"
    fi
    ;;
  setup)
    [ "$(id -u)" = 0 ] || die "Making the tree needs root's rights: sudo $self setup"
    mkdir -p "$(dirname "$tree")"
    # -o: what the set-up starts must not keep the lock.
    status=0
    flock -n -o -E 99 "$tree.lock" "$self" locked-setup "$@" || status=$?
    if [ "$status" = 99 ]; then
      echo "Waiting for another set-up of $tree" >&2
      exec flock -o "$tree.lock" "$self" locked-setup "$@"
    fi
    exit "$status"
    ;;
  locked-setup)
    groups="$*"
    set_up
    ;;
  enter)
    [ -e "$tree/.complete" ] || die "There is no tree in $tree yet: run ./dev, or as root $self setup"
    PWD=$(pwd -P)
    cd "$PWD"
    uid=$(id -u) gid=$(id -g)
    if [ "$uid" = 0 ]; then
      unshare --mount --propagation private true 2>/dev/null ||
        die "This machine lets nobody mount, not even root: a container, perhaps. Start it with the right to (--privileged)," \
          "or use Debian 13, where Hygie needs no tree."
      exec unshare --mount --propagation private "$self" pivot "$uid" "$gid" "$@"
    fi
    unshare --user --map-root-user --mount --propagation private true 2>/dev/null ||
      die "This machine gives no namespaces to people who are not root, and Hygie enters its tree by one." \
        "An administrator can allow them: sysctl kernel.unprivileged_userns_clone=1, and" \
        "kernel.apparmor_restrict_unprivileged_userns=0 where that exists."
    exec unshare --user --map-root-user --mount --propagation private "$self" pivot "$uid" "$gid" "$@"
    ;;
  pivot) pivot "$@" ;;
  *)
    sed -n 's/^#   \(sysroot.sh.*\)/\1/p' "$self" >&2
    exit 2
    ;;
esac
