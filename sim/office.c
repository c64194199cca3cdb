/* office: requests that were taken wait in a list until the loop turns; then one commit, and their answers. */
#include "sim/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/ceb_read.h"
#include "sim/clock.h"
#include "sim/http.h"
#include "sim/out_json.h"
#include "sim/sandbox.h"

enum {
    RECEIPTS_MOST = 1000,
    RECEIPTS_USUAL = 100,
    LAZY_MS = 20,     /* so long what nobody waits for may stay uncommitted */
    FAILED_MS = 1000, /* after a commit that failed */
    CLOCK_BODY = 1000,
    FIRST_DAY = 20089, /* of a simulated clock: 2025-01-01 */
};

/* A request that waits for the commit. */
struct post {
    struct post *next;
    struct http_request *request;
    unsigned status;
    const char *type;
    struct buf out;
};

struct office {
    uv_loop_t *loop;
    struct sandbox *sandbox;
    struct http *http;
    struct sandbox_hook *hook;
    struct clock clock;
    bool is_simulated;
    uint64_t open_at_ms; /* of the loop */
    uv_prepare_t turn;   /* before the loop sleeps: to commit */
    uv_timer_t next;     /* when the next receipt is due */
    struct post *first, **last;
    unsigned open_handles;
};

/* ---- committing ---- */

static void settle(struct office *office);

static void turn_came(uv_prepare_t *turn) { settle(turn->data); }

static void due_came(uv_timer_t *timer) { settle(timer->data); }

/* At the latest when the loop has nothing else to do. */
static void settle_soon(struct office *office) { uv_prepare_start(&office->turn, turn_came); }

static void wake_in(struct office *office, uint64_t wait_ms)
{
    uv_update_time(office->loop);
    uv_timer_start(&office->next, due_came, wait_ms, 0);
}

static void settle_lazily(void *self)
{
    struct office *office = self;
    if (!uv_is_active((uv_handle_t *)&office->next) || uv_timer_get_due_in(&office->next) > LAZY_MS)
        wake_in(office, LAZY_MS);
}

static void answer_posts(struct office *office, const struct errs *errs)
{
    while (office->first) {
        struct post *post = office->first;
        office->first = post->next;
        if (errs->count)
            http_refuse(post->request, 500, err_name(errs->item[0].code), errs->item[0].message);
        else
            http_reply(post->request, &(struct http_answer){.status = post->status,
                                                            .type = post->type,
                                                            .bytes = post->out.data,
                                                            .length = post->out.length});
        buf_finish(&post->out);
        memory_release(post);
    }
    office->last = &office->first;
}

static void settle(struct office *office)
{
    struct errs errs = {0};
    uv_prepare_stop(&office->turn);
    sandbox_tell(office->sandbox, clock_now_ms(&office->clock));
    bool is_kept = sandbox_commit(office->sandbox, &errs) == 0;
    answer_posts(office, &errs);
    if (is_kept && office->hook)
        sandbox_hook_send(office->hook);
    int64_t next_ms = sandbox_next(office->sandbox);
    uint64_t wait_ms = next_ms == INT64_MAX ? UINT64_MAX : clock_wait_ms(&office->clock, next_ms);
    if (!is_kept)
        wake_in(office, FAILED_MS);
    else if (wait_ms < UINT64_MAX)
        wake_in(office, wait_ms);
    else
        uv_timer_stop(&office->next);
}

static void wait_for_commit(struct office *office, struct http_request *request, unsigned status, const char *type,
                            struct buf *out)
{
    struct post *post = memory_take(sizeof *post);
    *post = (struct post){NULL, request, status, type, *out};
    *out = (struct buf){0};
    *office->last = post;
    office->last = &post->next;
    settle_soon(office);
}

/* ---- paths ---- */

static bool is_down(struct office *office, struct http_request *request)
{
    char left[24];
    uint64_t now_ms = uv_now(office->loop);
    if (now_ms >= office->open_at_ms)
        return false;
    snprintf(left, sizeof left, "%llu", (unsigned long long)((office->open_at_ms - now_ms + 999) / 1000));
    http_reply(request, &(struct http_answer){.status = 503,
                                              .type = "text/plain",
                                              .bytes = "down\n",
                                              .length = 5,
                                              .header = "Retry-After",
                                              .value = left});
    return true;
}

/* Who asks sees only what is committed. */
static bool is_ready(struct office *office, struct http_request *request)
{
    if (is_down(office, request))
        return false;
    settle(office);
    return true;
}

typedef enum sandbox_verdict take_in(struct sandbox *sandbox, const char *bytes, size_t length, int64_t now_ms,
                                     struct buf *out);

/* What is posted is taken or refused as a whole, and answered when it is on the disk. */
static void take_posted(struct office *office, struct http_request *request, take_in *take, const char *type)
{
    struct buf out = {0};
    size_t length;
    if (is_down(office, request))
        return;
    const char *bytes = http_body(request, &length);
    enum sandbox_verdict verdict = take(office->sandbox, bytes, length, clock_now_ms(&office->clock), &out);
    wait_for_commit(office, request, verdict == SANDBOX_TAKEN ? 202 : 400, type, &out);
}

static void post_message(void *self, struct http_request *request)
{
    take_posted(self, request, sandbox_take, "application/xml");
}

static void post_h7(void *self, struct http_request *request)
{
    take_posted(self, request, sandbox_take_h7, "application/json");
}

static void get_h7(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    if (!is_ready(office, request))
        return;
    if (sandbox_declaration(office->sandbox, http_rest(request), &out))
        http_reply_json(request, 200, &out);
    else
        http_refuse(request, 404, "unknown_value", "no declaration of that LRN has come");
    buf_finish(&out);
}

static void get_receipts(void *self, struct http_request *request)
{
    struct office *office = self;
    const char *after = http_argument(request, "after"), *limit = http_argument(request, "limit");
    long most = limit ? strtol(limit, NULL, 10) : RECEIPTS_USUAL;
    struct buf out = {0};
    if (!is_ready(office, request))
        return;
    if (most < 1 || most > RECEIPTS_MOST)
        http_refuse(request, 400, "out_of_range", "limit is a number from 1 to 1000");
    else if (!sandbox_receipts(office->sandbox, after ? after : "", (unsigned)most, &out))
        http_refuse(request, 400, "bad_request", "after is what \"next\" said");
    else
        http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void get_order(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    if (!is_ready(office, request))
        return;
    if (sandbox_order(office->sandbox, http_rest(request), &out))
        http_reply_json(request, 200, &out);
    else
        http_refuse(request, 404, "unknown_value", "no message of that order has come");
    buf_finish(&out);
}

static void get_allowance(void *self, struct http_request *request)
{
    struct office *office = self;
    const char *year = http_argument(request, "year");
    long number = year ? strtol(year, NULL, 10) : 0;
    struct buf out = {0};
    if (!is_ready(office, request))
        return;
    if (number < 2000 || number > 9999) {
        http_refuse(request, 400, "out_of_range", "year is missing: /v1/allowances/ID?year=2025");
        return;
    }
    sandbox_allowance(office->sandbox, http_rest(request), (int32_t)number, &out);
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void get_counts(void *self, struct http_request *request)
{
    struct office *office = self;
    struct buf out = {0};
    settle(office);
    sandbox_counts(office->sandbox, &out);
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

/* ---- the clock ---- */

static void tell_clock(struct office *office, struct http_request *request)
{
    struct buf out = {0};
    struct out_json json = {.out = &out};
    int64_t now_ms = clock_now_ms(&office->clock);
    char text[21], whole[32];
    time_write(now_ms / 1000, text);
    snprintf(whole, sizeof whole, "%.19s.%03dZ", text, (int)(now_ms % 1000));
    out_json_begin_flat(&json, NULL, '{');
    out_json_text(&json, "clock", office->is_simulated ? "simulated" : "real");
    out_json_count(&json, "speed", office->clock.speed);
    out_json_text(&json, "now", whole);
    out_json_end(&json, '}');
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void get_clock(void *self, struct http_request *request) { tell_clock(self, request); }

static const struct json_field clock_fields[] = {
    {"advance", JSON_STRING, .note = "by how much, as ISO 8601 writes it: PT2H, P1D"},
    {"to", JSON_STRING, .note = "2025-03-01T08:00:00Z"},
    {0},
};

/* Where the clock is to stand; -1 with errors. */
static int64_t read_move(const struct office *office, const struct json *json, struct errs *errs)
{
    int64_t now_ms = clock_now_ms(&office->clock), to_ms = now_ms, more = 0;
    if (json_check(json, json->root, clock_fields, "what moves the clock", errs))
        return -1;
    const char *advance = json_text(json->root, "advance", NULL), *to = json_text(json->root, "to", NULL);
    if (!advance == !to)
        json_fail(json, json->root, errs, ERR_BAD_REQUEST, "either \"advance\" or \"to\" says where the clock goes");
    else if (advance && !clock_parse_duration(advance, &more))
        json_fail(json, json_get(json->root, "advance"), errs, ERR_BAD_REQUEST, "this is no duration like PT2H or P1D");
    else if (to && !clock_parse_time(to, &to_ms))
        json_fail(json, json_get(json->root, "to"), errs, ERR_BAD_REQUEST, "this is no time like 2025-03-01T08:00:00Z");
    else if (to_ms < now_ms)
        json_fail(json, json_get(json->root, "to"), errs, ERR_RANGE, "the clock does not go back");
    else if (to_ms + more >= (int64_t)DAY_MAX * DAY_SECONDS * 1000)
        json_fail(json, json->root, errs, ERR_RANGE, "that is beyond the year 9999");
    return errs->count ? -1 : to_ms + more;
}

static void move_clock(struct office *office, struct http_request *request)
{
    struct json json;
    struct errs errs = {0};
    size_t length;
    const char *bytes = http_body(request, &length);
    int64_t to_ms = -1;
    if (json_read_only(&json, "body", bytes, length, &errs) == 0)
        to_ms = read_move(office, &json, &errs);
    json_finish(&json);
    if (errs.count) {
        http_refuse(request, 400, err_name(errs.item[0].code), errs.item[0].message);
        return;
    }
    clock_move(&office->clock, to_ms);
    sandbox_set_clock(office->sandbox, clock_now_ms(&office->clock));
    settle(office);
    tell_clock(office, request);
}

static void post_clock(void *self, struct http_request *request)
{
    struct office *office = self;
    if (office->is_simulated)
        move_clock(office, request);
    else
        http_refuse(request, 409, "not_simulated", "only a simulated clock can be moved: --clock simulated");
}

/* ---- opening and closing ---- */

static void open_doors(struct office *office)
{
    struct http *http = office->http;
    http_hurry(http);
    http_route(http, "GET", "/v1/receipts", 0, get_receipts, office);
    http_route(http, "GET", "/v1/orders/*", 0, get_order, office);
    http_route(http, "GET", "/v1/allowances/*", 0, get_allowance, office);
    http_route(http, "GET", "/v1/counts", 0, get_counts, office);
    http_route(http, "GET", "/v1/clock", 0, get_clock, office);
    http_route(http, "POST", "/v1/clock", CLOCK_BODY, post_clock, office);
    http_route(http, "POST", "/v1/h7", CEB_READ_MOST, post_h7, office);
    http_route(http, "GET", "/v1/h7/*", 0, get_h7, office);
    http_take(http, "application/xml");
    http_route(http, "POST", "/v1/ceb", CEB_READ_MOST, post_message, office);
}

/* It goes on where the file stands: no receipt is told before one that is there. */
static void wind(struct office *office, const struct office_plan *plan)
{
    int64_t kept_ms = sandbox_now(office->sandbox);
    int64_t first_ms = plan->is_simulated ? (int64_t)FIRST_DAY * DAY_SECONDS * 1000 : clock_wall_ms();
    bool goes_on = plan->is_simulated ? kept_ms > 0 : kept_ms > first_ms;
    office->is_simulated = plan->is_simulated;
    clock_open(&office->clock, goes_on ? kept_ms : first_ms, plan->is_simulated ? plan->speed : 1);
}

struct office *office_open(uv_loop_t *loop, struct sandbox *sandbox, const struct office_plan *plan, struct errs *errs)
{
    struct http *http = http_listen(loop, plan->address, NULL, errs);
    if (!http)
        return NULL;
    struct office *office = memory_take(sizeof *office);
    office->loop = loop;
    office->sandbox = sandbox;
    office->http = http;
    office->last = &office->first;
    office->turn.data = office->next.data = office;
    office->open_handles = 2;
    check(uv_prepare_init(loop, &office->turn) == 0);
    check(uv_timer_init(loop, &office->next) == 0);
    wind(office, plan);
    open_doors(office);
    if (plan->hook.url) {
        struct sandbox_hook_options hook = plan->hook;
        hook.changed = settle_lazily;
        hook.self = office;
        office->hook = sandbox_hook_open(loop, sandbox, &hook);
    }
    uv_update_time(loop);
    office->open_at_ms = uv_now(loop) + (uint64_t)plan->down_ms;
    settle(office);
    return office;
}

unsigned office_port(const struct office *office) { return http_port(office->http); }

static void handle_closed(uv_handle_t *handle)
{
    struct office *office = handle->data;
    if (--office->open_handles == 0)
        memory_release(office);
}

void office_close(struct office *office)
{
    if (!office)
        return;
    http_shut(office->http);
    sandbox_hook_close(office->hook);
    office->hook = NULL;
    settle(office);
    http_close(office->http);
    uv_close((uv_handle_t *)&office->turn, handle_closed);
    uv_close((uv_handle_t *)&office->next, handle_closed);
}
