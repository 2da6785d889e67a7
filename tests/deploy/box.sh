#!/bin/sh
# box.sh ROOT ARGUMENTS...: runs ROOT/sluice as a container runtime does: its own processes and mounts,
# a read-only root, a volume for uploads, /proc without the machine's facts, and a user who owns nothing.
set -eu
root="$1"
shift
mkdir -p "$root/proc"
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc -o subset=pid,hidepid=invisible proc "$root/proc"
mount -t tmpfs -o uid=65532,gid=65532,mode=0750 tmpfs "$root/var/lib/sluice"
exec chroot --userspec=65532:65532 "$root" /sluice "$@"
