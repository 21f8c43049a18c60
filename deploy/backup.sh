#!/bin/sh
# Copies the database while the server runs: backup.sh <file>. As root. Debian: apt install sqlite3
# Not `cp`: the latest changes are in calls.db-wal.
set -eu
umask 077
sqlite3 -bail /var/lib/tui-call/calls.db ".backup '$1'"
sqlite3 -bail "$1" 'pragma integrity_check' | grep -qx ok
