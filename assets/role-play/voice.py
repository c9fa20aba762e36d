"""Voices script.json with two synthetic speakers; writes the recordings and the exact times of their turns."""

import json
import math
import random
import re
import subprocess
import sys
import tempfile
import wave
from array import array
from pathlib import Path

RATE = 16000
HERE = Path(__file__).parent


def silence(milliseconds):
    return array("h", bytes(2 * round(milliseconds * RATE / 1000)))


def say(sentence, voice, stretch):
    """One sentence by flite, without the silence around it, its voiced part at -24 dBFS."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        run = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", sentence, "-o", file.name]
        subprocess.run(run, check=True)
        with wave.open(file.name) as sound:
            assert sound.getframerate() == RATE and sound.getnchannels() == 1
            samples = array("h", sound.readframes(sound.getnframes()))
    loud = [i for i, sample in enumerate(samples) if abs(sample) > 300]
    samples = samples[max(0, loud[0] - 300): loud[-1] + 600]
    power = sum(samples[i - max(0, loud[0] - 300)] ** 2 for i in loud) / len(loud)
    gain = 2000 / math.sqrt(power)
    return array("h", (max(-30000, min(30000, round(sample * gain))) for sample in samples))


def record(turns, speakers, chance):
    """The mono recording and its table; pauses are 0.4 to 1.2 s unless the script asks for another."""
    sound, table = silence(600), []
    for turn in turns:
        sound += silence(turn.get("pause_before_ms", 0))
        start = len(sound)
        for number, sentence in enumerate(re.findall(r"[^.?!]+[.?!]+", turn.get("spoken", turn["text"]))):
            sound += silence(280 if number else 0) + say(sentence.strip(), **speakers[turn["speaker"]])
        table.append({
            "speaker": turn["speaker"],
            "start_ms": round(start * 1000 / RATE),
            "end_ms": round(len(sound) * 1000 / RATE),
            "text": turn["text"],
        })
        sound += silence(turn.get("pause_after_ms", chance.uniform(400, 1200)))
    # A quiet room, about -60 dBFS: digital silence does not occur in practice.
    return array("h", (sample + round(chance.gauss(0, 30)) for sample in sound)), table


def write(sound, table, folder, name, table_name):
    run = ["ffmpeg", "-y", "-loglevel", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-c:a", "libopus",
           "-b:a", "32k", "-application", "voip", "-fflags", "+bitexact", "-flags:a", "+bitexact", str(folder / name)]
    subprocess.run(run, check=True, input=sound.tobytes())
    rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in table)
    (folder / table_name).write_text(f"[\n{rows}\n]\n")
    spoken = sum(row["end_ms"] - row["start_ms"] for row in table) / 1000
    print(f"{name}: {len(sound) / RATE:.1f} s, {spoken:.1f} s of it speech, {len(table)} turns")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    script = json.loads((HERE / "script.json").read_text())
    for name, table_name, turns in (
        ("session.ogg", "turns.json", script["turns"]),
        ("excerpt.ogg", "excerpt.turns.json", [script["turns"][number] for number in script["excerpt"]]),
    ):
        write(*record(turns, script["speakers"], random.Random(7)), folder, name, table_name)


main()
