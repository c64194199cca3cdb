/* hall: rooms by their codes, their logs, the clock, the worker, the paths. */
#include "sim/hall.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/clock.h"
#include "sim/file.h"
#include "sim/http.h"
#include "sim/openapi.h"
#include "sim/out_json.h"
#include "sim/room.h"

enum { ROOMS_MAX = 16, BODY_BYTES = 4096, LOOK_MS = 250, PATH_BYTES = 1100, TABLES_USUAL = 1, ROUNDS_USUAL = 3 };
enum { SECONDS_USUAL = 180, LEFT_MS = 24 * 3600 * 1000 };

struct place {
    struct hall *hall;
    struct room room;
    char path[PATH_BYTES];       /* of its log, "" none */
    size_t log;                  /* bytes in it */
    struct http_channel *channel;
    unsigned online[ROOM_SEATS_MAX + 1]; /* streams by seat; the last: of others */
};

/* Who listens: to count it out when it has left. */
struct listener {
    struct place *place;
    unsigned seat;
};

/* What the worker runs: all tables of a room that closed its round. */
struct job {
    struct place *place;
    bool has_standard;
    unsigned tables;
    struct game_play play[ROOM_TABLES_MAX + 1]; /* the last: of the standard decisions */
    struct buf request[ROOM_TABLES_MAX + 1];
    struct game_outcome outcome[ROOM_TABLES_MAX + 1];
    struct errs errs;
};

struct hall {
    uv_loop_t *loop;
    uv_timer_t timer;
    uv_work_t work;
    struct api *api; /* the worker's */
    struct http *http;
    char folder[PATH_BYTES - 16];
    struct place *place[ROOMS_MAX];
    unsigned places;
    struct job job;
    bool is_working, is_closing;
    char kept[5];
};

/* ---- chance ---- */

static uint64_t chance(void)
{
    uint64_t bits;
    check(uv_random(NULL, NULL, &bits, sizeof bits, 0, NULL) == 0);
    return bits;
}

static void make_token(char token[HALL_TOKEN])
{
    snprintf(token, HALL_TOKEN, "%016llx%016llx", (unsigned long long)chance(), (unsigned long long)chance());
}

/* ---- rooms and their events ---- */

static struct place *place_of(const struct hall *hall, const char *code)
{
    for (unsigned i = 0; i < hall->places; i++)
        if (strcmp(hall->place[i]->room.code, code) == 0)
            return hall->place[i];
    return NULL;
}

static void tell_all(struct place *place)
{
    struct buf data = {0};
    if (place->channel) {
        buf_printf(&data, "{\"events\":%llu}", (unsigned long long)place->room.events);
        http_broadcast(place->channel, "change", data.data, data.length);
    }
    buf_finish(&data);
}

static void run_next(struct hall *hall);

/* Applies an event and keeps it; what cannot be kept has not happened. */
static int happen(struct place *place, const struct buf *line, struct errs *errs)
{
    struct room *before = memory_take(sizeof *before);
    *before = place->room;
    int result = room_apply(&place->room, line->data, line->length, errs);
    if (result == 0 && place->path[0])
        result = file_append(place->path, place->log, line->data, line->length, errs);
    if (result == 0)
        place->log += line->length;
    else
        place->room = *before;
    memory_release(before);
    if (result == 0)
        tell_all(place);
    return result;
}

static int happen_plain(struct place *place, const char *act, struct errs *errs)
{
    struct buf line = {0};
    room_say(&line, clock_wall_ms(), act);
    int result = happen(place, &line, errs);
    buf_finish(&line);
    return result;
}

/* Closes the round when its time is over or all have decided. */
static void look(struct place *place)
{
    struct errs errs = {0}; /* a disk that is full is told whoever asks next */
    if (room_is_due(&place->room, clock_wall_ms()) && happen_plain(place, "close", &errs) == 0)
        run_next(place->hall);
}

static void look_at_all(uv_timer_t *timer)
{
    struct hall *hall = timer->data;
    for (unsigned i = 0; i < hall->places; i++)
        look(hall->place[i]);
    run_next(hall);
}

/* ---- the worker ---- */

static void run_play(struct job *job, struct api *api, unsigned at)
{
    struct buf summary = {0};
    enum err_code code = api_call(api, "run", job->request[at].data, job->request[at].length, &summary);
    if (code != ERR_NONE)
        errs_add(&job->errs, code, "a table cannot be run: %.150s", buf_text(&summary));
    else
        game_read(summary.data, summary.length, &job->play[at], &job->outcome[at], &job->errs);
    buf_finish(&summary);
}

static void run_job(uv_work_t *work)
{
    struct hall *hall = work->data;
    struct job *job = &hall->job;
    if (!job->has_standard)
        run_play(job, hall->api, ROOM_TABLES_MAX);
    for (unsigned table = 0; table < job->tables && job->errs.count == 0; table++)
        run_play(job, hall->api, table);
}

static int take_outcome(struct job *job, unsigned table, struct errs *errs)
{
    struct buf line = {0};
    room_say_outcome(&line, clock_wall_ms(), table, &job->outcome[table]);
    int result = happen(job->place, &line, errs);
    buf_finish(&line);
    return result;
}

static void job_ended(uv_work_t *work, int status)
{
    struct hall *hall = work->data;
    struct job *job = &hall->job;
    struct errs errs = job->errs;
    check(status == 0);
    hall->is_working = false;
    if (errs.count == 0 && !job->has_standard)
        take_outcome(job, ROOM_TABLES_MAX, &errs);
    for (unsigned table = 0; table < job->tables && errs.count == 0; table++)
        take_outcome(job, table, &errs);
    for (unsigned i = 0; i <= ROOM_TABLES_MAX; i++)
        buf_finish(&job->request[i]);
    if (errs.count) /* told where the server was started; the timer tries again */
        fprintf(stderr, "room %s: %s\n", job->place->room.code, errs.item[0].message);
}

/* Runs the first room that waits for its outcomes. */
static void run_next(struct hall *hall)
{
    struct place *place = NULL;
    for (unsigned i = 0; i < hall->places && !place; i++)
        if (hall->place[i]->room.phase == ROOM_RUNNING)
            place = hall->place[i];
    if (!place || hall->is_working || hall->is_closing)
        return;
    struct job *job = &hall->job;
    *job = (struct job){.place = place, .has_standard = place->room.has_standard, .tables = place->room.tables};
    game_standard(&job->play[ROOM_TABLES_MAX]);
    room_request(&place->room, ROOM_TABLES_MAX, &job->request[ROOM_TABLES_MAX]);
    for (unsigned table = 0; table < job->tables; table++) {
        job->play[table] = place->room.history[place->room.round - 1].play[table];
        room_request(&place->room, table, &job->request[table]);
    }
    hall->is_working = true;
    hall->work.data = hall;
    check(uv_queue_work(hall->loop, &hall->work, run_job, job_ended) == 0);
}

/* ---- opening ---- */

static struct place *add_place(struct hall *hall)
{
    struct place *place = memory_take(sizeof *place);
    place->hall = hall;
    hall->place[hall->places++] = place;
    return place;
}

static void drop_last(struct hall *hall)
{
    memory_release(hall->place[--hall->places]);
}

static void attach(struct place *place)
{
    if (place->hall->http && !place->channel)
        place->channel = http_channel_create(place->hall->http);
}

/* Is it over, or has nothing happened for a day, and nobody looks at it? */
static bool is_left(const struct place *place)
{
    const struct hall *hall = place->hall;
    bool is_done = place->room.phase == ROOM_OVER || clock_wall_ms() - place->room.now > LEFT_MS;
    bool is_at_work = hall->is_working && hall->job.place == place;
    return is_done && !is_at_work && (!place->channel || http_listeners(place->channel) == 0);
}

/* Where all places are taken, the room that was left first is forgotten; its log stays. False: none was. */
static bool make_place(struct hall *hall)
{
    unsigned at = ROOMS_MAX;
    if (hall->places < ROOMS_MAX)
        return true;
    for (unsigned i = 0; i < hall->places; i++)
        if (is_left(hall->place[i]) && (at == ROOMS_MAX || hall->place[i]->room.now < hall->place[at]->room.now))
            at = i;
    if (at == ROOMS_MAX)
        return false;
    struct place *left = hall->place[at];
    hall->place[at] = hall->place[hall->places - 1];
    hall->place[hall->places - 1] = left;
    if (left->channel)
        http_channel_close(left->channel);
    drop_last(hall);
    return true;
}

int hall_open(struct hall *hall, unsigned tables, unsigned rounds, unsigned seconds, char code[5],
              char token[HALL_TOKEN], struct errs *errs)
{
    struct buf line = {0};
    char hash[65];
    if (!make_place(hall)) {
        errs_add(errs, ERR_BUSY, "%d rooms are open", ROOMS_MAX);
        return -1;
    }
    do
        room_code(chance(), code);
    while (place_of(hall, code));
    make_token(token);
    sha256(token, strlen(token), hash);
    struct place *place = add_place(hall);
    if (hall->folder[0])
        snprintf(place->path, sizeof place->path, "%s/%s.room", hall->folder, code);
    room_say_open(&line, clock_wall_ms(), code, hash, chance() >> 11, tables, rounds, seconds);
    int result = happen(place, &line, errs);
    buf_finish(&line);
    if (result == 0)
        attach(place);
    else
        drop_last(hall);
    return result;
}

static int take_up(struct hall *hall, const char *path, struct errs *errs)
{
    struct buf log = {0};
    size_t used = 0;
    if (hall->places == ROOMS_MAX)
        return 0; /* older ones stay where they are */
    struct place *place = add_place(hall);
    snprintf(place->path, sizeof place->path, "%s", path);
    int result = file_read(path, &log, errs);
    if (result == 0)
        result = room_replay(&place->room, log.data, log.length, &used, errs);
    place->log = used;
    if (result != 0)
        snprintf(errs->item[0].source, sizeof errs->item[0].source, "%s", path);
    if (result != 0 || place->room.phase == ROOM_UNSET || place->room.phase == ROOM_OVER)
        drop_last(hall);
    else
        memcpy(hall->kept, place->room.code, sizeof hall->kept);
    buf_finish(&log);
    return result;
}

struct hall *hall_create(uv_loop_t *loop, const struct book *book, const char *folder, struct errs *errs)
{
    struct hall *hall = memory_take(sizeof *hall);
    struct arena arena = {0};
    const char **path;
    size_t count = 0;
    int result = 0;
    hall->loop = loop;
    if (folder) {
        snprintf(hall->folder, sizeof hall->folder, "%s", folder);
        result = file_list(folder, ".room", &arena, &path, &count, errs);
        for (size_t i = 0; i < count && result == 0; i++)
            result = take_up(hall, path[i], errs);
    }
    arena_finish(&arena);
    if (result != 0) {
        while (hall->places)
            drop_last(hall);
        memory_release(hall);
        return NULL;
    }
    hall->api = api_create(book);
    hall->timer.data = hall;
    check(uv_timer_init(loop, &hall->timer) == 0);
    check(uv_timer_start(&hall->timer, look_at_all, LOOK_MS, LOOK_MS) == 0);
    return hall;
}

static void timer_closed(uv_handle_t *handle)
{
    struct hall *hall = handle->data;
    api_destroy(hall->api);
    while (hall->places)
        drop_last(hall);
    memory_release(hall);
}

void hall_close(struct hall *hall)
{
    if (!hall)
        return;
    hall->is_closing = true;
    while (hall->is_working)
        uv_run(hall->loop, UV_RUN_ONCE);
    for (unsigned i = 0; i < hall->places; i++) {
        struct http_channel *channel = hall->place[i]->channel;
        hall->place[i]->channel = NULL; /* nobody is told of those who leave now */
        if (channel)
            http_channel_close(channel);
    }
    uv_close((uv_handle_t *)&hall->timer, timer_closed);
}

const char *hall_kept(const struct hall *hall)
{
    return hall->kept[0] ? hall->kept : NULL;
}

int hall_lead(struct hall *hall, const char *code, char token[HALL_TOKEN], struct errs *errs)
{
    struct buf line = {0};
    char hash[65];
    make_token(token);
    sha256(token, strlen(token), hash);
    room_say_lead(&line, clock_wall_ms(), hash);
    int result = happen(place_of(hall, code), &line, errs);
    buf_finish(&line);
    return result;
}

/* ---- who asks ---- */

enum { LEADER = ROOM_SEATS_MAX + 1, GUEST = ROOM_SEATS_MAX };

/* The seat whose token it is; LEADER, GUEST. */
static unsigned who_is(const struct room *room, const char *token)
{
    char hash[65];
    if (!token || !*token)
        return GUEST;
    sha256(token, strlen(token), hash);
    if (strcmp(hash, room->facilitator) == 0)
        return LEADER;
    for (unsigned seat = 0; seat < room_seats(room); seat++)
        if (room->seat[seat].name[0] && strcmp(hash, room->seat[seat].token) == 0)
            return seat;
    return GUEST;
}

static unsigned asks(const struct room *room, const struct http_request *request)
{
    static const char bearer[] = "Bearer ";
    const char *header = http_header(request, "Authorization");
    bool is_bearer = header && strncmp(header, bearer, sizeof bearer - 1) == 0;
    return who_is(room, is_bearer ? header + sizeof bearer - 1 : NULL);
}

/* ---- answers ---- */

static void answer_error(struct http_request *request, const struct errs *errs)
{
    const struct err *err = &errs->item[0];
    unsigned status = err->code == ERR_BUSY ? 409 : err->code == ERR_IO || err->code == ERR_INTERNAL ? 500 : 400;
    char message[460];
    snprintf(message, sizeof message, "%s%s%s", err->message, err->help[0] ? "; " : "", err->help);
    err_tame(message);
    http_refuse(request, status, err_name(err->code), message);
}

static void add_online(struct out_json *json, const struct place *place)
{
    out_json_begin_flat(json, "online", '[');
    for (unsigned seat = 0; seat < room_seats(&place->room); seat++)
        if (place->online[seat])
            out_json_count(json, NULL, seat);
    out_json_end(json, ']');
}

static void answer_view(struct place *place, unsigned who, struct http_request *request)
{
    struct buf out = {0}, view = {0};
    struct out_json json = {.out = &out};
    room_view(&place->room, who, clock_wall_ms(), &view);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "as", who == LEADER ? "leader" : who == GUEST ? "guest" : "seat");
    add_online(&json, place);
    out_json_raw(&json, "room", view.data, view.length);
    out_json_end(&json, '}');
    http_reply_json(request, 200, &out);
    buf_finish(&out);
    buf_finish(&view);
}

/* To be saved: a report has its looks in itself, which a page of this server may not. */
static void answer_file(struct place *place, struct http_request *request, const char *type, const char *end,
                        const struct buf *out)
{
    char name[64];
    snprintf(name, sizeof name, "attachment; filename=\"room-%s.%s\"", place->room.code, end);
    const struct http_answer answer = {.status = 200, .type = type, .bytes = out->data, .length = out->length,
                                       .header = "Content-Disposition", .value = name};
    http_reply(request, &answer);
}

/* ---- what is done ---- */

/* A number of rounds and the like; one that cannot be is the largest, which no room takes. */
static unsigned asked(const struct json *json, const char *name, unsigned usual)
{
    int64_t value = json_integer(json->root, name, usual);
    return value < 0 || value > UINT_MAX ? UINT_MAX : (unsigned)value;
}

static void act_open(void *self, struct http_request *request)
{
    struct hall *hall = self;
    struct errs errs = {0};
    struct json json;
    struct buf out = {0};
    char code[5], token[HALL_TOKEN];
    size_t length;
    const char *body = http_body(request, &length);
    int result = json_read(&json, "request", length ? body : "{}", length ? length : 2, &errs);
    if (result == 0) {
        unsigned tables = asked(&json, "tables", TABLES_USUAL), rounds = asked(&json, "rounds", ROUNDS_USUAL);
        result = hall_open(hall, tables, rounds, asked(&json, "seconds", SECONDS_USUAL), code, token, &errs);
    }
    json_finish(&json);
    if (result == 0) {
        buf_printf(&out, "{\"code\":\"%s\",\"token\":\"%s\"}\n", code, token);
        http_reply_json(request, 201, &out);
    } else {
        answer_error(request, &errs);
    }
    buf_finish(&out);
}

static void join(struct place *place, const struct json *body, struct http_request *request, struct errs *errs)
{
    const char *name = json_text(body->root, "name", ""), *role = json_text(body->root, "role", NULL);
    struct buf line = {0}, out = {0};
    char token[HALL_TOKEN], hash[65];
    unsigned seat = room_free_seat(&place->room, role && *role ? role : NULL);
    if (seat == ROOM_SEATS_MAX) {
        errs_add(errs, ERR_BUSY, role && *role ? "no seat of this role is free" : "all seats are taken");
    } else {
        make_token(token);
        sha256(token, strlen(token), hash);
        room_say_join(&line, clock_wall_ms(), seat, name, hash);
        if (happen(place, &line, errs) == 0) {
            buf_printf(&out, "{\"seat\":%u,\"token\":\"%s\"}\n", seat, token);
            http_reply_json(request, 201, &out);
        }
    }
    buf_finish(&line);
    buf_finish(&out);
}

static void decide(struct place *place, unsigned who, const struct json *body, struct http_request *request,
                   struct errs *errs)
{
    const cJSON *values = json_get(body->root, "values");
    struct text written = values ? json_written(body, values) : text_of("{}");
    struct buf line = {0};
    if (who >= GUEST) {
        http_refuse(request, 403, "forbidden", "only a team decides, by its token");
        return;
    }
    buf_printf(&line, "{\"at\": %lld, \"do\": \"decide\", \"seat\": %u, \"values\": ", (long long)clock_wall_ms(), who);
    for (size_t i = 0; i < written.len; i++) /* an event is one line */
        buf_putc(&line, written.ptr[i] == '\n' || written.ptr[i] == '\r' ? ' ' : written.ptr[i]);
    buf_puts(&line, "}\n");
    if (happen(place, &line, errs) == 0) {
        look(place);
        answer_view(place, who, request);
    }
    buf_finish(&line);
}

/* What only the facilitator does: the event is told as it is, with the time of this clock. */
static void lead(struct place *place, unsigned who, const struct json *body, struct http_request *request,
                 struct errs *errs)
{
    static const char *const may[] = {"free", "start", "pause", "resume", "extend",
                                      "wait", "say",   "close", "next",   "end"};
    const char *act = json_text(body->root, "do", "");
    struct buf line = {0};
    const cJSON *node;
    bool is_allowed = false;
    for (size_t i = 0; i < sizeof may / sizeof *may; i++)
        is_allowed = is_allowed || strcmp(act, may[i]) == 0;
    if (who != LEADER || !is_allowed) {
        http_refuse(request, 403, "forbidden", "only the facilitator does this, by the room's token");
        return;
    }
    buf_printf(&line, "{\"at\": %lld", (long long)clock_wall_ms());
    cJSON_ArrayForEach(node, body->root) {
        struct text written = json_written(body, node);
        if (strcmp(node->string, "at") == 0 || memchr(written.ptr, '\n', written.len))
            continue;
        buf_puts(&line, ", ");
        buf_json_string(&line, node->string, strlen(node->string));
        buf_printf(&line, ": %.*s", (int)written.len, written.ptr);
    }
    buf_puts(&line, "}\n");
    if (happen(place, &line, errs) == 0) {
        look(place);
        run_next(place->hall);
        answer_view(place, who, request);
    }
    buf_finish(&line);
}

/* ---- paths: /v1/rooms/CODE and below ---- */

static void listener_left(void *self)
{
    struct listener *listener = self;
    listener->place->online[listener->seat]--;
    tell_all(listener->place);
    memory_release(listener);
}

static void listen_to(struct place *place, struct http_request *request)
{
    struct listener *listener = memory_take(sizeof *listener);
    unsigned who = who_is(&place->room, http_argument(request, "token"));
    *listener = (struct listener){place, who < GUEST ? who : GUEST};
    place->online[listener->seat]++;
    http_open(request, place->channel, listener_left, listener);
    tell_all(place);
}

/* The room of a path "CODE/what", and what; NULL after refusing. */
static struct place *room_of(struct hall *hall, struct http_request *request, const char **what)
{
    const char *rest = http_rest(request);
    char code[5] = "";
    size_t length = strcspn(rest, "/");
    *what = rest + length + (rest[length] == '/');
    if (length == 4)
        memcpy(code, rest, 4);
    struct place *place = code[0] ? place_of(hall, code) : NULL;
    if (!place)
        http_refuse(request, 404, "no_input", "no such room");
    return place;
}

static void act_get(void *self, struct http_request *request)
{
    const char *what, *lang = http_argument(request, "lang");
    struct place *place = room_of(self, request, &what);
    struct buf out = {0};
    if (!place)
        return;
    if (!*what) {
        answer_view(place, asks(&place->room, request), request);
    } else if (strcmp(what, "events") == 0) {
        listen_to(place, request);
    } else if (strcmp(what, "export.csv") == 0) {
        room_csv(&place->room, &out);
        answer_file(place, request, "text/csv; charset=utf-8", "csv", &out);
    } else if (strcmp(what, "report.html") == 0) {
        room_report(&place->room, lang && strcmp(lang, "zh") == 0 ? LANG_ZH : LANG_EN, &out);
        answer_file(place, request, "text/html; charset=utf-8", "html", &out);
    } else {
        http_refuse(request, 404, "no_input", "a room has events, export.csv and report.html");
    }
    buf_finish(&out);
}

static void act_post(void *self, struct http_request *request)
{
    const char *what;
    struct place *place = room_of(self, request, &what);
    struct errs errs = {0};
    struct json json;
    size_t length;
    if (!place)
        return;
    const char *body = http_body(request, &length);
    unsigned who = asks(&place->room, request);
    if (json_read(&json, "request", body, length, &errs) == 0) {
        if (strcmp(what, "join") == 0)
            join(place, &json, request, &errs);
        else if (strcmp(what, "decide") == 0)
            decide(place, who, &json, request, &errs);
        else if (strcmp(what, "do") == 0)
            lead(place, who, &json, request, &errs);
        else
            http_refuse(request, 404, "no_input", "a room takes join, decide and do");
    }
    json_finish(&json);
    if (errs.count)
        answer_error(request, &errs);
}

static const struct openapi_path paths[] = {
    {"POST", "/v1/rooms", "openRoom", "a new room: {tables, rounds, seconds}; answers {code, token}", NULL, {0}},
    {"GET", "/v1/rooms/{code}", "room", "the room as the holder of the token (Bearer) may see it", NULL, {0}},
    {"POST", "/v1/rooms/{code}/join", "joinRoom", "a seat: {name, role}; answers {seat, token}", NULL, {0}},
    {"POST", "/v1/rooms/{code}/decide", "decideInRoom", "a team's decisions: {values}, with its token", NULL, {0}},
    {"POST", "/v1/rooms/{code}/do", "leadRoom",
     "start, pause, resume, extend, wait, say, close, next, free, end: {do, …}, by the facilitator", NULL, {0}},
    {"GET", "/v1/rooms/{code}/events", "roomEvents", "server-sent events: change, when the room is another", NULL,
     {"token", "last"}},
    {"GET", "/v1/rooms/{code}/export.csv", "roomTable", "decisions and results of all rounds", NULL, {0}},
    {"GET", "/v1/rooms/{code}/report.html", "roomReport", "the debrief as a page", NULL, {"lang"}},
};

void hall_describe(struct openapi *file)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        openapi_add(file, &paths[i]);
}

void hall_routes(struct hall *hall, struct http *http)
{
    hall->http = http;
    for (unsigned i = 0; i < hall->places; i++)
        attach(hall->place[i]);
    http_route(http, "POST", "/v1/rooms", BODY_BYTES, act_open, hall);
    http_route(http, "GET", "/v1/rooms/*", 0, act_get, hall);
    http_route(http, "POST", "/v1/rooms/*", BODY_BYTES, act_post, hall);
}
