#!/bin/sh
# Puts a backup in the place of the database: restore.sh <file>. As root.
set -eu
sqlite3 -bail "$1" 'pragma integrity_check' | grep -qx ok
systemctl stop tui-call
# With its -wal and -shm: SQLite would apply the changes of the old database to the backup.
replaced=/var/lib/tui-call/replaced-$(date +%Y%m%d-%H%M%S)
install -d -m 0700 -o tui-call -g tui-call "$replaced"
for file in /var/lib/tui-call/calls.db*; do
  if [ -e "$file" ]; then mv "$file" "$replaced/"; fi
done
install -m 0600 -o tui-call -g tui-call "$1" /var/lib/tui-call/calls.db
systemctl start tui-call
echo "The database of before is in $replaced."
