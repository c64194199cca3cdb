/* service: paths to verbs; a queue of runs. */
#include "sim/service.h"

#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/hall.h"
#include "sim/http.h"
#include "sim/live.h"
#include "sim/openapi.h"

/* Bodies of a request; runs that may wait; how long one may take. */
enum { ORDER_BYTES = 256 << 10, RUN_BYTES = 4 << 20, WAITING_MAX = 8, RUN_MS = 60000 };

struct path {
    const char *method, *path, *verb;
    size_t most;
    bool is_long;
    const char *arguments[4]; /* of a GET; members of the verb's request */
    const char *note;
};

static const struct path paths[] = {
    {"POST", "/v1/quote", "quote", ORDER_BYTES, false, {0}, "what an order owes and why; a list is answered by a list"},
    {"POST", "/v1/forms", "forms", ORDER_BYTES, false, {0}, "an order declared in each form, side by side"},
    {"POST", "/v1/explain", "explain", ORDER_BYTES, false, {0}, "the answer to an order as text, in both languages"},
    {"POST", "/v1/drawback", "drawback", ORDER_BYTES, false, {0}, "what an export earns back"},
    {"POST", "/v1/run", "run", RUN_BYTES, true, {0}, "simulates; answers with the summary"},
    {"POST", "/v1/compare", "compare", RUN_BYTES, true, {0}, "a scenario under the law as it is and under reforms"},
    {"POST", "/v1/journey", "journey", ORDER_BYTES, false, {0}, "one order: its nodes, steps, documents and charges"},
    {"GET", "/v1/routes", "routes", 0, false, {0}, "the flows along which an order can be sent"},
    {"GET", "/v1/rules", "rules", 0, false, {"id", "place", "on"}, "packs of law, or one with values and steps"},
    {"GET", "/v1/scenarios", "scenarios", 0, false, {"id"}, "the built-in scenarios, or one as it is written"},
    {"GET", "/v1/lessons", "lessons", 0, false, {"id"}, "the built-in lessons, or one with its question"},
    {"GET", "/v1/reveal", "reveal", 0, true, {"id"}, "a lesson's runs, figures and answer"},
    {"GET", "/v1/names", "names", 0, false, {0}, "what nodes, kinds, channels and parties are called"},
    {"GET", "/v1/version", "version", 0, false, {0}, "of the program and its data"},
};
enum { PATHS = sizeof paths / sizeof *paths };

struct door {
    struct service *service;
    const struct path *path;
};

/* A run that waits or is at work. */
struct task {
    struct task *next;
    const struct path *path;
    struct http_request *request;
    struct buf out;
    enum err_code code;
};

struct service {
    struct http *http;
    struct api *quick, *worker;
    struct door door[PATHS];
    uv_loop_t *loop;
    uv_work_t work;
    uv_timer_t timer;
    struct task *first, **last;
    unsigned waiting;
    bool is_working, is_closing;
};

static unsigned status_of(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return 200;
    case ERR_BUSY:
        return 503;
    case ERR_IO:
    case ERR_INTERNAL:
        return 500;
    default:
        return 400;
    }
}

static void answer(struct api *api, const struct path *path, struct http_request *request, struct buf *out,
                   enum err_code *code)
{
    struct buf asked = {0};
    size_t length;
    const char *body = http_body(request, &length);
    if (strcmp(path->method, "GET") == 0) {
        for (const char *const *name = path->arguments; *name; name++) {
            const char *value = http_argument(request, *name);
            if (!value)
                continue;
            buf_printf(&asked, "%s\"%s\":", asked.length ? "," : "{", *name);
            buf_json_string(&asked, value, strlen(value));
        }
        buf_puts(&asked, asked.length ? "}" : "{}");
        body = asked.data;
        length = asked.length;
    }
    *code = api_call(api, path->verb, body, length, out);
    buf_finish(&asked);
}

/* ---- runs ---- */

static void run_ended(uv_work_t *work, int status);

static void run_task(uv_work_t *work)
{
    struct service *service = work->data;
    struct task *task = service->first;
    answer(service->worker, task->path, task->request, &task->out, &task->code);
}

static void took_too_long(uv_timer_t *timer)
{
    struct service *service = timer->data;
    api_stop(service->worker);
}

static void begin(struct service *service)
{
    if (service->is_working || !service->first)
        return;
    service->is_working = true;
    api_continue(service->worker);
    service->work.data = service;
    check(uv_timer_start(&service->timer, took_too_long, RUN_MS, 0) == 0);
    check(uv_queue_work(service->loop, &service->work, run_task, run_ended) == 0);
}

static void end_first(struct service *service, unsigned status)
{
    struct task *task = service->first;
    service->first = task->next;
    if (!service->first)
        service->last = &service->first;
    service->waiting--;
    if (status == 503 && task->out.length == 0)
        http_refuse(task->request, status, "busy", "the server is closing");
    else
        http_reply_json(task->request, status, &task->out);
    buf_finish(&task->out);
    memory_release(task);
}

static void run_ended(uv_work_t *work, int status)
{
    struct service *service = work->data;
    check(status == 0);
    service->is_working = false;
    uv_timer_stop(&service->timer);
    end_first(service, status_of(service->first->code));
    if (!service->is_closing)
        begin(service);
}

static void add_task(struct service *service, const struct path *path, struct http_request *request)
{
    if (service->waiting == WAITING_MAX) {
        http_refuse(request, 429, "busy", "other runs are waiting");
        return;
    }
    struct task *task = memory_take(sizeof *task);
    *task = (struct task){.path = path, .request = request};
    *service->last = task;
    service->last = &task->next;
    service->waiting++;
    begin(service);
}

/* ---- requests ---- */

static void act(void *self, struct http_request *request)
{
    const struct door *door = self;
    struct buf out = {0};
    enum err_code code;
    if (door->path->is_long) {
        add_task(door->service, door->path, request);
        return;
    }
    answer(door->service->quick, door->path, request, &out, &code);
    http_reply_json(request, status_of(code), &out);
    buf_finish(&out);
}

static const struct openapi_path own = {
    "GET", "/v1/openapi.json", "openapi", "this file", NULL, {0}};

void service_describe(struct buf *out)
{
    struct openapi file;
    openapi_begin(&file, out);
    for (size_t i = 0; i < PATHS; i++) {
        const struct path *path = &paths[i];
        struct openapi_path told = {.method = path->method, .path = path->path, .id = path->verb, .note = path->note,
                                    .fields = path->most ? api_fields(path->verb) : NULL};
        memcpy(told.arguments, path->arguments, sizeof told.arguments);
        openapi_add(&file, &told);
    }
    openapi_add(&file, &own);
    live_describe(&file);
    hall_describe(&file);
    openapi_end(&file);
}

static void act_openapi(void *self, struct http_request *request)
{
    struct buf out = {0};
    (void)self;
    service_describe(&out);
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

struct service *service_open(struct http *http, uv_loop_t *loop, const struct book *book)
{
    struct service *service = memory_take(sizeof *service);
    *service = (struct service){.http = http, .loop = loop};
    service->quick = api_create(book);
    service->worker = api_create(book);
    service->last = &service->first;
    service->timer.data = service;
    check(uv_timer_init(loop, &service->timer) == 0);
    for (size_t i = 0; i < PATHS; i++) {
        service->door[i] = (struct door){service, &paths[i]};
        http_route(http, paths[i].method, paths[i].path, paths[i].most, act, &service->door[i]);
    }
    http_route(http, own.method, own.path, 0, act_openapi, service);
    return service;
}

static void timer_closed(uv_handle_t *handle)
{
    struct service *service = handle->data;
    api_destroy(service->quick);
    api_destroy(service->worker);
    memory_release(service);
}

void service_close(struct service *service)
{
    service->is_closing = true;
    api_stop(service->worker);
    while (service->is_working)
        uv_run(service->loop, UV_RUN_ONCE);
    while (service->first)
        end_first(service, 503);
    uv_close((uv_handle_t *)&service->timer, timer_closed);
}
