/* cli_serve: `tradeloom serve`: the pages and the HTTP interface, until a signal. */
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "sim/cli.h"
#include "sim/ending.h"
#include "sim/hall.h"
#include "sim/http.h"
#include "sim/live.h"
#include "sim/service.h"
#include "sim/site.h"

enum { HOSTS_MAX = 16 };

static const struct cli_option options[] = {
    {"listen", "ADDRESS:PORT", "where; 127.0.0.1:8080 is this machine alone, 0.0.0.0:8080 every network it is in"},
    {"host", "NAME", "another name that people use for this machine; may be repeated"},
    {"room", NULL, "open a room at once: its code, and the link of whoever leads it"},
    {"keep", "DIR", "where rooms keep their logs; those that are there go on"},
    {0},
};

struct server {
    struct cli *cli;
    uv_loop_t loop;
    struct ending ending;
    struct http *http;
    struct service *service;
    struct hall *hall;
    struct live *live;
};

/* An address of this machine in a network, for others to use; "localhost" where it has none. */
static void name_of_machine(char *out, size_t room)
{
    uv_interface_address_t *list;
    int count;
    snprintf(out, room, "localhost");
    if (uv_interface_addresses(&list, &count) != 0)
        return;
    for (int i = count; i-- > 0;) /* of several the first */
        if (!list[i].is_internal && list[i].address.address4.sin_family == AF_INET)
            uv_ip4_name(&list[i].address.address4, out, room);
    uv_free_interface_addresses(list, count);
}

/* Says where it is, as soon as it can be asked; with a room also where its facilitator goes. */
static int announce(const struct server *server, const char *address, const char *code, const char *token)
{
    struct buf out = {0};
    const char *colon = strrchr(address, ':');
    char host[80], other[80];
    bool is_all = strncmp(address, "0.0.0.0:", 8) == 0 || strncmp(address, "[::]:", 5) == 0;
    snprintf(host, sizeof host, "%.*s", is_all ? 9 : (int)(colon - address), is_all ? "localhost" : address);
    memcpy(other, host, sizeof other);
    if (is_all)
        name_of_machine(other, sizeof other);
    buf_printf(&out, "http://%s:%u/\n", host, http_port(server->http));
    if (*code)
        buf_printf(&out, "http://%s:%u/room#%s/lead/%s\n", other, http_port(server->http), code, token);
    int status = cli_write(server->cli, &out);
    buf_finish(&out);
    return status;
}

/* --room: the room that was kept, or a new one. */
static int open_room(struct server *server, char code[5], char token[HALL_TOKEN], struct errs *errs)
{
    enum { TABLES = 1, ROUNDS = 3, SECONDS = 180 };
    const char *kept = hall_kept(server->hall);
    if (!cli_has(server->cli, "room"))
        return 0;
    if (!kept)
        return hall_open(server->hall, TABLES, ROUNDS, SECONDS, code, token, errs);
    memcpy(code, kept, 5);
    return hall_lead(server->hall, kept, token, errs);
}

static int serve(struct server *server, const char *address)
{
    struct errs errs = {0};
    char code[5] = "", token[HALL_TOKEN] = "";
    int status = 0;
    server->service = service_open(server->http, &server->loop, &server->cli->book);
    server->live = live_open(server->http, &server->loop, &server->cli->book);
    site_open(server->http);
    server->hall = hall_create(&server->loop, &server->cli->book, cli_value(server->cli, "keep", NULL), &errs);
    if (server->hall) {
        hall_routes(server->hall, server->http);
        open_room(server, code, token, &errs);
    }
    status = errs.count ? cli_fail(server->cli, &errs) : announce(server, address, code, token);
    if (status == 0)
        uv_run(&server->loop, UV_RUN_DEFAULT);
    http_shut(server->http);
    hall_close(server->hall);
    live_close(server->live);
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
    check(uv_loop_init(&server.loop) == 0);
    ending_watch(&server.ending, &server.loop);
    server.http = http_listen(&server.loop, address, hosts, &errs);
    int status = server.http ? serve(&server, address) : cli_fail(cli, &errs);
    ending_close(&server.ending);
    uv_run(&server.loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&server.loop) == 0);
    return status;
}

const struct cli_verb cli_serve = {"serve", "", "pages in the browser, and the HTTP interface", 0, 0,
                                   options, run_serve};
