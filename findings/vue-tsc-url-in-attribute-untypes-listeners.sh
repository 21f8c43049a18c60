#!/usr/bin/env bash
# vue-tsc 3.3.14: a URL in an attribute of a component makes its inline listeners untyped.
#
# Packages:  vue-tsc 3.3.14, vue 3.5.45, typescript 5.9.3 (npm).
# Input:     a component with a typed emit `opened: [number]`, used with the listener `(n) => n.toFixed()` and one
#            static attribute: once `server="calls.example"`, once `server="https://calls.example"`. For comparison:
#            the same URL bound as a constant of the script, and the same URL on a native <input> with a listener.
# Expected:  the text of an attribute has no influence on the type of a listener: all four compile.
# Seen:      only the component with the URL written into its template fails: TS7006, parameter 'n' implicitly has
#            an 'any' type. The listener's place, before or after the attribute, makes no difference.
#
# Exit: 0 while the behaviour is as seen, 1 when it is another.
set -euo pipefail

FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact vue-tsc@3.3.14 vue@3.5.45 typescript@5.9.3

cat >tsconfig.json <<'JSON'
{
  "compilerOptions": {
    "strict": true, "noEmit": true, "target": "esnext", "module": "esnext", "moduleResolution": "bundler",
    "lib": ["esnext", "dom"], "skipLibCheck": true
  },
  "include": ["*.vue"]
}
JSON
cat >CallBox.vue <<'VUE'
<script setup lang="ts">
defineProps<{ server?: string }>();
defineEmits<{ opened: [number] }>();
</script>
<template><i /></template>
VUE

# $1: the file's name, $2: the attribute, $3: the element, $4: its event, $5: the listener.
page() {
  cat >"$1" <<VUE
<script setup lang="ts">
import CallBox from './CallBox.vue';
const url = 'https://calls.example';
void [CallBox, url];
</script>
<template><$3 $2 @$4="$5" /></template>
VUE
}
page plain-text.vue 'server="calls.example"' CallBox opened '(n) => n.toFixed()'
page url-written.vue 'server="https://calls.example"' CallBox opened '(n) => n.toFixed()'
page url-bound.vue ':server="url"' CallBox opened '(n) => n.toFixed()'
page native-element.vue 'title="https://calls.example"' input input '(event) => event.preventDefault()'

OUTPUT=$(npx vue-tsc --noEmit || true)
echo "${OUTPUT:-no error}"
FILES=$(grep -o '^[a-z-]*\.vue' <<<"$OUTPUT" | sort -u | tr '\n' ' ')
if [ "$FILES" = 'url-written.vue ' ] && grep -q TS7006 <<<"$OUTPUT"; then
  echo 'Seen: only the component with a URL in its template has an untyped listener.'
else
  echo "Another behaviour: errors in: ${FILES:-no file}"
  exit 1
fi
