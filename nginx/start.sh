#!/bin/sh
# Fills in nginx.conf.template from the environment and starts nginx, in the web image.
set -eu

export LISTEN="${LISTEN:-8080}"
export API_UPSTREAM="${API_URL:-http://127.0.0.1:3001}"
export WEB_ROOT="${WEB_ROOT:-/srv/web}"
export NGINX_DIR="${NGINX_DIR:-/etc/mindscribe/nginx}"
export RUN_DIR="${RUN_DIR:-/tmp/nginx}"
export LOAD_BROTLI="" BROTLI="" RESOLVER=""

module=/usr/lib/nginx/modules/ngx_http_brotli_static_module.so
if [ -f "$module" ]; then
    LOAD_BROTLI="load_module $module;"
    BROTLI="brotli_static on;"
fi

# A name is looked up again as its address may change: by the servers that the container was given.
host=$(printf '%s' "$API_UPSTREAM" | sed -e 's|^[a-z]*://||' -e 's|[:/].*$||')
case "$host" in
    *[!0-9.]*)
        servers=$(awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2) }' /etc/resolv.conf | tr '\n' ' ')
        RESOLVER="resolver $servers valid=10s;"
        ;;
esac

mkdir -p "$RUN_DIR"
envsubst '$LISTEN $API_UPSTREAM $WEB_ROOT $NGINX_DIR $RUN_DIR $LOAD_BROTLI $BROTLI $RESOLVER' \
    <"$NGINX_DIR/nginx.conf.template" >"$RUN_DIR/nginx.conf"
exec nginx -e stderr -c "$RUN_DIR/nginx.conf" -g 'daemon off;'
