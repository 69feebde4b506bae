#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# Writes Swagger UI's settings from the environment, and starts nginx.

set -euo pipefail

readonly HTML=/usr/share/nginx/html
# Variable, option of Swagger UI, and whether its value is a text or is written as it stands.
readonly OPTIONS="
CONFIG_URL configUrl text
DOC_EXPANSION docExpansion text
FILTER filter text
LAYOUT layout text
OAUTH2_REDIRECT_URL oauth2RedirectUrl text
VALIDATOR_URL validatorUrl text
URLS urls literal
DEEP_LINKING deepLinking literal
DISPLAY_OPERATION_ID displayOperationId literal
DISPLAY_REQUEST_DURATION displayRequestDuration literal
PERSIST_AUTHORIZATION persistAuthorization literal
QUERY_CONFIG_ENABLED queryConfigEnabled literal
SUPPORTED_SUBMIT_METHODS supportedSubmitMethods literal
TRY_IT_OUT_ENABLED tryItOutEnabled literal
WITH_CREDENTIALS withCredentials literal
"

address() {
    local url=${URL:-${API_URL:-}}
    # As there: SWAGGER_JSON_URL, then SWAGGER_JSON, replace only the address of the example.
    if [ -z "$url" ] && [ -n "${SWAGGER_JSON_URL:-}" ]; then
        url=$SWAGGER_JSON_URL
    elif [ -z "$url" ] && [ -f "$SWAGGER_JSON" ]; then
        url=./$(basename "$SWAGGER_JSON")
        cp -sf "$SWAGGER_JSON" $HTML/
    fi
    printf '%s' "${url:-https://petstore.swagger.io/v2/swagger.json}"
}

write_settings() {
    local variable option kind value
    printf 'window.onload = function () {\n  window.ui = SwaggerUIBundle({\n'
    printf '    url: "%s",\n    dom_id: "#swagger-ui",\n' "$1"
    while read -r variable option kind; do
        [ -n "$variable" ] || continue
        value=${!variable:-}
        [ -n "$value" ] || continue
        [ "$kind" = literal ] || value="\"$value\""
        printf '    %s: %s,\n' "$option" "$value"
    done <<<"$OPTIONS"
    [ -n "${LAYOUT:-}" ] || printf '    layout: "StandaloneLayout",\n'
    [ -n "${DEEP_LINKING:-}" ] || printf '    deepLinking: true,\n'
    printf '    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],\n'
    printf '    plugins: [SwaggerUIBundle.plugins.DownloadUrl],\n  });\n};\n'
}

write_server() {
    cat <<TEXT
server {
    listen ${PORT:-8080};
    location ${BASE_URL:-/} {
        absolute_redirect off;
        alias $HTML/;
        expires -1;
        add_header Access-Control-Allow-Origin *;
    }
}
TEXT
}

write_settings "$(address)" >$HTML/swagger-initializer.js
write_server >/etc/nginx/conf.d/default.conf
exec "$@"
