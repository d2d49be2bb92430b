#!/usr/bin/env bash
# Upnext with PostgreSQL, Redis, a worker, a beat and NGINX, in one go: makes .env with fresh secrets
# (never over one that is there), builds the image, starts, migrates, makes the admin, says where.
#
#   ./quick-start.sh                    COMPOSE="podman-compose" chooses another program
#   ./quick-start.sh --env-only         only .env
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { printf 'quick-start: %s\n' "$*" >&2; exit 1; }
# Letters and digits alone, so that it may stand in a URL.
secret() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom 2>/dev/null | head -c "${1:-48}" || true; }

make_env() {
    local email=${ADMIN_EMAIL:-admin@example.com}
    umask 077
    # Into a file of its own first: a half .env would be taken for a whole one the next time.
    cat >.env.new <<END
# Made by quick-start.sh. Keep it, and keep it secret: SECRET_KEY is made only once.
POSTGRES_USER=upnext
POSTGRES_DB=upnext
POSTGRES_PASSWORD=$(secret 32)
REDIS_PASSWORD=$(secret 32)
MYSQL_PASSWORD=$(secret 32)
RABBITMQ_PASSWORD=$(secret 32)
SECRET_KEY=$(secret 64)
JWT_SECRET_KEY=$(secret 64)
ADMIN_EMAIL=$email
ADMIN_PASSWORD=${ADMIN_PASSWORD:-$(secret 20)}
HTTP_PORT=${HTTP_PORT:-8080}
HTTPS_PORT=${HTTPS_PORT:-8443}
UPNEXT_PUBLIC_URL=${UPNEXT_PUBLIC_URL:-http://localhost:${HTTP_PORT:-8080}}
END
    mv .env.new .env
    echo "Made .env with fresh secrets."
}

value() { sed -n "s/^$1=//p" .env | head -1; }

if [ -f .env ]; then echo "Keeping the .env that is here."; else make_env; fi
[ "${1:-}" != --env-only ] || exit 0

if [ -n "${COMPOSE:-}" ]; then read -ra compose <<<"$COMPOSE"
elif docker compose version >/dev/null 2>&1; then compose=(docker compose)
elif command -v podman-compose >/dev/null; then compose=(podman-compose)
else fail "needs Docker with its compose plugin, or podman-compose. Without containers: make serve"; fi

echo "Building the image (the first time takes some minutes)"
"${compose[@]}" build migrate
echo "Starting"
# Brings up what everything needs, then the schema, then the rest: `depends_on` has the order.
"${compose[@]}" up -d

url=$(value UPNEXT_PUBLIC_URL)
local_url="http://127.0.0.1:$(value HTTP_PORT)"
for _ in $(seq 60); do
    curl -fsS --max-time 3 "$local_url/health/ready" >/dev/null 2>&1 && ready=yes && break
    sleep 2
done
[ "${ready:-}" = yes ] || fail "it does not answer at $local_url; see: ${compose[*]} logs api migrate"

"${compose[@]}" exec -T -e ADMIN_EMAIL="$(value ADMIN_EMAIL)" -e ADMIN_PASSWORD="$(value ADMIN_PASSWORD)" \
    api upnext seed-admin

cat <<END

Upnext runs.
  web app     $url
  API         $url/docs
  health      $url/health
  admin       $(value ADMIN_EMAIL), password: ADMIN_PASSWORD in .env
  stop        ${compose[*]} down          (data stays in its volumes)
END
