/* live: one session: worlds that advance in slices towards a moving target, commands, the state as events. */
#include "sim/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/flow.h"
#include "sim/http.h"
#include "sim/live_view.h"
#include "sim/openapi.h"
#include "sim/scenario.h"
#include "sim/setting.h"
#include "sim/world.h"

enum { TICK_MS = 250, SLICE = 1 << 13, CHANGES_MAX = 32, BODY_MOST = 4096, SPEED_USUAL = 86400 };
#define SPEED_MOST (INT64_C(60) * DAY_SECONDS)
#define LIMIT_MOST INT64_C(2000000)

/* A change of the law or of prices, as the log has it. */
struct change {
    char *words;       /* "rules.PACK.PARAM=VALUE@DAY", "factors.NAME.DAY=VALUE" */
    struct buf patch;
};

struct live {
    struct http *http;
    uv_loop_t *loop;
    uv_timer_t timer;
    const struct book *base;
    struct http_channel *channel;
    /* the session */
    const struct data_span *span; /* NULL: none yet */
    char name[80];
    unsigned number;   /* of the session */
    uint64_t seed;
    int64_t limit;     /* 0: none */
    struct change change[CHANGES_MAX];
    unsigned changes;
    struct book own;   /* with the changes */
    struct scenario *scenario;
    struct live_view view;
    int64_t target;    /* simulated; as far as is shown */
    int64_t speed;     /* simulated seconds a second */
    bool is_playing, is_behind, is_done;
    struct err error;  /* of a world, code ERR_NONE: none */
    struct live_point *past; /* a day each */
    size_t points, room;
};

/* ---- worlds ---- */

static void drop_worlds(struct live *live)
{
    live_view_clear(&live->view);
    scenario_free(live->scenario);
    live->scenario = NULL;
    book_finish(&live->own);
}

/* Makes the worlds of the session, with all its changes, from the start. */
static int make_worlds(struct live *live, struct errs *errs)
{
    struct book_overlay reform[CHANGES_MAX];
    struct scenario_patch patch[CHANGES_MAX];
    size_t reforms = 0, patches = 0;
    const struct data_span *span = live->span;
    for (unsigned i = 0; i < live->changes; i++) {
        const struct change *change = &live->change[i];
        if (setting_is_rule(change->words))
            reform[reforms++] =
                (struct book_overlay){BOOK_REFORM, change->words, change->patch.data, change->patch.length, NULL};
        else
            patch[patches++] = (struct scenario_patch){change->words, change->patch.data, change->patch.length};
    }
    drop_worlds(live);
    const struct book *book = reforms ? &live->own : live->base;
    if (reforms && book_extend(&live->own, live->base, reform, reforms, errs) != 0)
        return -1;
    live->scenario =
        scenario_load(book, span->path, span->start, (size_t)(span->end - span->start), patch, patches, errs);
    if (live->scenario && scenario_replays(live->scenario))
        errs_add(errs, ERR_BAD_REQUEST, "this scenario replays orders of a file");
    if (!live->scenario || errs->count)
        return -1;
    if (live->limit)
        scenario_limit(live->scenario, (uint64_t)live->limit);
    live_view_open(&live->view, live->scenario, book, live->seed);
    live->error.code = ERR_NONE;
    live->is_done = false;
    live->is_behind = true;
    return 0;
}

static void forget_changes(struct live *live)
{
    while (live->changes > 0) {
        struct change *change = &live->change[--live->changes];
        memory_release(change->words);
        buf_finish(&change->patch);
    }
}

/* ---- the pace ---- */

/* How things stand now, in figures that are drawn over time. */
static struct live_point look(const struct live *live)
{
    struct live_point now = {.time = live->target};
    live_view_look(&live->view, &now);
    return now;
}

static void tell_point(const struct live *live, const struct live_point *point, struct buf *out)
{
    char time[21];
    time_write(point->time, time);
    buf_printf(out, "{\"time\":\"%s\",\"open\":%" PRIu64 ",\"waiting\":%" PRIu64 ",\"treasuries\":\"", time,
               point->open, point->waiting);
    buf_decimal(out, point->treasuries, currency_digits(live->scenario->base_currency));
    buf_puts(out, "\"}");
}

static void tell(const struct live *live, struct buf *out)
{
    const struct live_point now = look(live);
    char time[21];
    time_write(live->target, time);
    buf_printf(out, "{\"scenario\":\"%s\",\"session\":%u,\"watching\":%zu,\"time\":\"%s\",\"playing\":%s,\"done\":%s"
               ",\"speed\":%" PRId64 ",\"seed\":%" PRIu64 ",\"behind\":%s,\"changes\":[", live->name, live->number,
               http_listeners(live->channel), time, live->is_playing ? "true" : "false",
               live->is_done ? "true" : "false", live->speed, live->seed, live->is_behind ? "true" : "false");
    for (unsigned i = 0; i < live->changes; i++) {
        buf_puts(out, i ? "," : "");
        buf_json_string(out, live->change[i].words, strlen(live->change[i].words));
    }
    buf_puts(out, "],\"error\":");
    if (live->error.code != ERR_NONE)
        err_render_json(&live->error, out);
    else
        buf_puts(out, "null");
    buf_puts(out, ",\"now\":");
    tell_point(live, &now, out);
    buf_puts(out, ",\"view\":");
    live_view_tell(&live->view, out);
    buf_puts(out, "}");
}

/* Keeps how things stand, once a simulated day: the last time that it was looked. */
static void note(struct live *live)
{
    if (live->is_behind)
        return;
    const struct live_point now = look(live);
    while (live->points && live->past[live->points - 1].time / DAY_SECONDS >= now.time / DAY_SECONDS)
        live->points--;
    if (live->points == live->room) {
        size_t room = live->room ? live->room * 2 : 512;
        live->past = memory_resize(live->past, live->room * sizeof *live->past, room * sizeof *live->past);
        live->room = room;
    }
    live->past[live->points++] = now;
}

static void broadcast(struct live *live)
{
    struct buf text = {0};
    tell(live, &text);
    note(live);
    live_view_forget(&live->view);
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '\n')
            text.data[i] = ' ';
    http_broadcast(live->channel, "state", text.data, text.length);
    buf_finish(&text);
}

/* One slice of each world; true when all are where they should be. */
static bool advance(struct live *live)
{
    bool is_there = true, is_done = true;
    for (uint32_t i = 0; i < live->view.worlds; i++) {
        struct world *world = live->view.world[i];
        enum world_status status = world_advance(world, live->target, SLICE);
        if (status == WORLD_FAILED) {
            live->error = *world_error(world);
            live->is_playing = false;
            return true;
        }
        is_there = is_there && status != WORLD_MORE;
        is_done = is_done && status == WORLD_DONE;
    }
    live->is_done = is_done && is_there;
    if (live->is_done)
        live->is_playing = false;
    return is_there;
}

static void turn(uv_timer_t *timer)
{
    struct live *live = timer->data;
    if (!live->is_behind && live->is_playing)
        live->target += live->speed * TICK_MS / 1000;
    bool is_there = advance(live);
    if (is_there && (live->is_behind || live->is_playing || live->is_done)) {
        live->is_behind = false;
        broadcast(live);
    } else if (!is_there) {
        live->is_behind = true;
    }
    if (live->is_behind || live->is_playing)
        uv_timer_start(timer, turn, is_there ? TICK_MS : 0, 0);
}

static void go_on(struct live *live)
{
    uv_update_time(live->loop);
    uv_timer_start(&live->timer, turn, 0, 0);
}

/* Brings the worlds to the target at once. */
static void catch_up(struct live *live)
{
    while (!advance(live))
        continue;
    live->is_behind = false;
}

/* ---- requests ---- */

static void fail(struct http_request *request, const struct errs *errs)
{
    struct buf out = {0};
    api_refuse(errs, &out);
    http_reply_json(request, 400, &out);
    buf_finish(&out);
}

static void reply_state(struct live *live, struct http_request *request)
{
    struct buf out = {0};
    if (live->span)
        tell(live, &out);
    else
        buf_printf(&out, "{\"scenario\":null,\"watching\":%zu}", http_listeners(live->channel));
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

/* Does it come from this machine? False: it is refused. */
static bool may_command(struct http_request *request)
{
    if (http_is_local(request))
        return true;
    http_refuse(request, 403, "forbidden", "only the machine itself commands the session");
    return false;
}

/* Reads the body against a table; false when it is refused already. The owner finishes `json`. */
static bool read_body(struct http_request *request, const struct json_field *fields, struct json *json)
{
    struct errs errs = {0};
    size_t length;
    const char *body = http_body(request, &length);
    *json = (struct json){0};
    if (!may_command(request))
        return false;
    if (json_read(json, "request", body, length, &errs) == 0 &&
        json_check(json, json->root, fields, "the request", &errs) == 0)
        return true;
    fail(request, &errs);
    return false;
}

static const struct json_field start_fields[] = {
    {.name = "scenario", .type = JSON_STRING, .required = true, .note = "name of a built-in one"},
    {.name = "seed", .type = JSON_INTEGER, .note = "of all draws; 1"},
    {.name = "limit", .type = JSON_INTEGER, .note = "place so many orders"},
    {0},
};

static void start(void *self, struct http_request *request)
{
    struct live *live = self;
    struct errs errs = {0};
    struct json json;
    char path[128];
    if (read_body(request, start_fields, &json)) {
        const char *name = json_text(json.root, "scenario", "");
        snprintf(path, sizeof path, "scenarios/%.80s.json", name);
        const struct data_span *span = data_find(path);
        int64_t seed = json_integer(json.root, "seed", 1), limit = json_integer(json.root, "limit", 0);
        if (!span)
            errs_add(&errs, ERR_UNKNOWN_VALUE, "no built-in scenario \"%.60s\"", name);
        if (seed < 0 || limit < 0 || limit > LIMIT_MOST)
            errs_add(&errs, ERR_RANGE, "a seed from 0, and a limit up to %lld", (long long)LIMIT_MOST);
        if (errs.count == 0) {
            forget_changes(live);
            snprintf(live->name, sizeof live->name, "%.79s", name);
            live->span = span;
            live->number++;
            live->points = 0;
            live->seed = (uint64_t)seed;
            live->limit = limit;
            live->speed = SPEED_USUAL;
            live->is_playing = true;
            if (make_worlds(live, &errs) == 0) {
                live->target = (int64_t)live->scenario->from_day * DAY_SECONDS;
                go_on(live);
            } else {
                drop_worlds(live);
                live->span = NULL;
            }
        }
        if (errs.count)
            fail(request, &errs);
        else
            reply_state(live, request);
    }
    json_finish(&json);
}

static const char *const acts[] = {"play", "pause", "step", "day", NULL};
static const struct json_field command_fields[] = {
    {.name = "do", .type = JSON_STRING, .required = true, .choices = acts, .note = "step: one hour; day: to its end"},
    {.name = "speed", .type = JSON_INTEGER, .note = "simulated seconds a second"},
    {0},
};

static int64_t end_of_day(int64_t time)
{
    return (time / DAY_SECONDS + 1) * DAY_SECONDS - 1;
}

static void obey(struct live *live, const char *act)
{
    if (strcmp(act, "step") == 0 || strcmp(act, "day") == 0) {
        bool is_end = live->target == end_of_day(live->target);
        live->is_playing = false;
        live->target = *act == 's' ? live->target + 3600 : end_of_day(live->target + is_end);
        live->is_behind = true;
    } else {
        live->is_playing = strcmp(act, "play") == 0 && !live->is_done;
    }
}

static void command(void *self, struct http_request *request)
{
    struct live *live = self;
    struct json json;
    if (read_body(request, command_fields, &json)) {
        int64_t speed = json_integer(json.root, "speed", live->speed);
        if (!live->span) {
            http_refuse(request, 409, "no_session", "nothing runs yet");
        } else if (speed < 1 || speed > SPEED_MOST) {
            http_refuse(request, 400, "out_of_range", "a speed from a second to 60 days a second");
        } else {
            live->speed = speed;
            obey(live, json_text(json.root, "do", ""));
            broadcast(live);
            go_on(live);
            reply_state(live, request);
        }
    }
    json_finish(&json);
}

static const struct json_field change_fields[] = {
    {.name = "set", .type = JSON_STRING, .required = true,
     .note = "PACK.PARAMETER; factors.KIND: prices of a kind of posting, like freight; factors.CURRENCY: its worth"},
    {.name = "value", .type = JSON_STRING, .required = true,
     .note = "from the next simulated day on; of a currency from the month that begins then or next"},
    {0},
};

/* The change as `--set` takes it. */
static void write_change(const char *path, const char *value, const char *day, struct buf *words)
{
    if (strncmp(path, "factors.", strlen("factors.")) == 0)
        buf_printf(words, "%s.%s=%s", path, day, value);
    else
        buf_printf(words, "rules.%s=%s@%s", path, value, day);
}

/* Adds a change that holds from the next day on; 0, or -1 with errors and nothing changed. */
static int add_change(struct live *live, const char *path, const char *value, struct errs *errs)
{
    struct change *made = &live->change[live->changes];
    struct buf words = {0};
    char day[11];
    if (live->changes == CHANGES_MAX || strpbrk(path, "=@\n") || strpbrk(value, "=@\n")) {
        errs_add(errs, ERR_RANGE, "at most %d changes, each of a pack's parameter or of a factor", CHANGES_MAX);
        return -1;
    }
    date_write((int32_t)(live->target / DAY_SECONDS) + 1, day);
    write_change(path, value, day, &words);
    *made = (struct change){0};
    if (setting_write(buf_text(&words), &made->patch, errs) == 0) {
        made->words = memory_take(words.length + 1);
        memcpy(made->words, words.data, words.length);
        live->changes++;
        if (make_worlds(live, errs) != 0) {
            struct errs none = {0};
            live->changes--;
            memory_release(made->words);
            check(make_worlds(live, &none) == 0); /* as it was */
        }
    }
    if (errs->count)
        buf_finish(&made->patch);
    buf_finish(&words);
    return errs->count ? -1 : 0;
}

static void change(void *self, struct http_request *request)
{
    struct live *live = self;
    struct errs errs = {0};
    struct json json;
    if (read_body(request, change_fields, &json)) {
        if (!live->span) {
            http_refuse(request, 409, "no_session", "nothing runs yet");
        } else {
            int result = add_change(live, json_text(json.root, "set", ""), json_text(json.root, "value", ""), &errs);
            go_on(live);
            if (result == 0)
                reply_state(live, request);
            else
                fail(request, &errs);
        }
    }
    json_finish(&json);
}

/* Ends the day, then writes what was done and the digest of the worlds as they stand. */
static void log_of(struct live *live, struct buf *out)
{
    char day[11], digest[33];
    if (!live->is_done) {
        live->target = end_of_day(live->target);
        catch_up(live);
    }
    date_write((int32_t)(live->target / DAY_SECONDS), day);
    live_view_digest(&live->view, live->is_done ? INT64_MAX : live->target, digest);
    buf_printf(out, "{\n  \"schema_version\": 1,\n  \"scenario\": \"%s\",\n  \"seed\": %" PRIu64 ",\n", live->name,
               live->seed);
    if (live->limit)
        buf_printf(out, "  \"limit\": %" PRId64 ",\n", live->limit);
    if (!live->is_done)
        buf_printf(out, "  \"until\": \"%s\",\n", day);
    buf_puts(out, "  \"changes\": [");
    for (unsigned i = 0; i < live->changes; i++) {
        buf_puts(out, i ? ", " : "");
        buf_json_string(out, live->change[i].words, strlen(live->change[i].words));
    }
    buf_printf(out, "],\n  \"digest\": \"%s\"\n}\n", digest);
}

static void send_log(void *self, struct http_request *request)
{
    struct live *live = self;
    struct buf out = {0};
    if (!may_command(request)) /* it ends the day */
        return;
    if (!live->span) {
        http_refuse(request, 409, "no_session", "nothing runs yet");
        return;
    }
    log_of(live, &out);
    broadcast(live);
    const struct http_answer answer = {
        .status = 200, .type = "application/json", .bytes = out.data, .length = out.length,
        .header = "Content-Disposition", .value = "attachment; filename=\"session.json\""};
    http_reply(request, &answer);
    buf_finish(&out);
}

static void send_state(void *self, struct http_request *request)
{
    reply_state(self, request);
}

static void send_past(void *self, struct http_request *request)
{
    const struct live *live = self;
    struct buf out = {0};
    buf_printf(&out, "{\"session\":%u,\"points\":[", live->number);
    for (size_t i = 0; i < live->points; i++) {
        buf_puts(&out, i ? "," : "");
        tell_point(live, &live->past[i], &out);
    }
    buf_puts(&out, "]}");
    http_reply_json(request, 200, &out);
    buf_finish(&out);
}

static void send_events(void *self, struct http_request *request)
{
    struct live *live = self;
    http_open(request, live->channel, NULL, NULL);
}

static const struct route {
    struct openapi_path told;
    http_act *act;
} routes[] = {
    {{"GET", "/v1/live", "live", "the session that runs: {scenario, time, view, …}; scenario null: none", NULL, {0}},
     send_state},
    {{"POST", "/v1/live", "startLive", "begins a session; from this machine only", start_fields, {0}}, start},
    {{"POST", "/v1/live/command", "commandLive", "its pace; from this machine only", command_fields, {0}}, command},
    {{"POST", "/v1/live/change", "changeLive", "the law or a price from tomorrow on; from this machine only",
      change_fields, {0}},
     change},
    {{"GET", "/v1/live/past", "pastOfLive", "what was on its way, waited and was received, day by day", NULL, {0}},
     send_past},
    {{"GET", "/v1/live/events", "liveEvents", "server-sent events: state, as GET /v1/live answers", NULL, {"last"}},
     send_events},
    {{"GET", "/v1/live/log", "liveLog", "ends the day; the session as `run --replay` takes it", NULL, {0}}, send_log},
};
enum { ROUTES = sizeof routes / sizeof *routes };

void live_describe(struct openapi *file)
{
    for (size_t i = 0; i < ROUTES; i++)
        openapi_add(file, &routes[i].told);
}

struct live *live_open(struct http *http, uv_loop_t *loop, const struct book *book)
{
    struct live *live = memory_take(sizeof *live);
    *live = (struct live){.http = http, .loop = loop, .base = book};
    live->channel = http_channel_create(http);
    live->timer.data = live;
    check(uv_timer_init(loop, &live->timer) == 0);
    for (const struct route *route = routes; route < routes + ROUTES; route++)
        http_route(http, route->told.method, route->told.path, route->told.fields ? BODY_MOST : 0, route->act, live);
    return live;
}

static void timer_closed(uv_handle_t *handle)
{
    struct live *live = handle->data;
    drop_worlds(live);
    forget_changes(live);
    memory_release(live->past);
    memory_release(live);
}

void live_close(struct live *live)
{
    http_channel_close(live->channel);
    uv_close((uv_handle_t *)&live->timer, timer_closed);
}
