"""Event-stream clients on one server, and what a POST takes beside them: how memory grows, the slowest of a hundred.

usage: soak.py TRADELOOM [CLIENTS [SECONDS]] [--strict]      300 clients, 60 s; prints TAP; fails when memory grows by
5 MB, or a client cannot stay; --strict: also when p99 is 50 ms, which says something of a machine that is not busy only
"""
import http.client
import json
import pathlib
import re
import selectors
import socket
import subprocess
import sys
import threading
import time
import urllib.request

ORDER = {"date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
         "lines": [{"sku": "infant-formula", "quantity": "2", "unit_price": "200.00"}]}
GROWTH_MOST_KB, P99_MOST_MS, WARM_S, WAIT_S = 5 * 1024, 50, 5, 60


def resident_kb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


class Listeners:
    """Clients that read all that comes. A line that the server cuts because its client was too slow is opened anew, as
    a browser does it."""

    def __init__(self, port, count):
        self.port, self.selector, self.bytes, self.ended = port, selectors.DefaultSelector(), 0, 0
        self.is_over = False
        for _ in range(count):
            self.open()
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def open(self):
        line = socket.create_connection(("127.0.0.1", self.port))
        line.sendall(f"GET /v1/live/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        self.selector.register(line, selectors.EVENT_READ)

    def take(self, line):
        try:
            got = line.recv(1 << 16)
        except ConnectionResetError:
            got = b""
        self.bytes += len(got)
        if not got and not self.is_over:
            self.ended += 1
            self.selector.unregister(line)
            line.close()
            self.open()

    def listen(self):
        while not self.is_over:
            for key, _ in self.selector.select(0.2):
                self.take(key.fileobj)

    def close(self):
        self.is_over = True
        self.thread.join()


def watching(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/live", timeout=WAIT_S) as answer:
        return json.load(answer)["watching"]


def all_there(port, clients):
    """Does the server know all clients, at once or within a while?"""
    until = time.monotonic() + WAIT_S
    while watching(port) != clients:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def post(line, path, body):
    line.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    assert answer.status == 200, (path, answer.status, answer.read())
    return answer.read()


def measure(process, port, clients, seconds):
    """Whether all came and stayed, what POSTs took, resident memory when all was warm and how it grew."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    listeners = Listeners(port, clients)
    post(line, "/v1/live", {"scenario": "milk-powder"})
    came = all_there(port, clients)
    begun, times, before = time.monotonic(), [], 0
    while time.monotonic() - begun < seconds:
        asked = time.monotonic()
        post(line, "/v1/quote", ORDER)
        times.append(1000 * (time.monotonic() - asked))
        if not before and asked - begun > WARM_S:
            before = resident_kb(process)
        time.sleep(0.02)
    grown = resident_kb(process) - before
    stayed = came and all_there(port, clients)
    listeners.close()
    return listeners, stayed, sorted(times), before, grown


def main(program, clients, seconds, is_strict):
    process = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline().split(":")[2].strip("/\n"))
    listeners, stayed, times, before, grown = measure(process, port, clients, seconds)
    process.terminate()
    status, p99 = process.wait(timeout=WAIT_S), times[len(times) * 99 // 100]
    print(f"# {clients} clients, {seconds} s: {listeners.bytes / 1e6:.1f} MB of events, {listeners.ended} lines opened "
          f"anew; {len(times)} POSTs, median {times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms; "
          f"memory {before / 1024:.1f} MB after {WARM_S} s, then {grown / 1024:+.1f} MB")
    looks = [(f"{clients} clients hear what happens", stayed and listeners.bytes > clients * 1000),
             (f"memory grows by less than {GROWTH_MOST_KB // 1024} MB", grown < GROWTH_MOST_KB),
             ("SIGTERM ends the server clean", status == 0)]
    if is_strict:
        looks.append((f"p99 of a POST is below {P99_MOST_MS} ms", p99 < P99_MOST_MS))
    for number, (name, is_right) in enumerate(looks, 1):
        print(f"{'ok' if is_right else 'not ok'} {number} - {name}")
    print(f"1..{len(looks)}")
    return 0 if all(is_right for _, is_right in looks) else 1


if __name__ == "__main__":
    WORDS = [word for word in sys.argv[2:] if word != "--strict"]
    sys.exit(main(sys.argv[1], *(int(word) for word in WORDS + ["300", "60"][len(WORDS):]), "--strict" in sys.argv))
