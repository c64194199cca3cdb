/* cli_serve: `tradeloom serve`: the pages and the HTTP interface, until a signal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/cli.h"
#include "sim/http.h"
#include "sim/service.h"
#include "sim/site.h"

enum { HOSTS_MAX = 16 };

static const struct cli_option options[] = {
    {"listen", "ADDRESS:PORT", "where; 127.0.0.1:8080 is this machine alone, 0.0.0.0:8080 every network it is in"},
    {"host", "NAME", "another name that people use for this machine; may be repeated"},
    {0},
};

struct server {
    struct cli *cli;
    uv_loop_t loop;
    uv_signal_t interrupt, terminate;
    struct http *http;
    struct service *service;
    bool is_closing;
};

static void close_signals(struct server *server)
{
    uv_close((uv_handle_t *)&server->interrupt, NULL);
    uv_close((uv_handle_t *)&server->terminate, NULL);
}

static void signalled(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    (void)number;
    if (!server->is_closing)
        uv_stop(&server->loop);
    server->is_closing = true;
}

static void watch(struct server *server, uv_signal_t *handle, int number)
{
    handle->data = server;
    check(uv_signal_init(&server->loop, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
}

/* Says where it is, as soon as it can be asked. */
static int announce(const struct server *server, const char *address)
{
    struct buf out = {0};
    const char *colon = strrchr(address, ':');
    int host = (int)(colon - address);
    bool is_all = strncmp(address, "0.0.0.0:", 8) == 0 || strncmp(address, "[::]:", 5) == 0;
    buf_printf(&out, "http://%.*s:%u/\n", is_all ? 9 : host, is_all ? "localhost" : address, http_port(server->http));
    int status = cli_write(server->cli, &out);
    buf_finish(&out);
    return status;
}

static int serve(struct server *server, const char *address)
{
    server->service = service_open(server->http, &server->loop, &server->cli->book);
    site_open(server->http);
    int status = announce(server, address);
    if (status == 0)
        uv_run(&server->loop, UV_RUN_DEFAULT);
    service_close(server->service);
    http_close(server->http);
    return status;
}

static int run_serve(struct cli *cli)
{
    struct server server = {.cli = cli};
    struct errs errs = {0};
    const char *address = cli_value(cli, "listen", "127.0.0.1:8080"), *hosts[HOSTS_MAX + 1] = {0}, *host;
    size_t at = 0, count = 0;
    while ((host = cli_each(cli, "host", &at))) {
        if (count == HOSTS_MAX)
            return cli_usage(cli, "at most %d names by --host", HOSTS_MAX);
        hosts[count++] = host;
    }
    if (cli_load(cli, NULL, 0, &errs) != 0)
        return cli_fail(cli, &errs);
    signal(SIGPIPE, SIG_IGN);
    check(uv_loop_init(&server.loop) == 0);
    watch(&server, &server.interrupt, SIGINT);
    watch(&server, &server.terminate, SIGTERM);
    server.http = http_listen(&server.loop, address, hosts, &errs);
    int status = server.http ? serve(&server, address) : cli_fail(cli, &errs);
    close_signals(&server);
    uv_run(&server.loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&server.loop) == 0);
    return status;
}

const struct cli_verb cli_serve = {"serve", "", "pages in the browser, and the HTTP interface", 0, 0,
                                   options, run_serve};
