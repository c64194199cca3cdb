"""Writes docs/reforms/*.md: each reform in words, and what the program itself says when it compares.

usage: reforms.py [--check] PROGRAM [ROOT]

The pages are written anew from the reforms and the program; in README.md only what stands between `<!-- reforms -->`
and `<!-- end -->`. --check writes nothing and fails where a page is not what would be written.
"""
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys

SIZE = {"--limit": "2000", "--replications": "5", "--seed": "1"}  # small: every page is made again by a test
LINES = 30  # of a difference in words; more are counted
MODES = (("static", "Behaviour held fixed · 行为不变"), ("dynamic", "Behaviour responds · 行为响应"))
FIGURES = {"total": ("orders", "landed_per_order", "law_per_order", "lead_hours"),
           "channel": ("orders", "landed_per_order", "lead_hours"), "treasury": ("net",)}
NAMES = {"orders": "orders 订单数", "landed_per_order": "landed cost per order 单均到岸成本", "net": "net receipts 净收入",
         "law_per_order": "cost of law per order 单均法规层成本", "lead_hours": "hours to delivery 送达小时数"}
OTHERS = (("only_before", "are no longer delivered"), ("only_after", "are new"),
          ("other_channel", "take another channel"), ("unanswered", "have no answer under the other law"))
INDEX = re.compile(r"(<!-- reforms -->\n)(.*?)(<!-- end -->)", re.S)


def call(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def words_of(reform, name):
    """The command that compares a reform with its other side on its example, as a reader would type it."""
    words = ["compare", *reform["example"].split()]
    words.insert(2, name)
    for option, value in SIZE.items():
        if option not in words:
            words += [option, value]
    return words


def compare(program, reform, name):
    return json.loads(call(program, *words_of(reform, name), "--json"))["reforms"][0]


# ---- parts of a page ----

def differences(program, name, language):
    lines = call(program, "rules", "diff", name, "--lang", language).split("\n\n", 1)[1].rstrip("\n").split("\n")
    rest = len(lines) - LINES
    if rest > 0:
        lines[LINES:] = [f"… and {rest} more" if language == "en" else f"…… 另有 {rest} 行"]
    return ["```", *lines, "```", ""]


def sentences(answer):
    if not answer["largest"]:
        return ["Nothing changes that is larger than its uncertainty. 没有超出误差的变化。", ""]
    return [f"- {told['en']} {told['zh']}" for told in answer["largest"]] + [""]


def sides(orders):
    more, less = orders["pay_more"], orders["pay_less"]
    told = [f"{more['orders']} orders pay more ({float(more['share']):.1%}, at most {more['most']}), "
            f"{less['orders']} less ({float(less['share']):.1%}, at most {less['most']}), "
            f"{orders['pay_the_same']} the same"]
    told += [f"{orders[key]} {words}" for key, words in OTHERS if orders.get(key)]
    return ["; ".join(told) + ".", ""]


def table(answer):
    rows = [f for f in answer["figures"] if f["figure"] in FIGURES.get(f["group"], ())]
    lines = ["| | before 前 | after 后 | difference 差 | 95 % |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        interval = " … ".join(row["ci95"]) or "–"
        unit = "" if row["unit"] in ("1", "h") else f" {row['unit']}"
        cells = (f"{row['en']} {row['zh']}: {NAMES[row['figure']]}{unit}", row["before"], row["after"],
                 row["difference"], interval)
        lines.append("| " + " | ".join("–" if cell is None else str(cell) for cell in cells) + " |")
    return lines + [""]


def unread(result):
    if not result["unread"]:
        return []
    return ["No order of it read 没有订单用到：" + "、".join(f"`{name}`" for name in result["unread"]) + "", ""]


def head(reform):
    title, about, law = reform["title"], reform["about"], reform["law"]
    date = reform.get("date", "–")
    return [f"# {title['en']}", "", f"**{title['zh']}**", "", about["en"], "", about["zh"], "",
            f"- law 法律：{law['en']} · {law['zh']}", f"- since 起始日：{date}",
            f"- source 来源：{reform['source']} ({reform['confidence']})",
            f"- file 文件：[{reform['id']}.json](../../scenarios/reforms/{reform['id']}.json)", ""]


def console(reform, name):
    return ["```console", "$ tradeloom " + shlex.join(words_of(reform, name)), "```", ""]


def page(program, reform):
    name, is_law = reform["id"], "law_of" in reform
    result = compare(program, reform, name)
    sort = ("The law of its day without it, and with it, on the same orders. 同样的订单：施行当日的法律，无此变更与有此变更。"
            if is_law else "The scenario as it is, and with it, on the same orders. 同样的订单：情景原样与加上此变更。")
    lines = head(reform) + ["## In words · 差异", ""]
    lines += differences(program, name, "en") + differences(program, name, "zh")
    lines += ["## Compared · 对比", ""] + console(reform, name) + [sort, ""]
    for mode, title in MODES:
        answer = result[mode]
        lines += [f"### {title}", ""] + sentences(answer) + sides(answer["orders"]) + table(answer)
    lines += unread(result)
    if is_law:
        undone = compare(program, reform, "undo:" + name)
        lines += ["## Today without it · 今天若无此变更", ""] + console(reform, "undo:" + name)
        lines += sentences(undone["dynamic"])
        lines += unread(undone)
    return "\n".join(lines)


def index(reforms, old):
    rows = ["| reform | | since |", "|---|---|---|"]
    rows += [f"| [{name}]({name}.md) | {reform['title']['en']} · {reform['title']['zh']} | {reform.get('date', '–')} |"
             for name, reform in reforms.items()]
    assert INDEX.search(old), "README.md has no place for the list"
    return INDEX.sub(lambda found: found[1] + "\n".join(rows) + "\n" + found[3], old)


# ---- all of them ----

def main(arguments):
    is_check = "--check" in arguments
    program, root = ([word for word in arguments if word != "--check"] + ["."])[:2]
    program, folder = str(pathlib.Path(program).resolve()), pathlib.Path(root) / "docs" / "reforms"
    reforms = {path.stem: json.loads(path.read_text(encoding="utf-8"))
               for path in sorted(pathlib.Path(root).glob("scenarios/reforms/*.json"))}
    pages = {"README.md": index(reforms, (folder / "README.md").read_text(encoding="utf-8"))}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda reform: page(program, reform), reforms.values())
        pages |= {f"{name}.md": text for name, text in zip(reforms, made)}
    stale = [name for name, text in pages.items()
             if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text]
    stale += [path.name for path in folder.glob("*.md") if path.name not in pages]
    if not is_check:
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
    for name in stale:
        said = "is not what the program says: tools/reforms.py PROGRAM" if is_check else "written"
        print(f"docs/reforms/{name}: {said}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
