#!/bin/sh
# rootfs.sh BINARY FOLDER: makes FOLDER the root of a filesystem in which BINARY runs as /sluice, with
# the libraries it is linked with, their loader, an empty upload folder, and nothing else.
set -eu
binary="$1" root="$2"
mkdir -p "$root/var/lib/sluice"
cp "$binary" "$root/sluice"
chmod 0755 "$root/sluice"
# ldd writes "name => /path (address)", and the loader's path alone.
ldd "$binary" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
