/* fetch_bench: a thousand small files one after the other from a server on the loopback; the ceiling asks the same
 * server over one bare socket, which is what the server and the kernel cost. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/check.h"
#include "sim/fetch.h"

enum { FILES = 1000, ROUNDS = 9 };

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\n"
                             "01234567890123456789";
static const char request[] = "GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";

struct server {
    int socket;
    unsigned port;
};

/* Answers each request that ends by an empty line. */
static void *serve_one(void *self)
{
    char bytes[4096];
    int fd = (int)(intptr_t)self;
    ssize_t got;
    size_t used = 0;
    while ((got = read(fd, bytes + used, sizeof bytes - used)) > 0) {
        used += (size_t)got;
        if (used >= 4 && memcmp(bytes + used - 4, "\r\n\r\n", 4) == 0) {
            used = 0;
            if (write(fd, answer, sizeof answer - 1) < 0)
                break;
        }
    }
    close(fd);
    return NULL;
}

static void *serve(void *self)
{
    struct server *server = self;
    for (int fd; (fd = accept(server->socket, NULL, NULL)) >= 0;) {
        pthread_t thread;
        check(pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)fd) == 0);
        pthread_detach(thread);
    }
    return NULL;
}

static void open_server(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    pthread_t thread;
    server->socket = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(server->socket, (struct sockaddr *)&address, length) == 0 && listen(server->socket, 16) == 0);
    check(getsockname(server->socket, (struct sockaddr *)&address, &length) == 0);
    server->port = ntohs(address.sin_port);
    check(pthread_create(&thread, NULL, serve, server) == 0);
    pthread_detach(thread);
}

static uint64_t fetch_ours(void *context, uint64_t count)
{
    const struct server *server = context;
    char url[64];
    struct fetch_file *file = memory_take(count * sizeof *file);
    struct fetch fetch = {.file = file, .files = count, .connections = 1, .timeout_ms = 10000, .pause_ms = 1};
    snprintf(url, sizeof url, "http://127.0.0.1:%u/a", server->port);
    for (uint64_t i = 0; i < count; i++)
        file[i] = (struct fetch_file){.url = url, .most = 1000};
    check(fetch_all(&fetch) == 0);
    uint64_t bytes = fetch.bytes;
    fetch_finish(&fetch);
    memory_release(file);
    return bytes;
}

static uint64_t fetch_bare(void *context, uint64_t count)
{
    const struct server *server = context;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)},
                                  .sin_port = htons((uint16_t)server->port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    uint64_t sum = 0;
    check(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    for (uint64_t i = 0; i < count; i++) {
        char bytes[4096];
        check(write(fd, request, sizeof request - 1) == (ssize_t)sizeof request - 1);
        for (size_t got = 0; got < sizeof answer - 1;) {
            ssize_t more = read(fd, bytes, sizeof bytes);
            check(more > 0);
            got += (size_t)more;
            sum += (size_t)more;
        }
    }
    close(fd);
    return sum;
}

static double seconds_of(bench_work *work, struct server *server)
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    bench_use(work(server, FILES));
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* By the clock on the wall: the best of several rounds of each. */
static void wall(struct server *server)
{
    double ours = 1e9, bare = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double a = seconds_of(fetch_ours, server), b = seconds_of(fetch_bare, server);
        ours = a < ours ? a : ours;
        bare = b < bare ? b : bare;
    }
    printf("wall: %.1f us a file, the server alone %.1f us, beyond it %.1f us (target 100)\n", ours / FILES * 1e6,
           bare / FILES * 1e6, (ours - bare) / FILES * 1e6);
}

int main(void)
{
    struct server server;
    struct bench_case one = {.name = "a file of 20 bytes", .ours = fetch_ours, .ceiling = fetch_bare,
                             .ours_context = &server, .ceiling_context = &server, .count = FILES};
    open_server(&server);
    bench_title("fetch", "1,000 files one after the other, http, one connection");
    bench_run(&one);
    wall(&server);
    return 0;
}
