/* service_test: the file that describes the interface and the routes of the server say the same. */
#include "tests/unit.h"

#include <uv.h>

#include "core/json.h"
#include "sim/book.h"
#include "sim/hall.h"
#include "sim/http.h"
#include "sim/live.h"
#include "sim/service.h"
#include "sim/site.h"

struct server {
    uv_loop_t loop;
    struct book book;
    struct http *http;
    struct service *service;
    struct live *live;
    struct hall *hall;
    struct buf text;
    struct json file;
};

static int open_server(void **state)
{
    struct server *server = memory_take(sizeof *server);
    struct errs errs = {0};
    assert_int_equal(uv_loop_init(&server->loop), 0);
    assert_int_equal(book_load(&server->book, NULL, 0, &errs), 0);
    server->http = http_listen(&server->loop, "127.0.0.1:0", NULL, &errs);
    assert_non_null(server->http);
    server->service = service_open(server->http, &server->loop, &server->book);
    server->live = live_open(server->http, &server->loop, &server->book);
    server->hall = hall_create(&server->loop, &server->book, NULL, &errs);
    hall_routes(server->hall, server->http);
    site_open(server->http);
    service_describe(&server->text);
    if (json_read(&server->file, "openapi.json", server->text.data, server->text.length, &errs) != 0)
        unit_fail_with(&errs);
    *state = server;
    return 0;
}

static int close_server(void **state)
{
    struct server *server = *state;
    hall_close(server->hall);
    live_close(server->live);
    service_close(server->service);
    http_close(server->http);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&server->loop), 0);
    json_finish(&server->file);
    buf_finish(&server->text);
    book_finish(&server->book);
    memory_release(server);
    return 0;
}

static const char *lower(const char *method)
{
    return strcmp(method, "GET") == 0 ? "get" : strcmp(method, "POST") == 0 ? "post" : "";
}

/* Does a route lead to a path: is it that path, or does it end with a star above it? */
static bool leads_to(const char *route, const char *path)
{
    size_t length = strlen(route);
    return strcmp(route, path) == 0 || (route[length - 1] == '*' && strncmp(route, path, length - 1) == 0);
}

static void every_route_is_described(void **state)
{
    const struct server *server = *state;
    const cJSON *paths = json_get(server->file.root, "paths"), *path;
    const char *method, *route;
    unsigned routes = 0;
    for (size_t i = 0; http_route_at(server->http, i, &method, &route); i++) {
        bool is_told = false;
        if (strncmp(route, "/v1/", 4) != 0) /* pages */
            continue;
        routes++;
        cJSON_ArrayForEach(path, paths)
            is_told = is_told || (leads_to(route, path->string) && json_get(path, lower(method)));
        if (!is_told)
            fail_msg("%s %s is not described", method, route);
    }
    assert_true(routes > 20);
}

static void every_described_path_has_a_route(void **state)
{
    const struct server *server = *state;
    const cJSON *path, *act;
    const char *method, *route;
    unsigned told = 0;
    cJSON_ArrayForEach(path, json_get(server->file.root, "paths"))
        cJSON_ArrayForEach(act, path) {
            bool is_there = false;
            for (size_t i = 0; http_route_at(server->http, i, &method, &route); i++)
                is_there = is_there || (leads_to(route, path->string) && strcmp(act->string, lower(method)) == 0);
            if (!is_there)
                fail_msg("%s %s has no route", act->string, path->string);
            told++;
        }
    assert_true(told > 25);
}

/* A name that two paths had would give a client made from the file two functions of it. */
static void every_operation_has_a_name_of_its_own(void **state)
{
    const struct server *server = *state;
    const cJSON *path, *act, *other, *paths = json_get(server->file.root, "paths");
    cJSON_ArrayForEach(path, paths)
        cJSON_ArrayForEach(act, path) {
            const char *name = json_text(act, "operationId", "");
            unsigned same = 0;
            assert_true(*name && *json_text(act, "summary", ""));
            cJSON_ArrayForEach(other, paths) {
                const cJSON *one;
                cJSON_ArrayForEach(one, other)
                    same += strcmp(json_text(one, "operationId", ""), name) == 0;
            }
            if (same != 1)
                fail_msg("%u operations are called \"%s\"", same, name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_is_described, open_server, close_server),
        cmocka_unit_test_setup_teardown(every_described_path_has_a_route, open_server, close_server),
        cmocka_unit_test_setup_teardown(every_operation_has_a_name_of_its_own, open_server, close_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
