#!/usr/bin/env bash
# vue 3.5.45: with strictTemplates a native element in a template cannot have `slot`, though `part` is allowed.
#
# Packages:  vue-tsc 3.3.14, vue 3.5.45, typescript 5.9.3 (npm).
# Input:     a project with "vueCompilerOptions": { "strictTemplates": true } and, in templates, the content of a
#            custom element: <button slot="controls">. For comparison the same button with `part`, `exportparts`
#            and `title`.
# Expected:  all compile: `slot` is a global attribute of HTML, and Vue says it supports custom elements fully.
# Seen:      only `slot` fails: TS2353, 'slot' does not exist in type 'ButtonHTMLAttributes & ReservedProps'. The
#            types know the attributes of a shadow tree, `part` and `exportparts`, and not the one of its light tree.
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
  "vueCompilerOptions": { "strictTemplates": true },
  "include": ["*.vue"]
}
JSON
for ATTRIBUTE in slot part exportparts title; do
  echo "<template><button $ATTRIBUTE=\"controls\">Notes</button></template>" >"$ATTRIBUTE.vue"
done

OUTPUT=$(npx vue-tsc --noEmit || true)
echo "${OUTPUT:-no error}"
FILES=$(grep -o '^[a-z]*\.vue' <<<"$OUTPUT" | sort -u | tr '\n' ' ')
if [ "$FILES" = 'slot.vue ' ] && grep -q TS2353 <<<"$OUTPUT"; then
  echo 'Seen: of slot, part, exportparts and title only slot is refused.'
else
  echo "Another behaviour: errors in: ${FILES:-no file}"
  exit 1
fi
