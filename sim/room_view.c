/* room_view: a room as a browser is shown it: nobody sees what others decide before the round has ended. */
#include "sim/room.h"

#include <string.h>

#include "core/buf.h"
#include "sim/out_json.h"

static void add_words(struct out_json *json, const char *name, const struct game_text *text)
{
    out_json_begin_flat(json, name, '{');
    out_json_text(json, "en", text->en);
    out_json_text(json, "zh", text->zh);
    out_json_end(json, '}');
}

/* ---- the rules ---- */

static void add_decision(struct out_json *json, const struct game_decision *decision)
{
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "id", decision->id);
    add_words(json, "title", &decision->title);
    if (decision->choice) {
        out_json_begin_flat(json, "choices", '[');
        for (size_t i = 0; decision->choice[i]; i++) {
            out_json_begin_flat(json, NULL, '{');
            out_json_text(json, "id", decision->choice[i]);
            add_words(json, "title", &decision->choice_title[i]);
            out_json_end(json, '}');
        }
        out_json_end(json, ']');
    } else {
        add_words(json, "unit", &decision->unit);
        out_json_int(json, "least", decision->least);
        out_json_int(json, "most", decision->most);
        out_json_int(json, "step", decision->step);
    }
    out_json_int(json, "standard", decision->standard);
    out_json_end(json, '}');
}

static void add_rules(struct out_json *json)
{
    out_json_begin(json, "rules", '[');
    for (unsigned seat = 0; seat < GAME_SEATS; seat++) {
        const struct game_seat *rules = &game_seats[seat];
        out_json_begin(json, NULL, '{');
        out_json_text(json, "id", rules->id);
        out_json_text(json, "role", rules->role);
        add_words(json, "title", &rules->title);
        add_words(json, "goal", &rules->goal);
        out_json_begin(json, "decisions", '[');
        for (unsigned i = 0; i < rules->decisions; i++)
            add_decision(json, &rules->decision[i]);
        out_json_end(json, ']');
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

/* ---- seats ---- */

static void add_values(struct out_json *json, const char *name, unsigned seat, const int32_t *value)
{
    const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
    out_json_begin_flat(json, name, '{');
    for (unsigned i = 0; i < rules->decisions; i++)
        out_json_int(json, rules->decision[i].id, value[i]);
    out_json_end(json, '}');
}

static void add_seat(struct out_json *json, const struct room *room, unsigned seat)
{
    const struct room_seat *s = &room->seat[seat];
    out_json_begin_flat(json, NULL, '{');
    out_json_int(json, "seat", seat);
    out_json_int(json, "table", seat / GAME_SEATS + 1);
    out_json_text(json, "rules", game_seats[seat % GAME_SEATS].id);
    out_json_text(json, "name", s->name);
    out_json_bool(json, "is_bot", s->name[0] == '\0');
    out_json_bool(json, "has_decided", s->has_decided);
    out_json_int(json, "points", room_points(room, seat));
    out_json_end(json, '}');
}

/* ---- rounds that have ended ---- */

static void add_result(struct out_json *json, const struct room *room, const struct room_round *round, unsigned seat)
{
    unsigned table = seat / GAME_SEATS, at = seat % GAME_SEATS;
    out_json_begin_flat(json, NULL, '{');
    out_json_int(json, "seat", seat);
    out_json_bool(json, "by_bot", round->by_bot[seat]);
    add_values(json, "values", seat, round->play[table].value[at]);
    out_json_int(json, "result", round->outcome[table].result[at]);
    out_json_int(json, "standard", room->standard.result[at]);
    out_json_int(json, "points", round->points[seat]);
    out_json_end(json, '}');
}

static void add_table(struct out_json *json, const struct game_outcome *outcome, unsigned table)
{
    out_json_begin_flat(json, NULL, '{');
    if (table)
        out_json_int(json, "table", table);
    out_json_int(json, "orders", outcome->orders);
    out_json_int(json, "revenue", outcome->revenue);
    out_json_decimal(json, "waiting_hours", outcome->waiting_hours, 2);
    out_json_end(json, '}');
}

static void add_round(struct out_json *json, const struct room *room, unsigned number)
{
    const struct room_round *round = &room->history[number - 1];
    out_json_begin(json, NULL, '{');
    out_json_int(json, "round", number);
    out_json_begin(json, "tables", '[');
    for (unsigned table = 0; table < room->tables; table++)
        add_table(json, &round->outcome[table], table + 1);
    out_json_end(json, ']');
    out_json_begin(json, "seats", '[');
    for (unsigned seat = 0; seat < room_seats(room); seat++)
        add_result(json, room, round, seat);
    out_json_end(json, ']');
    out_json_end(json, '}');
}

static void add_history(struct out_json *json, const struct room *room)
{
    out_json_begin(json, "history", '[');
    for (unsigned round = 1; round <= room_ended(room); round++)
        add_round(json, room, round);
    out_json_end(json, ']');
}

/* ---- the whole ---- */

static void add_head(struct out_json *json, const struct room *room, int64_t now)
{
    out_json_text(json, "code", room->code);
    out_json_text(json, "phase", room_phase_id(room->phase));
    out_json_int(json, "round", room->round);
    out_json_int(json, "rounds", room->rounds);
    out_json_int(json, "seconds", room->seconds);
    out_json_int(json, "left_ms", room_left(room, now));
    out_json_bool(json, "is_paused", room->is_paused);
    out_json_bool(json, "waits_for_all", room->waits_for_all);
    out_json_int(json, "missing", room_missing(room));
    out_json_text(json, "text", room->text);
    out_json_int(json, "events", (int64_t)room->events);
}

void room_view(const struct room *room, unsigned seat, int64_t now, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    add_head(&json, room, now);
    if (seat < room_seats(room)) {
        out_json_begin(&json, "own", '{');
        out_json_int(&json, "seat", seat);
        add_values(&json, "values", seat, room->seat[seat].draft);
        out_json_end(&json, '}');
    }
    out_json_begin(&json, "seats", '[');
    for (unsigned i = 0; i < room_seats(room); i++)
        add_seat(&json, room, i);
    out_json_end(&json, ']');
    add_history(&json, room);
    add_rules(&json);
    out_json_end(&json, '}');
}
