"""Rooms over HTTP, without a browser: forty teams, rounds, tokens, what is broken, a restart in the middle of a line.

usage: rooms.py BINARY      one TAP line a look
"""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


class Server:
    def __init__(self, binary, keep, *more):
        self.child = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--keep", keep, *more],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.home = self.child.stdout.readline().strip()

    def stop(self):
        self.child.terminate()
        return self.child.wait(timeout=60), self.child.stderr.read()

    def ask(self, method, path, body=None, token=None):
        """(status, document or text)"""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.home + "v1/rooms" + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        return status, json.loads(text) if text.startswith("{") else text

    def view(self, code, token=None):
        return self.ask("GET", "/" + code, None, token)[1]["room"]

    def wait(self, code, phase):
        for _ in range(600):
            if self.view(code)["phase"] == phase:
                return True
            time.sleep(0.1)
        return False


STANDARD = {"seller_a": {"channel": "bonded", "price": 100, "stock": 45},
            "seller_b": {"channel": "direct_mail", "price": 100, "stock": 45},
            "importer": {"channel": "container", "price": 100, "stock": 45},
            "customs": {"vat_share": 70, "sampling": 10, "waiver": 50}, "airline": {"freight": 45, "room": 20}}
SEATS = list(STANDARD)

# what is posted below /v1/rooms with which status
BROKEN = [("", {"rounds": 0}, 400), ("", {"rounds": 13}, 400), ("", {"tables": 9}, 400), ("", {"seconds": 1}, 400),
          ("", {"tables": -1}, 400), ("", {"tables": 1 + 2 ** 32}, 400), ("", b"{", 400),
          ("/ZZZZ/join", {"name": "a"}, 404), ("/a/b/c", {}, 404),
          ("/{}/join", {"name": ""}, 400), ("/{}/join", {"name": "x" * 61}, 400), ("/{}/join", b"[]", 400),
          ("/{}/join", {"name": "a\nb"}, 400), ("/{}/join", {"name": "a", "role": "pirate"}, 409),
          ("/{}/do", {"do": "start"}, 403), ("/{}/decide", {"values": {}}, 403), ("/{}/fly", {}, 404)]


def status_of(server, method, path):
    """What is answered, of an event stream as soon as it begins."""
    data = b"{}" if method == "post" else None
    request = urllib.request.Request(server.home + path[1:], data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def check_described(server):
    with urllib.request.urlopen(server.home + "v1/openapi.json", timeout=60) as answer:
        paths = json.load(answer)["paths"]
    code = server.ask("POST", "", {})[1]["code"]
    lost = [(method, path) for path, methods in paths.items() for method in methods
            if status_of(server, method, path.replace("{code}", code)) in (404, 405)]
    yield f"what is described is there {lost or ''}".rstrip(), len(paths) > 25 and not lost


def check_broken(server):
    code = server.ask("POST", "", {})[1]["code"]
    for path, body, status in BROKEN:
        found = server.ask("POST", path.format(code), body)[0]
        yield f"{path or '/'} {str(body)[:40]}: {status}", found == status
    yield "nothing of it happened", server.view(code)["events"] == 1
    _, room = server.ask("POST", "", {})
    ended = server.ask("POST", f"/{room['code']}/do", {"do": "end"}, room["token"])
    yield "a room may end before it starts", ended[0] == 200 and ended[1]["room"]["history"] == []


def check_forty(server):
    _, room = server.ask("POST", "", {"tables": 8, "rounds": 2, "seconds": 3600})
    code, lead = room["code"], room["token"]
    teams = [server.ask("POST", f"/{code}/join", {"name": f"Team {i}"})[1] for i in range(40)]
    yield "forty seats, each once", sorted(team["seat"] for team in teams) == list(range(40))
    yield "no forty-first", server.ask("POST", f"/{code}/join", {"name": "late"})[0] == 409
    yield "it starts", server.ask("POST", f"/{code}/do", {"do": "start"}, lead)[0] == 200
    wrong = server.ask("POST", f"/{code}/decide", {"values": {"channel": "boat"}}, teams[0]["token"])
    yield "a wrong decision is told", wrong[0] == 400 and "bonded" in wrong[1]["error"]["message"]
    post = lambda team: server.ask("POST", f"/{code}/decide", {"values": STANDARD[SEATS[team["seat"] % 5]]},
                                   team["token"])[0]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        yield "forty decide at a time", set(pool.map(post, teams)) == {200}
    yield "the round ends when all have decided", server.wait(code, "results")
    yield "standard decisions give 100 points", {seat["points"] for seat in server.view(code)["seats"]} == {100}
    rows = server.ask("GET", f"/{code}/export.csv")[1].strip().split("\n")
    yield "a row a seat", len(rows) == 41 and ",bonded,price,100,stock,45," in rows[1]


def check_restart(binary, keep, server):
    _, room = server.ask("POST", "", {"tables": 1, "rounds": 3, "seconds": 3600})
    code, lead = room["code"], room["token"]
    token = server.ask("POST", f"/{code}/join", {"name": "Alpha"})[1]["token"]
    server.ask("POST", f"/{code}/do", {"do": "start"}, lead)
    server.ask("POST", f"/{code}/do", {"do": "close"}, lead)
    server.wait(code, "results")
    before = server.view(code, token)
    status, complaint = server.stop()
    yield "ends in order", status == 0 and complaint == "" or complaint
    log = pathlib.Path(keep, code + ".room")
    whole = log.read_bytes()
    yield "only its owner reads the log, no token stands in it", \
        log.stat().st_mode & 0o77 == 0 and lead.encode() not in whole and token.encode() not in whole
    log.write_bytes(whole + b'{"at": 99, "do": "ne')  # killed while writing
    server = Server(binary, keep)
    yield "goes on from its log", server.view(code, token) == before
    yield "with the same token", server.ask("POST", f"/{code}/do", {"do": "next"}, lead)[0] == 200
    server.stop()
    yield "the torn line is gone", b'"ne{' not in log.read_bytes() and log.read_bytes().startswith(whole)
    log.write_bytes(b'{"at": 1, "do": "sing"}\n')
    done = subprocess.run([binary, "serve", "--listen", "127.0.0.1:0", "--keep", keep], capture_output=True, text=True,
                          timeout=60, check=False)
    yield "a log that is none is told, with its name", done.returncode == 65 and code + ".room" in done.stderr


def check_places(binary):
    """Sixteen rooms at a time: one that is over, and that nobody looks at, makes place for another."""
    with tempfile.TemporaryDirectory() as keep:
        server = Server(binary, keep)
        rooms = [server.ask("POST", "", {})[1] for _ in range(16)]
        full = server.ask("POST", "", {})
        yield "a seventeenth room is refused", full[0] == 409 and "16 rooms" in full[1]["error"]["message"]
        server.ask("POST", f"/{rooms[3]['code']}/do", {"do": "end"}, rooms[3]["token"])
        yield "until one is over", server.ask("POST", "", {})[0] == 201
        found = [server.ask("GET", "/" + room["code"])[0] for room in rooms]
        yield "which is forgotten, no other", found == [404 if i == 3 else 200 for i in range(16)] or found
        yield "its log stays", pathlib.Path(keep, rooms[3]["code"] + ".room").exists()
        yield "and it ends in order", server.stop() == (0, "")


def main(binary):
    number = failed = 0
    with tempfile.TemporaryDirectory() as keep:
        server = Server(binary, keep)
        for checks in (check_described(server), check_broken(server), check_forty(server),
                       check_places(binary), check_restart(binary, keep, server)):
            for name, good in checks:
                number += 1
                failed += good is not True
                print(f"{'ok' if good is True else 'not ok'} {number} - {name}")
                if good is not True and good:
                    print(f"# {str(good)[:300]}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
