"""Uses lessons as a trainer does: lists, asks, runs, predicts, prints, checks, breaks one.

usage: lesson.py BINARY ROOT      one TAP line a look
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def call(binary, *arguments):
    return subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def says(done, status, *words):
    text = done.stdout + done.stderr
    missing = [word for word in words if word not in text]
    return done.returncode == status and not missing and text


def check_words(binary):
    yield "list", says(call(binary, "lesson", "list"), 0, "1  own-label", "9  hands-in-the-county")
    yield "list in Chinese", says(call(binary, "lesson", "--lang", "zh"), 0, "吨位就是话语权")
    shown = says(call(binary, "lesson", "show", "april-8"), 0, "c  Formula rose, creams fell", "run rule-changes")
    yield "show reveals nothing", shown and "¥" not in shown and "Answer" not in shown
    yield "run", says(call(binary, "lesson", "run", "april-8", "--predict", "c"), 0, "¥23.41", "predicted c: right.")
    yield "a wrong guess", says(call(binary, "lesson", "run", "tonnage-is-power", "--predict", "20"), 0, "otherwise")
    yield "no answer at all", says(call(binary, "lesson", "run", "april-8", "--predict", "x"), 2, "a letter, a to d")
    yield "unknown", says(call(binary, "lesson", "run", "april-9"), 66, 'did you mean "april-8"?')
    yield "unknown act", says(call(binary, "lesson", "play"), 2, "list, show or run")


def check_data(binary):
    asked = json.loads(call(binary, "lesson", "show", "too-much-tax", "--json").stdout)
    told = json.loads(call(binary, "lesson", "run", "too-much-tax", "--json").stdout)
    names = [choice["id"] for choice in asked["choices"]]
    yield "asked as data", names == ["thrice", "twice", "same", "less"] and "answer" not in asked
    yield "told as data", told["answer"]["choice"] == "less" and told["figures"][0]["values"][0]["en"].startswith("¥")
    yield "with its summaries", [arm["summary"]["scenario"] for arm in told["arms"]] == ["bonded-direct-parcel"] * 3
    repeat = call(binary, *told["arms"][2]["command"].split()[1:], "--json", "--no-tables", "--out", tempfile.mkdtemp())
    yield "the command repeats it", json.loads(repeat.stdout)["digest"] == told["arms"][2]["summary"]["digest"]


def check_handout(binary, folder):
    for lang, word in (("en", "My prediction:"), ("zh", "我的预测：")):
        path = folder / (lang + ".html")
        done = call(binary, "lesson", "run", "tonnage-is-power", "--lang", lang, "--handout", path)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        sheet, _, key = text.partition("</section>")
        yield f"handout in {lang}", done.returncode == 0 and word in sheet and "55.8" not in sheet and "55.8" in key
    nowhere = folder / "no" / "x.html"
    yield "no place for it", says(call(binary, "lesson", "run", "april-8", "--handout", nowhere), 74, "no/x.html")


def check_files(binary, root, folder):
    for path in sorted((root / "lessons").glob("*.json")):
        lesson = json.loads(path.read_text(encoding="utf-8"))
        yield path.name, lesson["id"] == path.stem and says(call(binary, "check", path), 0, "a lesson, sound")
    lesson["answer"] = next(name for name in lesson["choices"] if name != lesson["answer"])
    broken = folder / "broken.json"
    broken.write_text(json.dumps(lesson, ensure_ascii=False, indent=1), encoding="utf-8")
    yield "an answer that does not hold", says(call(binary, "check", broken), 65, "it is the answer", "broken.json:")
    shown = says(call(binary, "lesson", "run", broken), 65, "What the runs gave", "it is the answer")
    yield "its figures are shown all the same", shown
    schema = json.loads(call(binary, "schema", "lesson").stdout)
    yield "schema", set(lesson) <= set(schema["properties"]) and set(schema["required"]) <= set(lesson) | {"number"}


def main(binary, root):
    failed = number = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        checks = [*check_words(binary), *check_data(binary), *check_handout(binary, folder),
                  *check_files(binary, root, folder)]
    for number, (name, good) in enumerate(checks, 1):
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
