#!/bin/sh
# /etc/letsencrypt/renewal-hooks/deploy/tui-call.sh, mode 0755: certbot runs it with each new certificate.
set -eu
install -m 0644 "$RENEWED_LINEAGE/fullchain.pem" /etc/nginx/tls/fullchain.pem
install -m 0600 "$RENEWED_LINEAGE/privkey.pem" /etc/nginx/tls/privkey.pem
install -m 0600 -o livekit -g livekit "$RENEWED_LINEAGE/fullchain.pem" /etc/livekit/turn.pem
install -m 0600 -o livekit -g livekit "$RENEWED_LINEAGE/privkey.pem" /etc/livekit/turn.key
# LiveKit reads its certificate at the start; calls continue after a second.
systemctl try-reload-or-restart nginx
systemctl try-restart livekit
