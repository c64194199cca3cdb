"""Raw bytes to the HTTP server and what must come back: sound requests, broken ones, smuggled ones, slow ones, streams.

usage: http_cases.py HTTP_SERVER [COMMAND…]     COMMAND runs the server, like: valgrind --error-exitcode=9
"""
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

FAILED = []
COUNT = 0


def told(name, is_right, what=""):
    global COUNT
    COUNT += 1
    what = "" if is_right else "  # " + repr(what)[:300]
    print(f"{'ok' if is_right else 'not ok'} {COUNT} - {name}{what}", flush=True)
    if not is_right:
        FAILED.append(name)


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.host = f"Host: 127.0.0.1:{self.port}\r\n"

    def connect(self, source=None):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20, source_address=source)

    def ask(self, text, answers=1):
        """All that comes back on one connection: so many answers, and what follows them within a moment."""
        got = b""
        with self.connect() as line:
            line.sendall(text.replace("HOST\r\n", self.host).encode())
            while len(statuses(got)) < answers and (more := read_some(line, 5)):
                got += more
            return got + read_all(line, 0.05) if answers else b""


def read_some(line, wait):
    line.settimeout(wait)
    try:
        return line.recv(65536)
    except (TimeoutError, ConnectionResetError):
        return b""


def read_all(line, silence=0.5):
    got = b""
    while more := read_some(line, silence):
        got += more
    return got


def statuses(answer):
    return [int(part[:3]) for part in answer.decode("latin-1").split("HTTP/1.1 ")[1:]]


def body(answer):
    return answer.split(b"\r\n\r\n", 1)[-1]


def events(answer):
    """What a stream says, without the frames of its chunks."""
    return re.sub(rb"(?m)^[0-9a-f]+\r\n|\r\n", b"", body(answer))


JSON = "Content-Type: application/json\r\n"

GET = "GET /page HTTP/1.1\r\nHOST\r\n"
PAGE = GET + "\r\n"
POST = "POST /echo HTTP/1.1\r\nHOST\r\n" + JSON

# name, request (HOST stands for the right Host line), statuses that come back, end of the answer or None
CASES = [
    ("a plain GET", "GET /echo HTTP/1.1\r\nHOST\r\n\r\n", [200], None),
    ("two requests on one line", PAGE + PAGE, [200, 200], b"plain"),
    ("HEAD has no body", "HEAD /page HTTP/1.1\r\nHOST\r\n\r\n", [200], b"\r\n\r\n"),
    ("HTTP/1.0 with Host", "GET /page HTTP/1.0\r\nHOST\r\n\r\n", [200], b"plain"),
    ("a POST", POST + "Content-Length: 5\r\n\r\nhello", [200], b"hello"),
    ("a chunked POST", POST + "Transfer-Encoding: chunked\r\n\r\n"
     "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", [200], b"hello"),
    ("POST without a length", POST + "\r\n", [200], b"\r\n\r\n"),
    ("Expect: 100-continue", POST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
     [100, 200], b"hello"),
    ("another expectation", POST + "Content-Length: 5\r\nExpect: tea\r\n\r\nhello", [417], None),
    ("a body that is too long", POST + "Content-Length: 1001\r\n\r\n", [413], None),
    ("a length beyond numbers", POST + "Content-Length: 99999999999999999999999\r\n\r\n", [413], None),
    ("a chunked body that is too long", POST + "Transfer-Encoding: chunked\r\n\r\n"
     + "400\r\n" + "x" * 1024 + "\r\n0\r\n\r\n", [413], None),
    ("a header of 40 KB", f"GET /echo HTTP/1.1\r\nHOST\r\nX: {'x' * 40000}\r\n\r\n", [431], None),
    ("a path of 40 KB", f"GET /{'x' * 40000} HTTP/1.1\r\nHOST\r\n\r\n", [414], None),
    ("a header of 6 KB", GET + f"X: {'x' * 6000}\r\n\r\n", [200], b"plain"),
    ("two lengths", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", [400], None),
    ("two different lengths", POST + "Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello", [400], None),
    ("length and chunks", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n" + PAGE, [400], None),
    ("length and chunks of a GET", GET + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
     "0\r\n\r\n" + PAGE, [400], None),
    ("another encoding", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", [501], None),
    ("two encodings", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n", [400], None),
    ("a negative length", POST + "Content-Length: -5\r\n\r\n", [400], None),
    ("a length with a sign", POST + "Content-Length: +5\r\n\r\nhello", [400], None),
    ("a chunk without a size", POST + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n",
     [400], None),
    ("a blank before the colon", POST + "Content-Length : 5\r\n\r\nhello", [400], None),
    ("no Host", "GET /page HTTP/1.1\r\n\r\n", [400], None),
    ("two Hosts", GET + "Host: localhost\r\n\r\n", [400], None),
    ("a foreign Host", "GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n", [421], None),
    ("a Host that begins like ours", "GET /page HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", [421], None),
    ("localhost", "GET /page HTTP/1.1\r\nHost: LocalHost:1\r\n\r\n", [200], b"plain"),
    ("a page elsewhere posts", POST + "Origin: http://evil.example\r\nContent-Length: 0\r\n\r\n",
     [403], None),
    ("a picture of a page elsewhere", GET + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n\r\n",
     [403], None),
    ("a link of a page elsewhere", GET + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n",
     [200], b"plain"),
    ("a picture of our own page", GET + "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\n\r\n",
     [200], b"plain"),
    ("a form posts",
     "POST /echo HTTP/1.1\r\nHOST\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", [415], None),
    ("no such path", "GET /nothing HTTP/1.1\r\nHOST\r\n\r\n", [404], None),
    ("no such method", "DELETE /echo HTTP/1.1\r\nHOST\r\n\r\n", [405], None),
    ("a traversal", "GET /below/../../etc/passwd HTTP/1.1\r\nHOST\r\n\r\n", [200], b"../../etc/passwd"),
    ("a traversal beside the routes", "GET /../etc/passwd HTTP/1.1\r\nHOST\r\n\r\n", [404], None),
    ("a traversal in percent signs", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHOST\r\n\r\n", [404], None),
    ("a path that is not UTF-8", "GET /below/%ff%fe HTTP/1.1\r\nHOST\r\n\r\n", [400], None),
    ("a path with a zero", "GET /page%00.html HTTP/1.1\r\nHOST\r\n\r\n", [400], None),
    ("a broken percent sign", "GET /below/%zz HTTP/1.1\r\nHOST\r\n\r\n", [400], None),
    ("a path in Chinese", "GET /below/%E4%B8%AD HTTP/1.1\r\nHOST\r\n\r\n", [200], "中".encode()),
    ("an absolute address", "GET http://evil.example/page HTTP/1.1\r\nHOST\r\n\r\n", [400], None),
    ("a version of the future", "GET /page HTTP/3.0\r\nHOST\r\n\r\n", [505], None),
    ("no HTTP at all", "\x16\x03\x01\x02\x00\x01\r\n\r\n", [], None),
    ("gzip for those who take it", GET + "Accept-Encoding: br, gzip;q=0.8\r\n\r\n", [200], b"packed"),
    ("not for those who refuse it", GET + "Accept-Encoding: gzip;q=0\r\n\r\n", [200], b"plain"),
    ("known already", GET + "If-None-Match: \"abc\"\r\n\r\n", [304], b"\r\n\r\n"),
    ("an answer that comes later", "GET /late HTTP/1.1\r\nHOST\r\n\r\n", [200], b"late"),
]


def closed_at_once(want, answer):
    """What the library refuses by itself it ends with the connection; it says the head twice."""
    return want == statuses(answer)[:1] and want[0] in (400, 413) and b"Connection: close" in answer


def check_cases(server):
    for name, request, want, end in CASES:
        answer = server.ask(request, len(want) or 1)
        is_right = statuses(answer) == want or closed_at_once(want, answer)
        told(name, is_right and (end is None or answer.endswith(end)), answer)


def check_headers(server):
    head = server.ask("GET /page HTTP/1.1\r\nHOST\r\n\r\n").decode()
    told("a strict policy on every answer", "Content-Security-Policy: default-src 'none'" in head and
         "X-Content-Type-Options: nosniff" in head and 'ETag: "abc"' in head and "Vary: Accept-Encoding" in head, head)
    head = server.ask("DELETE /echo HTTP/1.1\r\nHOST\r\n\r\n").decode()
    told("405 says what is allowed", "Allow: POST, GET, HEAD" in head, head)


def check_leaving(server):
    for request in ("GET /late HTTP/1.1\r\nHOST\r\n\r\n", POST + "Content-Length: 50\r\n\r\nhal", "GET /ev",
                    "GET /events HTTP/1.1\r\nHOST\r\n\r\n"):
        server.ask(request, 0)
    time.sleep(0.3)
    answer = server.ask("GET /page HTTP/1.1\r\nHOST\r\n\r\n")
    told("clients that leave early do no harm", statuses(answer) == [200], answer)


def check_slow(server):
    lines = [server.connect() for _ in range(200)]
    for line in lines:
        line.sendall(b"GET /page HTTP/1.1\r\nX-Slow: ")
    stop = threading.Event()

    def drip():
        while not stop.wait(0.2):
            for line in lines:
                try:
                    line.send(b"a")
                except OSError:
                    pass
    thread = threading.Thread(target=drip)
    thread.start()
    begun = time.monotonic()
    good = sum(statuses(ask_closed(server)) == [200] for _ in range(50))
    passed = time.monotonic() - begun
    told("200 slow clients do not stop the others", good == 50 and passed < 10, (good, passed))
    ended = 0
    for line in lines[:5]:
        line.settimeout(30)
        try:
            ended += line.recv(100) == b""
        except ConnectionResetError:
            ended += 1
        except TimeoutError:
            pass
    told("and are cut off", ended == 5, ended)
    stop.set()
    thread.join()
    for line in lines:
        line.close()


def ask_closed(server):
    with server.connect() as line:
        line.sendall(f"GET /page HTTP/1.1\r\n{server.host}Connection: close\r\n\r\n".encode())
        return read_all(line, 10)


# ---- event streams ----

def open_stream(server, more="", path="/events"):
    line = server.connect()
    line.sendall(f"GET {path} HTTP/1.1\r\n{server.host}{more}\r\n".encode())
    return line


def say(server, text, path="/say"):
    head = f"POST {path} HTTP/1.1\r\nHOST\r\n{JSON}Connection: close\r\nContent-Length: {len(text)}\r\n\r\n"
    answer = server.ask(head + text)
    assert statuses(answer) == [200], answer


def listeners(server):
    return body(server.ask("GET /count HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n")).decode().split()


def check_streams(server):
    line = open_stream(server)
    first = read_all(line)
    told("a stream begins",
         statuses(first) == [200] and b"text/event-stream" in first and b"retry: 2000" in first, first)
    say(server, "one")
    got = events(read_all(line))
    told("an event arrives with its id",
         got.startswith(b"id: ") and got.endswith(b"\nevent: said\ndata: one\n\n"), got)
    identity = got.split(b"\n")[0][4:].decode()
    line.close()
    say(server, "two")
    say(server, "three")
    line = open_stream(server, f"Last-Event-ID: {identity}\r\n")
    got = events(read_all(line))
    told("who comes back gets what it missed",
         b"data: two\n\n" in got and got.endswith(b"data: three\n\n") and b"one" not in got, got)
    line.close()
    line = open_stream(server, "Last-Event-ID: another-7\r\n")
    got = events(read_all(line))
    told("or is told to begin anew", got.endswith(b"event: reset\ndata: {}\n\n"), got)
    line.close()
    time.sleep(1.5)
    told("who has left is noticed", listeners(server)[0] == "0", listeners(server))


def check_behind(server):
    before = int(listeners(server)[1])
    lazy, keen = open_stream(server), open_stream(server)
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    total = 0
    for _ in range(40):
        say(server, "y" * 50000)
        total += len(read_all(keen, 0.02))
    told("a reader that keeps up gets all", total + len(read_all(keen)) >= 40 * 50000, total)
    time.sleep(1.5)
    count, gone = listeners(server)
    told("a client that is too far behind is dropped", (count, int(gone)) == ("1", before + 1), (count, gone, before))
    lazy.close()
    keen.close()


def read_until(line, mark, most=20):
    """What comes until the mark; all of it when the line ends or is silent."""
    got = b""
    while mark not in got and (more := read_some(line, most)):
        got += more
    return got


def check_crowd(server):
    """Who is cut because what it was not sent is forgotten: those who stay are told, by the same channel."""
    with open_stream(server, path="/crowd") as line:
        read_until(line, b"retry: 2000")
        say(server, "first", "/shout")
        identity = read_until(line, b"first\n\n").decode().split("id: ")[1].split("\n")[0]
    for length in [900] * 150 + [1900] * 45:  # more, and shorter ones, in the half that will be forgotten
        say(server, "y" * length, "/shout")
    lazy = [socket.socket() for _ in range(3)]
    for line in lazy:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", server.port))
        line.sendall(f"GET /crowd HTTP/1.1\r\n{server.host}Last-Event-ID: {identity}\r\n\r\n".encode())
        line.recv(10)
    for _ in range(30):
        say(server, "z" * 1900, "/shout")
    told("whoever is too far behind for what is kept is cut", all(ends(line) for line in lazy))
    with open_stream(server, f"Last-Event-ID: {identity}\r\n", "/crowd") as line:
        told("what is forgotten is not known", b"event: reset" in read_until(line, b"reset"))
        say(server, "still here", "/shout")
        told("and the channel goes on", b"data: still here" in read_until(line, b"still here"))


def ends(line):
    """Is the line cut, behind what was sent? Closes it."""
    line.settimeout(20)
    try:
        while line.recv(65536):
            pass
        return True
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    finally:
        line.close()


def check_connections(server):
    """One address may hold 600 of the 1024 connections: what it opens beyond is cut before the first is too slow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, hard), hard))
    lines = [server.connect() for _ in range(700)]
    told("an address cannot take all connections", ends(lines[-1]))
    lines[0].settimeout(0.01)
    try:
        kept = lines[0].recv(1) != b""
    except TimeoutError:
        kept = True
    told("but those that it has", kept)
    with server.connect(("127.0.0.2", 0)) as line:
        line.sendall(f"GET /page HTTP/1.1\r\n{server.host}\r\n".encode())
        told("another is served meanwhile", statuses(read_until(line, b"plain")) == [200])
    for line in lines:
        line.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def check_shut(server):
    """Once it is shut no route is asked any more, whose owner may be gone: not for a body that comes late, either."""
    late = server.connect()
    late.sendall(f"POST /echo HTTP/1.1\r\n{server.host}{JSON}Content-Length: 4\r\n\r\n".encode())
    read_some(late, 0.2)
    server.process.send_signal(signal.SIGUSR1)
    answer = [200]
    for _ in range(400):
        if (answer := statuses(ask_closed(server))) not in ([200], [429]):
            break
    told("a server that is shut answers 503", answer == [503], answer)
    late.sendall(b"late")
    told("also to what it had begun to read", statuses(read_until(late, b"closing")) == [503])
    late.close()


def check_rate(server):
    request, found = f"GET /echo HTTP/1.1\r\n{server.host}\r\n".encode(), []
    with server.connect() as line:
        while len(found) < 20000 and (not found or found[-1] == 200):
            line.sendall(request)
            answer = line.recv(65536)
            found += statuses(answer)
    told("who asks too often is told so", found and found[-1] == 429 and b"Retry-After: 1" in answer, found[-3:])
    time.sleep(1.5)
    told("and may ask again after a while", statuses(server.ask("GET /page HTTP/1.1\r\nHOST\r\n\r\n")) == [200])


def main(program, prefix):
    server = Server(prefix + [program])
    check_cases(server)
    check_headers(server)
    check_leaving(server)
    check_streams(server)
    check_behind(server)
    check_crowd(server)
    check_slow(server)
    check_connections(server)
    check_rate(server)
    line = open_stream(server)
    late = server.connect()
    late.sendall(f"GET /echo HTTP/1.1\r\n{server.host}".encode())
    time.sleep(0.2)
    taken = subprocess.run([program, f"127.0.0.1:{server.port}"], capture_output=True, text=True, check=False)
    told("a port that is taken is an error", taken.returncode == 69 and "in use" in taken.stderr, taken)
    check_shut(server)
    server.process.send_signal(signal.SIGTERM)
    status = server.process.wait(timeout=60)
    told("SIGTERM ends it clean, with clients still there", status == 0, status)
    line.close()
    late.close()
    print(f"1..{COUNT}")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
