"""A step that a real endpoint decides, and a scenario's demand sent to one: against servers of this test on the loopback
that are slow, failing, silent, dead or talk nonsense. What was said is repeated by its log, without any server.

usage: outside.py TRADELOOM      prints TAP lines; exit 1 on any failure
"""
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
DAY = 86400
ACCEPT, DECLINE = b'{"answer": "accept"}', b'{"answer": "decline"}'


class Server:
    """`answer(number, question)` gives (status, body), or None: nothing is ever answered. Numbers count from 1."""

    def __init__(self, answer):
        self.answer, self.asked, self.keys, self.tokens, self.now, self.most = answer, [], [], set(), 0, 0
        self.lock, self.over = threading.Lock(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body go in one piece

            def do_POST(self):
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer.lock:
                    outer.asked.append(question)
                    outer.keys.append(self.headers.get("Idempotency-Key"))
                    outer.tokens.add(self.headers.get("Authorization"))
                    number = len(outer.asked)
                    outer.now += 1
                    outer.most = max(outer.most, outer.now)
                said = outer.answer(number, question)
                with outer.lock:
                    outer.now -= 1
                if said is None:
                    outer.over.wait()
                    self.close_connection = True
                    return
                self.send_response(said[0])
                self.send_header("Content-Length", str(len(said[1])))
                self.end_headers()
                self.wfile.write(said[1])

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/authorise"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()


def nobody():
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


def words(url, step="payment", otherwise="decline", days=200, limit=60, **more):
    """The command line of a run at so many days a second."""
    given = {"step": step, "url": url, "otherwise": otherwise, **more}
    settings = [word for name, value in given.items() for word in ("--set", f"outside.{name}={value}")]
    return ["run", "milk-powder", "--limit", str(limit), *settings, "--speed", str(days * DAY), "--out", "live"]


def call(place, *line, status=0, **more):
    done = subprocess.run([BINARY, *line], cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False, env={**os.environ, **more})
    assert done.returncode == status, f"{line}: exit {done.returncode}, not {status}: {done.stderr[-600:]}"
    return done


def log_of(place, name="live/outside.ndjson"):
    """The exchanges; the lines that are none."""
    lines = [json.loads(line) for line in (place / name).read_text().splitlines()]
    return [line for line in lines if "question" in line], [line for line in lines if "question" not in line]


def digest(place, folder):
    return json.loads((place / folder / "summary.json").read_bytes())["digest"]


def repeat(place, log="live/outside.ndjson", status=0):
    return call(place, "run", "--replay", log, "--out", "again", status=status)


def is_repeated(place):
    """The log gives the same digest and the same tables."""
    repeat(place)
    assert digest(place, "live") == digest(place, "again"), (digest(place, "live"), digest(place, "again"))
    for table in ("orders.csv", "postings.csv"):
        assert (place / "live" / table).read_bytes() == (place / "again" / table).read_bytes(), table
    ends = log_of(place)[1]
    assert ends[-1] == {"end": "complete", "digest": digest(place, "live")}, ends


def until(condition, what):
    """Waits for it."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


@tap.check
def two_seconds_and_ten_per_cent_failures(place):
    def answer(number, _):
        time.sleep(2)
        return (503, b"busy") if number % 10 == 0 else (200, DECLINE if number % 10 == 1 else ACCEPT)

    with Server(answer) as server:
        call(place, *words(server.url, connections=64))
        asked, keys, most = server.asked, server.keys, server.most
    exchanges, _ = log_of(place)
    assert len(exchanges) >= 60 and all(e["by"] == "endpoint" and e["wall_us"] >= 2000000 for e in exchanges)
    assert {e["answer"] for e in exchanges} == {"accept", "decline"}
    assert any(e["tries"] > 1 for e in exchanges) and sum(e["tries"] for e in exchanges) == len(asked)
    assert len(set(keys)) == len(exchanges), "one key for each question, whatever its tries"
    assert most > 1, "questions travel together"
    waits = sorted((e["asked"], e["applied"]) for e in exchanges)
    assert any(a[0] < b[0] < a[1] for a, b in zip(waits, waits[1:])), "the world goes on while an order waits"
    counts = json.loads((place / "live/summary.json").read_bytes())["orders"]
    assert counts["placed"] == 60 and counts["open"] == 0, counts
    is_repeated(place)


@tap.check
def an_endpoint_that_is_dead_from_the_start(place):
    said = call(place, *words(nobody(), otherwise="accept", tries=2)).stderr
    exchanges, _ = log_of(place)
    assert all(e["by"] == "otherwise" and e["answer"] == "accept" and e["status"] == 0 and e["tries"] == 2 and
               "connect" in e["error"] and e["response"] is None for e in exchanges), exchanges[0]
    assert len(exchanges) == 60 and "was asked 60 times, answered 0, otherwise 60" in said, said
    is_repeated(place)


@tap.check
def an_endpoint_that_never_answers(place):
    with Server(lambda number, question: None) as server:
        call(place, *words(server.url, timeout_s="0.2", tries=2, limit=30, step="address"))
    exchanges, _ = log_of(place)
    assert len(exchanges) == 30 and all(e["by"] == "otherwise" and "timed out" in e["error"].lower() and
                                        e["try_us"] >= 200000 for e in exchanges), exchanges[0]
    assert json.loads((place / "live/summary.json").read_bytes())["orders"]["cancelled"] == 30
    assert all("postcode" in e["request"] for e in exchanges)
    is_repeated(place)


NONSENSE = [(200, b"accept"), (200, b""), (200, b'{"answer": true}'), (200, b'{"answer": "perhaps"}'), (200, b'["accept"]'),
            (200, b'{"answer": "accept"} {}'), (200, b'{"answer": "\xff"}'), (200, b'{"ok": 1}'), (204, b""),
            (302, ACCEPT), (500, ACCEPT), (429, DECLINE), (200, b'{"answer": "accept", "pad": "' + b"x" * 70000 + b'"}'),
            (200, b"[" * 5000), (200, "{\"answer\": \"接受\"}".encode())]


@tap.check
def answers_that_are_none(place):
    """Whatever comes back: the run goes on with what counts otherwise, and its log can be read."""
    with Server(lambda number, question: NONSENSE[number % len(NONSENSE)]) as server:
        call(place, *words(server.url, otherwise="accept", tries=1))
        assert len(server.asked) == 60
    exchanges, _ = log_of(place)
    assert {e["by"] for e in exchanges} == {"otherwise"} and all(e["error"] for e in exchanges)
    assert {302, 429, 500} < {e["status"] for e in exchanges}
    is_repeated(place)


@tap.check
def a_refusal_may_say_so_in_words(place):
    with Server(lambda number, question: (402, DECLINE)) as server:
        call(place, *words(server.url, otherwise="accept", limit=20))
    exchanges, _ = log_of(place)
    assert {(e["by"], e["answer"], e["status"], e["error"]) for e in exchanges} == {("endpoint", "decline", 402, "")}
    orders = json.loads((place / "live/summary.json").read_bytes())["orders"]
    assert orders["cancelled"] == orders["placed"] == 20
    is_repeated(place)


@tap.check
def declarations_are_decided_too(place):
    with Server(lambda number, question: (200, DECLINE if number % 3 else ACCEPT)) as server:
        call(place, *words(server.url, step="declaration"))
        assert all(len(question["lines"]) == 1 and question["lines"][0]["hs"] for question in server.asked)
    declined = sum(e["answer"] == "decline" for e in log_of(place)[0])
    assert declined and json.loads((place / "live/summary.json").read_bytes())["orders"]["refused"] == declined
    is_repeated(place)


@tap.check
def a_run_that_is_killed_leaves_what_was_said(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        child = subprocess.Popen([BINARY, *words(server.url, days=20)], cwd=place, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        log = place / "live/outside.ndjson"
        until(lambda: log.exists() and log.read_bytes().count(b"\n") > 5, "five exchanges")
        child.kill()
        child.wait()
    exchanges, _ = log_of(place)
    said = repeat(place).stderr
    assert f"the log has no end, its run was killed: it is repeated up to {exchanges[-1]['applied']}" in said, said
    first = digest(place, "again")
    with open(log, "ab") as file:  # a line that was being written
        file.write(b'{"part":1,"question":99,"order":99,"asked":"2025-0')
    repeat(place)
    assert digest(place, "again") == first
    assert json.loads((place / "again/summary.json").read_bytes())["orders"]["placed"] >= len(exchanges)
    log.write_bytes(log.read_bytes().split(b"\n")[0] + b"\n")  # killed before anybody answered
    assert "the log holds no exchange" in repeat(place, status=65).stderr


@tap.check
def a_run_that_is_stopped_is_repeated_up_to_there(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        child = subprocess.Popen([BINARY, *words(server.url, days=20)], cwd=place, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, text=True)
        until(lambda: len(server.asked) > 5, "five questions")
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[1]
    assert child.returncode == 130, child.returncode
    assert "to repeat what there was: tradeloom run --replay live/outside.ndjson" in said, said
    assert not (place / "live/.unfinished").exists()
    assert log_of(place)[1][-1] == {"end": "stopped", "digest": digest(place, "live")}
    assert "it is repeated up to there" in repeat(place).stderr
    assert digest(place, "again") == digest(place, "live")


@tap.check
def two_worlds_at_a_time(place):
    with Server(lambda number, question: (200, ACCEPT if number % 4 else DECLINE)) as server:
        call(place, *words(server.url, days=400, limit=30), "--replications", "2")
    exchanges, _ = log_of(place)
    assert {e["part"] for e in exchanges} == {1, 2} and {e["request"]["replication"] for e in exchanges} == {1, 2}
    is_repeated(place)


@tap.check
def a_log_that_was_changed_is_found_out(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        call(place, *words(server.url, days=400, limit=30))
    log = place / "live/outside.ndjson"
    whole = log.read_text()
    head, last = whole.rsplit('"answer":"accept"', 1)
    log.write_text(head + '"answer":"decline"' + last)
    assert "had the digest" in repeat(place, status=1).stderr
    log.write_text(whole.replace('"try":1', '"try":2', 1))
    assert "is not that of the log" in repeat(place, status=65).stderr
    log.write_text(whole.replace('--limit=30', '--limit=31', 1))
    assert "is not that of the log" in repeat(place, status=65).stderr
    log.write_text(whole.replace('"applied"', '"aplied"', 1))
    assert "aplied" in repeat(place, status=65).stderr


@tap.check
def an_earlier_log_is_kept(place):
    url = nobody()
    call(place, *words(url, days=400, limit=10, tries=1))
    first = (place / "live/outside.ndjson").read_bytes()
    call(place, *words(url, days=400, limit=10, tries=1))
    assert (place / "live/outside.before.ndjson").read_bytes() == first
    is_repeated(place)


@tap.check
def an_order_is_explained_out_of_the_log(place):
    with Server(lambda number, question: (200, DECLINE if question["order"] == 3 else ACCEPT)) as server:
        call(place, *words(server.url, days=400, limit=20))
    told = json.loads(call(place, "explain", "3", "--run", "live", "--json").stdout)
    assert told["state"] == "cancelled", told
    (place / "live/outside.ndjson").unlink()
    assert "outside.ndjson" in call(place, "explain", "3", "--run", "live", status=66).stderr


@tap.check
def nobody_asks_by_accident(place):
    line = words("http://127.0.0.1:9/")
    unpaced = line[:line.index("--speed")]
    said = call(place, *unpaced, status=2).stderr
    assert "--speed N" in said and "--replay LOG" in said and "--set outside=null" in said, said
    said = call(place, "generate", *unpaced[1:], "--out", "set", status=69).stderr
    assert "nobody is here to be asked" in said, said
    call(place, *unpaced, "--set", "outside=null", "--out", "plain")
    call(place, "run", "milk-powder", "--limit", "60", "--out", "usual")
    assert digest(place, "plain") == digest(place, "usual")


@tap.check
def a_token_is_shown_to_the_endpoint_and_nobody_else(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        said = call(place, *words(server.url, days=400, limit=5), TRADELOOM_OUTSIDE_TOKEN="s3cret")
        call(place, "send", "milk-powder", "--url", server.url, "--limit", "3", TRADELOOM_OUTSIDE_TOKEN="s3cret")
        assert server.tokens == {"Bearer s3cret"}, server.tokens
    assert "s3cret" not in said.stdout + said.stderr
    assert not any(b"s3cret" in path.read_bytes() for path in (place / "live").iterdir())


# ---- demand as load ----

def send(place, url, *line, status=0):
    done = call(place, "send", "milk-powder", "--url", url, *line, "--json", status=status)
    return json.loads(done.stdout)


@tap.check
def demand_is_sent_at_a_rate(place):
    with Server(lambda number, question: (503, b"") if number % 10 == 0 else (200, ACCEPT)) as server:
        told = send(place, server.url, "--limit", "300", "--rate", "300/s")
        asked = server.asked
    assert told["complete"] and told["sent"] == told["answered"] == len(asked) == 300 and told["failed"] == 0, told
    assert told["status"] == {"200": 270, "503": 30} and told["errors"] == {}, told
    assert told["asked_per_s"] == "300.000" and float(told["seconds"]) >= 299 / 300, told
    assert sorted(question["order"] for question in asked) == list(range(1, 301))
    assert all(question["step"] == "payment" and question["amount"] for question in asked)
    for name in ("ms_since_due", "ms_since_sent"):
        told_ms = [float(told[name][row]) for row in ("p50", "p90", "p95", "p99", "p999", "longest")]
        assert told_ms == sorted(told_ms) and told_ms[0] > 0, told
    assert all(float(told["ms_since_due"][row]) >= float(told["ms_since_sent"][row]) * 0.98
               for row in told["ms_since_due"]), told


@tap.check
def who_falls_behind_cannot_hide_it(place):
    """One connection, a tenth of a second each: the twentieth request was due at the beginning and waits for the others."""
    def answer(*_):
        time.sleep(0.1)
        return 200, ACCEPT

    with Server(answer) as server:
        told = send(place, server.url, "--limit", "20", "--rate", "1000/s", "--concurrency", "1")
    assert told["most_at_a_time"] == server.most == 1, told
    assert float(told["ms_since_due"]["longest"]) >= 1900 and float(told["ms_since_due"]["p50"]) >= 900, told


@tap.check
def demand_for_nobody(place):
    told = json.loads(call(place, "send", "milk-powder", "--url", nobody(), "--limit", "20", "--rate", "1000/s", "--json",
                           status=69).stdout)
    assert told["answered"] == 0 and told["failed"] == 20 and sum(told["errors"].values()) == 20, told
    with Server(lambda number, question: None) as server:
        told = json.loads(call(place, "send", "milk-powder", "--url", server.url, "--limit", "5", "--rate", "1000/s",
                               "--timeout", "1", "--json", status=69).stdout)
    assert told["errors"] == {"Timeout was reached": 5} and told["ms_since_due"] == {}, told


@tap.check
def what_there_is_is_told_when_it_is_stopped(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        child = subprocess.Popen([BINARY, "send", "milk-powder", "--url", server.url, "--limit", "100000", "--rate",
                                  "100/s", "--json"], cwd=place, stdout=subprocess.PIPE, text=True)
        until(lambda: len(server.asked) > 20, "twenty requests")
        child.send_signal(signal.SIGINT)
        told = json.loads(child.communicate(timeout=60)[0])
    assert child.returncode == 130 and not told["complete"], (child.returncode, told)
    assert 20 <= told["answered"] <= told["sent"] < 100000 and told["status"] == {"200": told["answered"]}, told


@tap.check
def a_table_for_people(place):
    with Server(lambda number, question: (200, ACCEPT)) as server:
        line = ("send", "milk-powder", "--url", server.url, "--limit", "10", "--rate", "6000/m", "--step", "declaration")
        text = call(place, *line).stdout
        assert "10 of 10 in" in text and "of 6000/m asked for" in text and "10 × 200" in text and "half within" in text
        assert all("lines" in question for question in server.asked)
        assert "| half within | " in call(place, *line, "--format", "md").stdout
        assert "自应发时起" in call(place, *line, "--lang", "zh").stdout


@tap.check
def wishes_that_cannot_be_met(place):
    for line, said in (((), "no --url"), (("--url", "ftp://x/"), "--url is none"), (("--url", "http://10.0.0.1/"), "--url"),
                       (("--url", "http://127.0.0.1:9/", "--rate", "fast"), "200/s"),
                       (("--url", "http://127.0.0.1:9/", "--rate", "0/s"), "200/s"),
                       (("--url", "http://127.0.0.1:9/", "--step", "paymnt"), "payment")):
        assert said in call(place, "send", "milk-powder", *line, status=2).stderr, (line, said)


if __name__ == "__main__":
    sys.exit(tap.main())
