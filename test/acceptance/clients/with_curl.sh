# Streams one answer with curl and prints each token as a JSON line. Passes --cacert if CURL_CA_BUNDLE is set.
set -o pipefail
curl --silent --show-error --fail --no-buffer --max-time 60 ${CURL_CA_BUNDLE:+--cacert "$CURL_CA_BUNDLE"} \
  --header 'content-type: application/json' \
  --data '{"model":"everyhop-demo","stream":true,"messages":[{"role":"user","content":"count to 12"}]}' \
  "$1/chat/completions" | sed --unbuffered --quiet 's/^data: .*"content":\("[^"]*"\).*/\1/p'
