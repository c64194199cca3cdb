/* http_server: the seam of sim/http.h alone, for tests/http_cases.py: echoes, answers late, broadcasts. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/http.h"

struct server {
    uv_loop_t loop;
    uv_signal_t terminate, shut;
    uv_timer_t timer;
    struct http *http;
    struct http_channel *channel, *crowd;
    struct http_request *late;
    unsigned gone;
};

static void reply(struct http_request *request, const char *bytes, size_t length)
{
    const struct http_answer answer = {.status = 200, .type = "text/plain", .bytes = bytes, .length = length};
    http_reply(request, &answer);
}

static void echo(void *self, struct http_request *request)
{
    size_t length;
    const char *body = http_body(request, &length);
    (void)self;
    reply(request, body, length);
}

static void below(void *self, struct http_request *request)
{
    (void)self;
    reply(request, http_rest(request), strlen(http_rest(request)));
}

static void page(void *self, struct http_request *request)
{
    const struct http_answer answer = {.status = 200, .type = "text/html", .bytes = "plain", .length = 5,
                                       .gzip = "packed", .gzip_length = 6, .is_kept = true, .etag = "abc"};
    (void)self;
    http_reply(request, &answer);
}

static void is_late(uv_timer_t *timer)
{
    struct server *server = timer->data;
    reply(server->late, "late", 4);
    server->late = NULL;
}

static void late(void *self, struct http_request *request)
{
    struct server *server = self;
    server->late = request;
    uv_timer_start(&server->timer, is_late, 100, 0);
}

static void has_gone(void *self)
{
    struct server *server = self;
    server->gone++;
}

static void events(void *self, struct http_request *request)
{
    struct server *server = self;
    http_open(request, server->channel, has_gone, server);
}

static void say(void *self, struct http_request *request)
{
    struct server *server = self;
    size_t length;
    const char *body = http_body(request, &length);
    http_broadcast(server->channel, "said", body, length);
    reply(request, "", 0);
}

/* A crowd is told of each that leaves it. */
static void has_left(void *self)
{
    struct server *server = self;
    if (server->crowd)
        http_broadcast(server->crowd, "left", "{}", 2);
}

static void join(void *self, struct http_request *request)
{
    struct server *server = self;
    http_open(request, server->crowd, has_left, server);
}

static void shout(void *self, struct http_request *request)
{
    struct server *server = self;
    size_t length;
    const char *body = http_body(request, &length);
    http_broadcast(server->crowd, "said", body, length);
    reply(request, "", 0);
}

static void count(void *self, struct http_request *request)
{
    struct server *server = self;
    struct buf text = {0};
    buf_printf(&text, "%zu %u", http_listeners(server->channel), server->gone);
    reply(request, text.data, text.length);
    buf_finish(&text);
}

static void stop(uv_signal_t *handle, int number)
{
    (void)number;
    uv_stop(handle->loop);
}

static void shut(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    (void)number;
    http_shut(server->http);
}

static void add_routes(struct server *server)
{
    http_route(server->http, "POST", "/echo", 1000, echo, server);
    http_route(server->http, "GET", "/echo", 0, echo, server);
    http_route(server->http, "GET", "/page", 0, page, server);
    http_route(server->http, "GET", "/below/*", 0, below, server);
    http_route(server->http, "GET", "/late", 0, late, server);
    http_route(server->http, "GET", "/events", 0, events, server);
    http_route(server->http, "POST", "/say", 100000, say, server);
    http_route(server->http, "GET", "/count", 0, count, server);
    http_route(server->http, "GET", "/crowd", 0, join, server);
    http_route(server->http, "POST", "/shout", 100000, shout, server);
}

static void close_crowd(struct server *server)
{
    struct http_channel *crowd = server->crowd;
    server->crowd = NULL; /* nobody is told of those who leave now */
    http_channel_close(crowd);
}

static void watch(struct server *server)
{
    check(uv_signal_init(&server->loop, &server->terminate) == 0 && uv_signal_init(&server->loop, &server->shut) == 0);
    check(uv_timer_init(&server->loop, &server->timer) == 0);
    server->timer.data = server->shut.data = server;
    uv_signal_start(&server->terminate, stop, SIGTERM);
    uv_signal_start(&server->shut, shut, SIGUSR1);
}

int main(int argc, char **argv)
{
    struct server server = {0};
    struct errs errs = {0};
    signal(SIGPIPE, SIG_IGN);
    check(uv_loop_init(&server.loop) == 0);
    watch(&server);
    server.http = http_listen(&server.loop, argc > 1 ? argv[1] : "127.0.0.1:0", NULL, &errs);
    if (server.http) {
        server.channel = http_channel_create(server.http);
        server.crowd = http_channel_create(server.http);
        add_routes(&server);
        printf("%u\n", http_port(server.http));
        fflush(stdout);
        uv_run(&server.loop, UV_RUN_DEFAULT);
        close_crowd(&server);
        http_channel_close(server.channel);
        http_close(server.http);
    } else {
        fprintf(stderr, "%s\n", errs.item[0].message);
    }
    uv_close((uv_handle_t *)&server.terminate, NULL);
    uv_close((uv_handle_t *)&server.shut, NULL);
    uv_close((uv_handle_t *)&server.timer, NULL);
    uv_run(&server.loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&server.loop) == 0);
    return errs_status(&errs);
}
