/* room: applies events; every rule of a room stands in the table of acts below. */
#include "sim/room.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/json.h"
#include "core/text.h"

static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ"; /* without I and O */

static const char *const phase_ids[] = {"", "lobby", "deciding", "running", "results", "over"};

const char *room_phase_id(enum room_phase phase)
{
    check(phase < ROOM_PHASE_COUNT);
    return phase_ids[phase];
}

/* ---- what may be looked up ---- */

unsigned room_seats(const struct room *room)
{
    return room->tables * GAME_SEATS;
}

static bool is_human(const struct room_seat *seat)
{
    return seat->name[0] != '\0';
}

static unsigned people_at(const struct room *room, unsigned table)
{
    unsigned count = 0;
    for (unsigned i = 0; i < GAME_SEATS; i++)
        count += is_human(&room->seat[table * GAME_SEATS + i]);
    return count;
}

unsigned room_free_seat(const struct room *room, const char *role)
{
    unsigned best = ROOM_SEATS_MAX, fewest = GAME_SEATS + 1;
    for (unsigned seat = 0; seat < room_seats(room); seat++) {
        unsigned people = people_at(room, seat / GAME_SEATS);
        bool is_wished = !role || strcmp(game_seats[seat % GAME_SEATS].role, role) == 0;
        if (is_human(&room->seat[seat]) || !is_wished || people >= fewest)
            continue;
        best = seat;
        fewest = people;
    }
    return best;
}

unsigned room_missing(const struct room *room)
{
    unsigned count = 0;
    for (unsigned seat = 0; seat < room_seats(room); seat++)
        count += is_human(&room->seat[seat]) && !room->seat[seat].has_decided;
    return count;
}

int64_t room_left(const struct room *room, int64_t now)
{
    if (room->phase != ROOM_DECIDING)
        return 0;
    int64_t left = room->is_paused ? room->left : room->deadline - now;
    return left > 0 ? left : 0;
}

static bool has_people(const struct room *room)
{
    for (unsigned seat = 0; seat < room_seats(room); seat++)
        if (is_human(&room->seat[seat]))
            return true;
    return false;
}

bool room_is_due(const struct room *room, int64_t now)
{
    if (room->phase != ROOM_DECIDING || room->is_paused)
        return false;
    bool is_over = room_left(room, now) == 0 && !room->waits_for_all;
    return is_over || (room_missing(room) == 0 && has_people(room));
}

unsigned room_ended(const struct room *room)
{
    if (room->round == 0) /* in the lobby, or ended there */
        return 0;
    bool is_known = room->history[room->round - 1].outcomes == (1u << room->tables) - 1;
    return is_known ? room->round : room->round - 1;
}

int32_t room_points(const struct room *room, unsigned seat)
{
    int32_t sum = 0;
    for (unsigned i = 0; i < room_ended(room); i++)
        sum += room->history[i].points[seat];
    return sum;
}

void room_request(const struct room *room, unsigned table, struct buf *out)
{
    struct game_play play;
    check(table <= ROOM_TABLES_MAX);
    game_standard(&play);
    game_request(table == ROOM_TABLES_MAX ? &play : &room->history[room->round - 1].play[table], room->seed, out);
}

uint64_t room_hash(const struct room *room)
{
    return text_hash((const char *)room, sizeof *room);
}

void room_code(uint64_t bits, char code[5])
{
    for (int i = 0; i < 4; i++, bits >>= 10)
        code[i] = letters[(bits & 1023) * (sizeof letters - 1) >> 10];
    code[4] = '\0';
}

bool room_is_code(const char *text)
{
    size_t length = strlen(text);
    return length == 4 && strspn(text, letters) == length;
}

/* ---- events ---- */

struct event {
    struct room *room;
    const struct json *json;
    const cJSON *root;
    struct errs *errs;
    int64_t at;
};

static int refuse(struct event *e, enum err_code code, const char *message)
{
    json_fail(e->json, json_get(e->root, "do"), e->errs, (int)code, "%s", message);
    return -1;
}

/* A whole number within bounds; -1 with an error. */
static int read_number(struct event *e, const cJSON *in, const char *name, int64_t least, int64_t most, int64_t *out)
{
    const cJSON *node = json_get(in, name);
    *out = json_integer(in, name, least - 1);
    if (*out >= least && *out <= most && node->valuedouble == (double)*out)
        return 0;
    json_fail(e->json, node ? node : in, e->errs, ERR_RANGE, "\"%s\" is from %lld to %lld", name, (long long)least,
              (long long)most);
    return -1;
}

static bool is_printable(const char *text)
{
    while ((unsigned char)*text >= ' ' && *text != 0x7f)
        text++;
    return *text == '\0';
}

static int read_text(struct event *e, const char *name, char *out, size_t room)
{
    const char *text = json_text(e->root, name, NULL);
    size_t length = text ? strlen(text) : room;
    if (length < room && is_printable(text)) {
        memset(out, 0, room);
        memcpy(out, text, length);
        return 0;
    }
    const cJSON *node = json_get(e->root, name);
    json_fail(e->json, node ? node : e->root, e->errs, ERR_RANGE, "\"%s\" is a text of at most %zu bytes on one line",
              name, room - 1);
    return -1;
}

static int read_seat(struct event *e, unsigned *seat)
{
    int64_t number;
    if (read_number(e, e->root, "seat", 0, (int64_t)room_seats(e->room) - 1, &number) != 0)
        return -1;
    *seat = (unsigned)number;
    return 0;
}

static void take_standard(struct room *room, unsigned seat)
{
    for (unsigned i = 0; i < GAME_DECISIONS_MAX; i++)
        room->seat[seat].draft[i] = game_seats[seat % GAME_SEATS].decision[i].standard;
}

static int act_open(struct event *e)
{
    struct room *room = e->room;
    int64_t seed, tables, rounds, seconds;
    char code[5], facilitator[65];
    if (read_text(e, "code", code, sizeof code) != 0 ||
        read_text(e, "facilitator", facilitator, sizeof facilitator) != 0 ||
        read_number(e, e->root, "seed", 0, INT64_C(1) << 53, &seed) != 0 ||
        read_number(e, e->root, "tables", 1, ROOM_TABLES_MAX, &tables) != 0 ||
        read_number(e, e->root, "rounds", 1, ROOM_ROUNDS_MAX, &rounds) != 0 ||
        read_number(e, e->root, "seconds", ROOM_SECONDS_MIN, ROOM_SECONDS_MAX, &seconds) != 0)
        return -1;
    if (!room_is_code(code))
        return refuse(e, ERR_RANGE, "a code has four letters, without I and O");
    room->seed = (uint64_t)seed;
    room->tables = (unsigned)tables;
    room->rounds = (unsigned)rounds;
    room->seconds = (unsigned)seconds;
    room->phase = ROOM_LOBBY;
    memcpy(room->code, code, sizeof code);
    memcpy(room->facilitator, facilitator, sizeof facilitator);
    for (unsigned seat = 0; seat < ROOM_SEATS_MAX; seat++)
        take_standard(room, seat);
    return 0;
}

/* Another token for whoever leads: the room was taken up from its log. */
static int act_lead(struct event *e)
{
    return read_text(e, "facilitator", e->room->facilitator, sizeof e->room->facilitator);
}

static int act_join(struct event *e)
{
    unsigned seat;
    char name[ROOM_NAME_MAX + 1], token[65];
    if (read_seat(e, &seat) != 0 || read_text(e, "name", name, sizeof name) != 0 ||
        read_text(e, "token", token, sizeof token) != 0)
        return -1;
    if (is_human(&e->room->seat[seat]))
        return refuse(e, ERR_BUSY, "this seat is taken");
    if (!name[0] || !token[0])
        return refuse(e, ERR_RANGE, "a team has a name and a token");
    memcpy(e->room->seat[seat].name, name, sizeof name);
    memcpy(e->room->seat[seat].token, token, sizeof token);
    return 0;
}

static int act_free(struct event *e)
{
    unsigned seat;
    if (read_seat(e, &seat) != 0)
        return -1;
    struct room_seat *s = &e->room->seat[seat];
    memset(s->name, 0, sizeof s->name);
    memset(s->token, 0, sizeof s->token);
    s->has_decided = false;
    take_standard(e->room, seat);
    return 0;
}

static void begin_round(struct room *room)
{
    room->round++;
    room->phase = ROOM_DECIDING;
    room->is_paused = false;
    room->left = 0;
    room->deadline = room->now + (int64_t)room->seconds * 1000;
    for (unsigned seat = 0; seat < ROOM_SEATS_MAX; seat++)
        room->seat[seat].has_decided = false;
}

static int act_start(struct event *e)
{
    e->room->now = e->at;
    begin_round(e->room);
    return 0;
}

/* A decision as given: a number, or the id of a choice; -1: neither. */
static int32_t value_of(const struct game_decision *decision, const cJSON *node)
{
    for (int32_t i = 0; decision->choice && decision->choice[i] && cJSON_IsString(node); i++)
        if (strcmp(decision->choice[i], node->valuestring) == 0)
            return i;
    bool is_whole = cJSON_IsNumber(node) && node->valuedouble >= 0 && node->valuedouble <= INT32_MAX &&
                    node->valuedouble == (double)(int32_t)node->valuedouble;
    return is_whole ? (int32_t)node->valuedouble : -1;
}

static int fail_value(struct event *e, const cJSON *node, const struct game_decision *decision)
{
    struct err *err =
        json_fail(e->json, node ? node : e->root, e->errs, ERR_RANGE, "\"%s\" cannot be so", decision->id);
    if (decision->choice)
        err_help(err, "one of %s, %s, …", decision->choice[0], decision->choice[1]);
    else
        err_help(err, "from %d to %d in steps of %d", (int)decision->least, (int)decision->most, (int)decision->step);
    return -1;
}

static int act_decide(struct event *e)
{
    unsigned seat;
    int32_t values[GAME_DECISIONS_MAX];
    if (read_seat(e, &seat) != 0)
        return -1;
    const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
    const cJSON *given = json_get(e->root, "values");
    if (!is_human(&e->room->seat[seat]))
        return refuse(e, ERR_BAD_REQUEST, "nobody sits there");
    for (unsigned i = 0; i < rules->decisions; i++) {
        const struct game_decision *decision = &rules->decision[i];
        const cJSON *node = json_get(given, decision->id);
        values[i] = value_of(decision, node);
        if (!game_allows(decision, values[i]))
            return fail_value(e, node, decision);
    }
    memcpy(e->room->seat[seat].draft, values, rules->decisions * sizeof *values);
    e->room->seat[seat].has_decided = true;
    return 0;
}

static int act_pause(struct event *e)
{
    if (e->room->is_paused)
        return refuse(e, ERR_BAD_REQUEST, "the round is paused already");
    e->room->left = room_left(e->room, e->at);
    e->room->is_paused = true;
    return 0;
}

static int act_resume(struct event *e)
{
    if (!e->room->is_paused)
        return refuse(e, ERR_BAD_REQUEST, "the round is not paused");
    e->room->deadline = e->at + e->room->left;
    e->room->left = 0;
    e->room->is_paused = false;
    return 0;
}

static int act_extend(struct event *e)
{
    int64_t seconds;
    if (read_number(e, e->root, "seconds", 1, ROOM_SECONDS_MAX, &seconds) != 0)
        return -1;
    int64_t from = e->room->deadline > e->at ? e->room->deadline : e->at;
    if (e->room->is_paused)
        e->room->left += seconds * 1000;
    else
        e->room->deadline = from + seconds * 1000;
    return 0;
}

static int act_wait(struct event *e)
{
    e->room->waits_for_all = json_bool(e->root, "all", true);
    return 0;
}

static int act_say(struct event *e)
{
    return read_text(e, "text", e->room->text, sizeof e->room->text);
}

/* The round ends: whoever has not decided, or is nobody, is played by a bot. */
static int act_close(struct event *e)
{
    struct room *room = e->room;
    struct room_round *round = &room->history[room->round - 1];
    for (unsigned seat = 0; seat < room_seats(room); seat++) {
        const struct room_seat *s = &room->seat[seat];
        unsigned table = seat / GAME_SEATS, at = seat % GAME_SEATS;
        round->by_bot[seat] = !is_human(s) || !s->has_decided;
        if (round->by_bot[seat])
            game_bot(room->seed, table, at, room->round, round->play[table].value[at]);
        else
            memcpy(round->play[table].value[at], s->draft, sizeof s->draft);
    }
    room->phase = ROOM_RUNNING;
    room->is_paused = false;
    room->left = room->deadline = 0;
    return 0;
}

static int read_outcome(struct event *e, struct game_outcome *outcome)
{
    const int64_t most = INT64_C(1) << 50;
    const cJSON *results = json_get(e->root, "results");
    *outcome = (struct game_outcome){0};
    for (unsigned i = 0; i < GAME_SEATS; i++)
        if (read_number(e, results, game_seats[i].id, -most, most, &outcome->result[i]) != 0)
            return -1;
    return read_number(e, e->root, "orders", 0, most, &outcome->orders) != 0 ||
                   read_number(e, e->root, "revenue", -most, most, &outcome->revenue) != 0 ||
                   read_number(e, e->root, "waiting", 0, most, &outcome->waiting_hours) != 0
               ? -1
               : 0;
}

static int act_standard(struct event *e)
{
    struct game_outcome outcome;
    if (read_outcome(e, &outcome) != 0)
        return -1;
    e->room->standard = outcome;
    e->room->has_standard = true;
    return 0;
}

static int act_outcome(struct event *e)
{
    struct room *room = e->room;
    struct game_outcome outcome;
    int64_t table;
    if (read_number(e, e->root, "table", 0, (int64_t)room->tables - 1, &table) != 0 || read_outcome(e, &outcome) != 0)
        return -1;
    if (!room->has_standard)
        return refuse(e, ERR_BAD_REQUEST, "what the standard decisions give must be known first");
    struct room_round *round = &room->history[room->round - 1];
    round->outcome[table] = outcome;
    round->outcomes |= 1u << table;
    for (unsigned i = 0; i < GAME_SEATS; i++)
        round->points[(unsigned)table * GAME_SEATS + i] = game_points(&outcome, &room->standard, i);
    if (round->outcomes == (1u << room->tables) - 1)
        room->phase = ROOM_RESULTS;
    return 0;
}

static int act_next(struct event *e)
{
    e->room->now = e->at;
    if (e->room->round == e->room->rounds)
        e->room->phase = ROOM_OVER;
    else
        begin_round(e->room);
    return 0;
}

static int act_end(struct event *e)
{
    e->room->phase = ROOM_OVER;
    e->room->is_paused = false;
    return 0;
}

#define IN(phase) (1u << ROOM_##phase)
#define ANY (IN(LOBBY) | IN(DECIDING) | IN(RUNNING) | IN(RESULTS))

static const struct {
    const char *name;
    unsigned phases; /* in which it may be done */
    int (*act)(struct event *e);
} acts[] = {
    {"open", IN(UNSET), act_open},
    {"lead", ANY | IN(OVER), act_lead},
    {"join", ANY, act_join},
    {"free", ANY, act_free},
    {"start", IN(LOBBY), act_start},
    {"decide", IN(DECIDING), act_decide},
    {"pause", IN(DECIDING), act_pause},
    {"resume", IN(DECIDING), act_resume},
    {"extend", IN(DECIDING), act_extend},
    {"wait", ANY, act_wait},
    {"say", ANY | IN(OVER), act_say},
    {"close", IN(DECIDING), act_close},
    {"standard", IN(LOBBY) | IN(DECIDING) | IN(RUNNING), act_standard},
    {"outcome", IN(RUNNING), act_outcome},
    {"next", IN(RESULTS), act_next},
    {"end", ANY, act_end},
};
enum { ACTS = sizeof acts / sizeof *acts };

static int act(struct event *e)
{
    const char *names[ACTS], *name = json_text(e->root, "do", "");
    for (size_t i = 0; i < ACTS; i++) {
        names[i] = acts[i].name;
        if (strcmp(name, acts[i].name) != 0)
            continue;
        if (!(acts[i].phases >> e->room->phase & 1)) {
            json_fail(e->json, json_get(e->root, "do"), e->errs, ERR_BAD_REQUEST, "\"%s\" cannot be done now (%s)",
                      name, e->room->phase ? room_phase_id(e->room->phase) : "not open");
            return -1;
        }
        return acts[i].act(e);
    }
    const cJSON *node = json_get(e->root, "do");
    struct err *err =
        json_fail(e->json, node ? node : e->root, e->errs, ERR_UNKNOWN_VALUE, "nothing is called \"%.40s\"", name);
    err_suggest(err, name, names, ACTS);
    return -1;
}

int room_apply(struct room *room, const char *line, size_t length, struct errs *errs)
{
    struct json json;
    struct room *next = memory_take(sizeof *next); /* all of an event, or none */
    int result = json_read(&json, "event", line, length, errs);
    *next = *room;
    if (result == 0) {
        struct event e = {next, &json, json.root, errs, 0};
        result = read_number(&e, json.root, "at", 0, INT64_C(1) << 53, &e.at);
        if (result == 0 && e.at < room->now)
            e.at = room->now; /* a clock that was put back moves no deadline */
        if (result == 0)
            result = act(&e);
        if (result == 0) {
            next->now = e.at;
            next->events = room->events + 1;
            *room = *next;
        }
    }
    json_finish(&json);
    memory_release(next);
    return result;
}

int room_replay(struct room *room, const char *log, size_t length, size_t *used, struct errs *errs)
{
    *used = 0;
    while (*used < length) {
        const char *line = log + *used, *end = memchr(line, '\n', length - *used);
        if (!end)
            return 0;
        if (room_apply(room, line, (size_t)(end - line), errs) != 0)
            return -1;
        *used = (size_t)(end - log) + 1;
    }
    return 0;
}

/* ---- events as lines ---- */

static void begin(struct buf *out, int64_t at, const char *name)
{
    buf_printf(out, "{\"at\": %lld, \"do\": \"%s\"", (long long)at, name);
}

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ", \"%s\": ", name);
    buf_json_string(out, text, strlen(text));
}

void room_say(struct buf *out, int64_t at, const char *name)
{
    begin(out, at, name);
    buf_puts(out, "}\n");
}

void room_say_open(struct buf *out, int64_t at, const char *code, const char *facilitator, uint64_t seed,
                   unsigned tables, unsigned rounds, unsigned seconds)
{
    begin(out, at, "open");
    add_text(out, "code", code);
    add_text(out, "facilitator", facilitator);
    buf_printf(out, ", \"seed\": %llu, \"tables\": %u, \"rounds\": %u, \"seconds\": %u}\n", (unsigned long long)seed,
               tables, rounds, seconds);
}

void room_say_lead(struct buf *out, int64_t at, const char *facilitator)
{
    begin(out, at, "lead");
    add_text(out, "facilitator", facilitator);
    buf_puts(out, "}\n");
}

void room_say_join(struct buf *out, int64_t at, unsigned seat, const char *name, const char *token)
{
    begin(out, at, "join");
    buf_printf(out, ", \"seat\": %u", seat);
    add_text(out, "name", name);
    add_text(out, "token", token);
    buf_puts(out, "}\n");
}

void room_say_decide(struct buf *out, int64_t at, unsigned seat, const int32_t *values)
{
    const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
    begin(out, at, "decide");
    buf_printf(out, ", \"seat\": %u, \"values\": {", seat);
    for (unsigned i = 0; i < rules->decisions; i++)
        buf_printf(out, "%s\"%s\": %d", i ? ", " : "", rules->decision[i].id, (int)values[i]);
    buf_puts(out, "}}\n");
}

void room_say_outcome(struct buf *out, int64_t at, unsigned table, const struct game_outcome *outcome)
{
    begin(out, at, table == ROOM_TABLES_MAX ? "standard" : "outcome");
    if (table != ROOM_TABLES_MAX)
        buf_printf(out, ", \"table\": %u", table);
    buf_puts(out, ", \"results\": {");
    for (unsigned i = 0; i < GAME_SEATS; i++)
        buf_printf(out, "%s\"%s\": %lld", i ? ", " : "", game_seats[i].id, (long long)outcome->result[i]);
    buf_printf(out, "}, \"orders\": %lld, \"revenue\": %lld, \"waiting\": %lld}\n", (long long)outcome->orders,
               (long long)outcome->revenue, (long long)outcome->waiting_hours);
}
