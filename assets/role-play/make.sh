#!/bin/sh
# Regenerates session.ogg, turns.json, excerpt.ogg and excerpt.turns.json from script.json.
# Needs Debian's `flite` (2.2, voices slt and rms), `ffmpeg` with libopus, and Python 3.
set -eu
cd "$(dirname "$0")"
command -v flite ffmpeg python3 >/dev/null
python3 voice.py "$@"
