"""Event-stream clients on one server, and what a POST takes beside them: how memory grows, the slowest of a hundred.

usage: soak.py TRADELOOM [CLIENTS [SECONDS]]      300 clients, 60 s; exit 1 when memory grows by 5 MB or p99 is 50 ms
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

ORDER = {"date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
         "lines": [{"sku": "infant-formula", "quantity": "2", "unit_price": "200.00"}]}
GROWTH_MOST_KB, P99_MOST_MS, WARM_S = 5 * 1024, 50, 5


def resident_kb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


class Listeners:
    def __init__(self, port, count):
        self.selector, self.bytes, self.ended, self.is_over = selectors.DefaultSelector(), 0, 0, False
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", port))
            line.sendall(f"GET /v1/live/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            self.selector.register(line, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        while not self.is_over:
            for key, _ in self.selector.select(0.2):
                got = key.fileobj.recv(1 << 16)
                self.bytes += len(got)
                if not got:
                    self.ended += 1
                    self.selector.unregister(key.fileobj)

    def close(self):
        self.is_over = True
        self.thread.join()


def post(line, path, body):
    line.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    assert answer.status == 200, (path, answer.status, answer.read())
    return answer.read()


def main(program, clients, seconds):
    process = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline().split(":")[2].strip("/\n"))
    line = http.client.HTTPConnection("127.0.0.1", port)
    listeners = Listeners(port, clients)
    post(line, "/v1/live", {"scenario": "milk-powder"})
    begun, times, before = time.monotonic(), [], 0
    while time.monotonic() - begun < seconds:
        asked = time.monotonic()
        post(line, "/v1/quote", ORDER)
        times.append(1000 * (time.monotonic() - asked))
        if not before and asked - begun > WARM_S:
            before = resident_kb(process)
        time.sleep(0.02)
    grown, times = resident_kb(process) - before, sorted(times)
    p99 = times[len(times) * 99 // 100]
    print(f"{clients} clients, {seconds} s: {listeners.bytes / 1e6:.1f} MB of events, {listeners.ended} lines lost; "
          f"{len(times)} POSTs, median {times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms; "
          f"memory {before / 1024:.1f} MB after {WARM_S} s, then {grown / 1024:+.1f} MB")
    listeners.close()
    process.terminate()
    assert process.wait(timeout=20) == 0
    return 1 if grown >= GROWTH_MOST_KB or p99 >= P99_MOST_MS or listeners.ended else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(word) for word in (sys.argv[2:] + ["300", "60"][len(sys.argv) - 2:]))))
