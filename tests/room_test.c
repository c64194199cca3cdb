/* room_test: the state machine of a room: seats, rounds, time, bots, outcomes, its log; and what a table plays. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/arena.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/book.h"
#include "sim/room.h"

struct hall {
    struct room room;
    struct buf log;
    int64_t now;
    char text[240]; /* of the last complaint */
};

/* ---- doing things ---- */

static bool did(struct hall *hall, const char *line)
{
    struct errs errs = {0};
    if (room_apply(&hall->room, line, strlen(line), &errs) != 0)
        return false;
    buf_puts(&hall->log, line);
    buf_puts(&hall->log, line[strlen(line) - 1] == '\n' ? "" : "\n");
    return true;
}

static const char *complaint(struct hall *hall, const char *line)
{
    struct errs errs = {0};
    uint64_t before = room_hash(&hall->room);
    assert_int_equal(room_apply(&hall->room, line, strlen(line), &errs), -1);
    assert_true(room_hash(&hall->room) == before); /* nothing of it happened */
    snprintf(hall->text, sizeof hall->text, "%s", errs.item[0].message);
    return hall->text;
}

__attribute__((format(printf, 2, 3))) static void act(struct hall *hall, const char *format, ...)
{
    char line[600];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (!did(hall, line))
        fail_msg("refused: %s", line);
}

static void open_room(struct hall *hall, unsigned tables, unsigned rounds)
{
    struct buf line = {0};
    *hall = (struct hall){.now = 1000};
    room_say_open(&line, hall->now, "WXYZ", "abc", 7, tables, rounds, 60);
    act(hall, "%s", buf_text(&line));
    buf_finish(&line);
}

static void join(struct hall *hall, unsigned seat, const char *name)
{
    struct buf line = {0};
    char token[32];
    snprintf(token, sizeof token, "token-%u", seat);
    room_say_join(&line, hall->now, seat, name, token);
    act(hall, "%s", buf_text(&line));
    buf_finish(&line);
}

static void decide(struct hall *hall, unsigned seat, int32_t a, int32_t b, int32_t c)
{
    const int32_t values[] = {a, b, c};
    struct buf line = {0};
    room_say_decide(&line, hall->now, seat, values);
    act(hall, "%s", buf_text(&line));
    buf_finish(&line);
}

/* Outcomes out of thin air: a room does not care where they come from. */
static void give_outcomes(struct hall *hall)
{
    struct game_outcome outcome = {{100000, 90000, 40000, 400000, 20000}, 11000, 400000, 250};
    struct buf line = {0};
    if (!hall->room.has_standard) {
        room_say_outcome(&line, hall->now, ROOM_TABLES_MAX, &outcome);
        act(hall, "%s", buf_text(&line));
    }
    for (unsigned table = 0; table < hall->room.tables; table++) {
        outcome.result[0] += 5000 + table * 1000;
        outcome.orders -= 110;
        buf_clear(&line);
        room_say_outcome(&line, hall->now, table, &outcome);
        act(hall, "%s", buf_text(&line));
    }
    buf_finish(&line);
}

static void finish(struct hall *hall)
{
    buf_finish(&hall->log);
}

/* ---- seats ---- */

static void test_seats(void **state)
{
    struct hall hall;
    (void)state;
    open_room(&hall, 2, 3);
    assert_int_equal(room_seats(&hall.room), 10);
    assert_int_equal(room_free_seat(&hall.room, NULL), 0);
    join(&hall, 0, "Alpha");
    assert_int_equal(room_free_seat(&hall.room, NULL), 5); /* the emptier table */
    assert_int_equal(room_free_seat(&hall.room, "seller"), 5);
    assert_int_equal(room_free_seat(&hall.room, "customs"), 8);
    assert_int_equal(room_free_seat(&hall.room, "pirate"), ROOM_SEATS_MAX);
    assert_string_equal(complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":0,\"name\":\"B\",\"token\":\"t\"}"),
                        "this seat is taken");
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":10,\"name\":\"B\",\"token\":\"t\"}");
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":1,\"name\":\"\",\"token\":\"t\"}");
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":1,\"name\":\"B\"}");
    act(&hall, "{\"at\":1,\"do\":\"free\",\"seat\":0}");
    join(&hall, 0, "Beta");
    assert_string_equal(hall.room.seat[0].name, "Beta");
    finish(&hall);
}

/* Forty people, and no forty-first. */
static void test_forty(void **state)
{
    struct hall hall;
    (void)state;
    open_room(&hall, ROOM_TABLES_MAX, 1);
    for (unsigned i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "Team %u", i);
        join(&hall, room_free_seat(&hall.room, NULL), name);
    }
    assert_int_equal(room_free_seat(&hall.room, NULL), ROOM_SEATS_MAX);
    act(&hall, "{\"at\":2000,\"do\":\"start\"}");
    assert_int_equal(room_missing(&hall.room), 40);
    for (unsigned seat = 0; seat < 40; seat++) {
        const struct game_seat *rules = &game_seats[seat % GAME_SEATS];
        decide(&hall, seat, rules->decision[0].standard, rules->decision[1].standard, rules->decision[2].standard);
    }
    assert_int_equal(room_missing(&hall.room), 0);
    assert_true(room_is_due(&hall.room, 2001));
    act(&hall, "{\"at\":2001,\"do\":\"close\"}");
    give_outcomes(&hall);
    for (unsigned seat = 0; seat < 40; seat++)
        assert_false(hall.room.history[0].by_bot[seat]);
    assert_int_equal(hall.room.phase, ROOM_RESULTS);
    finish(&hall);
}

/* ---- rounds and time ---- */

static void test_time(void **state)
{
    struct hall hall;
    (void)state;
    open_room(&hall, 1, 2);
    join(&hall, 0, "Alpha");
    join(&hall, 3, "Customs");
    act(&hall, "{\"at\":10000,\"do\":\"start\"}");
    assert_int_equal(room_left(&hall.room, 10000), 60000);
    assert_false(room_is_due(&hall.room, 69999));
    assert_true(room_is_due(&hall.room, 70000));
    act(&hall, "{\"at\":30000,\"do\":\"pause\"}");
    assert_int_equal(room_left(&hall.room, 500000), 40000);
    assert_false(room_is_due(&hall.room, 500000));
    assert_string_equal(complaint(&hall, "{\"at\":30000,\"do\":\"pause\"}"), "the round is paused already");
    act(&hall, "{\"at\":500000,\"do\":\"extend\",\"seconds\":5}");
    act(&hall, "{\"at\":500000,\"do\":\"resume\"}");
    assert_int_equal(room_left(&hall.room, 500000), 45000);
    act(&hall, "{\"at\":500000,\"do\":\"wait\",\"all\":true}");
    assert_false(room_is_due(&hall.room, 900000)); /* over, but one waits for all */
    decide(&hall, 0, 0, 95, 30);
    assert_int_equal(room_missing(&hall.room), 1);
    act(&hall, "{\"at\":500000,\"do\":\"wait\",\"all\":false}");
    assert_true(room_is_due(&hall.room, 900000));
    decide(&hall, 3, 100, 20, 30);
    assert_true(room_is_due(&hall.room, 500001)); /* all have decided */
    finish(&hall);
}

static void test_phases(void **state)
{
    struct hall hall;
    (void)state;
    open_room(&hall, 1, 2);
    assert_string_equal(complaint(&hall, "{\"at\":1,\"do\":\"close\"}"), "\"close\" cannot be done now (lobby)");
    assert_string_equal(complaint(&hall, "{\"at\":1,\"do\":\"strat\"}"), "nothing is called \"strat\"");
    complaint(&hall, "{\"do\":\"start\"}");
    complaint(&hall, "{\"at\":1,\"do\":\"start\"");
    join(&hall, 1, "Beta");
    for (unsigned round = 1; round <= 2; round++) {
        act(&hall, round == 1 ? "{\"at\":5000,\"do\":\"start\"}" : "{\"at\":9000,\"do\":\"next\"}");
        assert_int_equal(hall.room.round, round);
        act(&hall, "{\"at\":9000,\"do\":\"close\"}");
        assert_string_equal(complaint(&hall, "{\"at\":9000,\"do\":\"next\"}"), "\"next\" cannot be done now (running)");
        give_outcomes(&hall);
        assert_int_equal(room_ended(&hall.room), round);
    }
    act(&hall, "{\"at\":9000,\"do\":\"next\"}");
    assert_int_equal(hall.room.phase, ROOM_OVER);
    assert_int_equal(room_ended(&hall.room), 2);
    complaint(&hall, "{\"at\":9000,\"do\":\"start\"}");
    finish(&hall);
}

static void test_decisions(void **state)
{
    static const char *const wrong[] = {
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":3,\"price\":100,\"stock\":45}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":\"boat\",\"price\":100,\"stock\":45}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":0,\"price\":131,\"stock\":45}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":0,\"price\":100,\"stock\":46}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":0,\"price\":100.5,\"stock\":45}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":{\"channel\":0,\"price\":100}}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":0}",
        "{\"at\":5000,\"do\":\"decide\",\"seat\":1,\"values\":{\"channel\":0,\"price\":100,\"stock\":45}}",
    };
    struct hall hall;
    (void)state;
    open_room(&hall, 1, 1);
    join(&hall, 0, "Alpha");
    act(&hall, "{\"at\":5000,\"do\":\"start\"}");
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        complaint(&hall, wrong[i]);
    act(&hall, "{\"at\":5000,\"do\":\"decide\",\"seat\":0,\"values\":"
               "{\"channel\":\"direct_mail\",\"price\":90,\"stock\":20}}");
    act(&hall, "{\"at\":6000,\"do\":\"close\"}");
    const struct room_round *round = &hall.room.history[0];
    assert_int_equal(round->play[0].value[0][0], 1);
    assert_int_equal(round->play[0].value[0][1], 90);
    assert_false(round->by_bot[0]);
    assert_true(round->by_bot[1]);
    assert_memory_equal(round->play[0].value[3], ((int32_t[]){70, 10, 50}), 3 * sizeof(int32_t));
    finish(&hall);
}

/* ---- the log ---- */

static void play_three_rounds(struct hall *hall)
{
    open_room(hall, 2, 3);
    join(hall, 0, "Alpha");
    join(hall, 6, "Beta \\\"quoted\\\"");
    join(hall, 3, "海关队");
    act(hall, "{\"at\":2000,\"do\":\"start\"}");
    for (unsigned round = 1; round <= 3; round++) {
        decide(hall, 0, (int32_t)(round % 3), 100, 45);
        if (round == 2)
            act(hall, "{\"at\":3000,\"do\":\"pause\"}");
        act(hall, "{\"at\":%u,\"do\":\"say\",\"text\":\"round %u\"}", 4000 + round, round);
        act(hall, "{\"at\":%u,\"do\":\"close\"}", 5000 + round * 1000);
        give_outcomes(hall);
        act(hall, "{\"at\":%u,\"do\":\"next\"}", 5500 + round * 1000);
    }
}

/* The same events give the same room, also when it is taken up anywhere in between. */
static void test_replay(void **state)
{
    struct hall hall;
    size_t used;
    (void)state;
    play_three_rounds(&hall);
    struct room *again = memory_take(sizeof *again);
    struct errs errs = {0};
    assert_int_equal(room_replay(again, hall.log.data, hall.log.length, &used, &errs), 0);
    assert_int_equal(used, hall.log.length);
    assert_true(room_hash(again) == room_hash(&hall.room));
    for (size_t cut = 0; cut < hall.log.length; cut += 37) { /* torn anywhere: what is whole counts */
        size_t rest;
        memset(again, 0, sizeof *again);
        assert_int_equal(room_replay(again, hall.log.data, cut, &used, &errs), 0);
        assert_true(used <= cut && (used == 0 || hall.log.data[used - 1] == '\n'));
        assert_int_equal(room_replay(again, hall.log.data + used, hall.log.length - used, &rest, &errs), 0);
        assert_true(room_hash(again) == room_hash(&hall.room));
    }
    memory_release(again);
    finish(&hall);
}

static void test_bots(void **state)
{
    struct hall first, second;
    (void)state;
    play_three_rounds(&first);
    play_three_rounds(&second);
    assert_memory_equal(first.room.history, second.room.history, sizeof first.room.history);
    const struct room_round *round = first.room.history;
    struct game_play standard;
    game_standard(&standard);
    assert_memory_equal(round[0].play[0].value[1], standard.value[1], sizeof standard.value[1]); /* begins as usual */
    assert_memory_not_equal(round[1].play[0].value[1], round[2].play[0].value[1], sizeof standard.value[1]);
    assert_memory_not_equal(round[1].play[0].value[1], round[1].play[1].value[1], sizeof standard.value[1]);
    for (uint64_t seed = 0; seed < 200; seed++)
        for (unsigned seat = 0; seat < GAME_SEATS; seat++) {
            int32_t value[GAME_DECISIONS_MAX];
            game_bot(seed, 0, seat, 2, value); /* checks its own bounds */
        }
    finish(&first);
    finish(&second);
}

static void test_codes(void **state)
{
    char code[5];
    (void)state;
    for (uint64_t bits = 0; bits < 100000; bits++) {
        room_code(bits * UINT64_C(0x9E3779B97F4A7C15) >> 24, code);
        assert_true(room_is_code(code));
        assert_null(strpbrk(code, "01IO"));
    }
    assert_false(room_is_code("ABCI"));
    assert_false(room_is_code("ABCDE"));
    assert_false(room_is_code("abcd"));
}

/* ---- points, views, what is left behind ---- */

static void test_points(void **state)
{
    struct game_outcome standard = {{100000, 90000, 40000, 400000, 20000}, 11000, 400000, 0}, outcome = standard;
    (void)state;
    for (unsigned seat = 0; seat < GAME_SEATS; seat++)
        assert_int_equal(game_points(&outcome, &standard, seat), 100);
    outcome.result[0] += 12400;
    assert_int_equal(game_points(&outcome, &standard, 0), 112);
    outcome.result[4] -= 35000;
    assert_int_equal(game_points(&outcome, &standard, 4), 65);
    outcome.revenue = outcome.result[3] = 480000; /* a fifth more: 10 points; 3 % of orders lost: 6 less */
    outcome.orders = 10670;
    assert_int_equal(game_points(&outcome, &standard, 3), 104);
    outcome.result[1] = INT64_C(1) << 40;
    assert_int_equal(game_points(&outcome, &standard, 1), 1000);
}

static void test_views(void **state)
{
    struct hall hall;
    struct buf out = {0};
    struct json json;
    struct errs errs = {0};
    (void)state;
    open_room(&hall, 1, 3);
    join(&hall, 0, "Alpha <b>");
    act(&hall, "{\"at\":2000,\"do\":\"start\"}");
    decide(&hall, 0, 2, 88, 45);
    room_view(&hall.room, 1, 3000, &out);
    assert_null(strstr(buf_text(&out), "88")); /* not before the round has ended */
    buf_clear(&out);
    room_view(&hall.room, 0, 3000, &out);
    assert_non_null(strstr(buf_text(&out), "\"values\": {\"channel\": 2, \"price\": 88, \"stock\": 45}"));
    assert_null(strstr(buf_text(&out), "token"));
    if (json_read(&json, "view", out.data, out.length, &errs) != 0)
        unit_fail_with(&errs);
    assert_int_equal(json_integer(json.root, "left_ms", 0), 59000);
    json_finish(&json);
    act(&hall, "{\"at\":4000,\"do\":\"close\"}");
    give_outcomes(&hall);
    buf_clear(&out);
    room_csv(&hall.room, &out);
    assert_non_null(strstr(buf_text(&out),
                           "\r\n1,1,seller_a,seller,Alpha <b>,no,channel,personal_parcel,price,88,stock,45,"
                           "105000,100000,105,10890,400000\r\n"));
    assert_non_null(strstr(buf_text(&out), "\r\n1,1,customs,customs,,yes,vat_share,70,sampling,10,waiver,50,"));
    buf_clear(&out);
    room_report(&hall.room, LANG_ZH, &out);
    assert_non_null(strstr(buf_text(&out), "Alpha &lt;b&gt;"));
    assert_non_null(strstr(buf_text(&out), "房间 WXYZ"));
    buf_finish(&out);
    finish(&hall);
}

static void test_ended_in_the_lobby(void **state)
{
    struct hall hall;
    struct buf out = {0};
    (void)state;
    open_room(&hall, 1, 3);
    act(&hall, "{\"at\":2000,\"do\":\"end\"}");
    assert_int_equal(room_ended(&hall.room), 0);
    room_view(&hall.room, ROOM_SEATS_MAX, 3000, &out);
    assert_non_null(strstr(buf_text(&out), "\"history\": []"));
    buf_clear(&out);
    room_csv(&hall.room, &out);
    assert_null(strchr(strchr(buf_text(&out), '\n') + 1, '\n')); /* the head alone */
    buf_clear(&out);
    room_report(&hall.room, LANG_EN, &out);
    assert_null(strstr(buf_text(&out), "Round 1"));
    buf_finish(&out);
    finish(&hall);
}

/* A name is typed by whoever has the code, and read in the facilitator's browser and spreadsheet. */
static void test_names(void **state)
{
    struct hall hall;
    struct buf out = {0};
    (void)state;
    open_room(&hall, 1, 3);
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":0,\"name\":\"a\\u001b[2J\",\"token\":\"t\"}");
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":0.5,\"name\":\"a\",\"token\":\"t\"}");
    complaint(&hall, "{\"at\":1,\"do\":\"join\",\"seat\":1e300,\"name\":\"a\",\"token\":\"t\"}");
    complaint(&hall, "{\"at\":-1e300,\"do\":\"start\"}");
    join(&hall, 0, "=HYPERLINK(\"//x\",\"y\")");
    act(&hall, "{\"at\":2000,\"do\":\"start\"}");
    act(&hall, "{\"at\":4000,\"do\":\"close\"}");
    give_outcomes(&hall);
    room_csv(&hall.room, &out);
    assert_non_null(strstr(buf_text(&out), "\r\n1,1,seller_a,seller,\"'=HYPERLINK(\"\"//x\"\",\"\"y\"\")\",yes,"));
    buf_finish(&out);
    finish(&hall);
}

/* ---- what a table plays ---- */

struct stage {
    struct book book;
    struct api *api;
};

static struct game_outcome outcome_of(struct stage *stage, const struct game_play *play)
{
    struct buf request = {0}, summary = {0};
    struct game_outcome outcome;
    struct errs errs = {0};
    game_request(play, 7, &request);
    if (api_call(stage->api, "run", request.data, request.length, &summary) != ERR_NONE)
        fail_msg("%s", buf_text(&summary));
    if (game_read(summary.data, summary.length, play, &outcome, &errs) != 0)
        unit_fail_with(&errs);
    buf_finish(&request);
    buf_finish(&summary);
    return outcome;
}

/* Each lever does what its seat would expect, and no seat has one extreme that is best. */
static void test_game(void **state)
{
    struct stage stage = {0};
    struct errs errs = {0};
    struct game_play play;
    (void)state;
    assert_int_equal(book_load(&stage.book, NULL, 0, &errs), 0);
    stage.api = api_create(&stage.book);
    game_standard(&play);
    struct game_outcome standard = outcome_of(&stage, &play), again = outcome_of(&stage, &play), other;
    assert_memory_equal(&standard, &again, sizeof standard);
    for (unsigned seat = 0; seat < GAME_SEATS; seat++)
        assert_true(standard.result[seat] > 10000);
    for (int32_t price = 80; price <= 130; price += 50) { /* too cheap, too dear */
        play.value[0][1] = price;
        other = outcome_of(&stage, &play);
        assert_true(other.result[0] < standard.result[0]);
        assert_true(price == 80 ? other.result[1] < standard.result[1] : other.result[1] > standard.result[1]);
    }
    game_standard(&play);
    play.value[3][0] = 200;
    other = outcome_of(&stage, &play);
    assert_true(other.revenue > standard.revenue && other.orders < standard.orders);
    game_standard(&play);
    play.value[4][1] = 5; /* no room: everything waits */
    other = outcome_of(&stage, &play);
    assert_true(other.waiting_hours > standard.waiting_hours + 500 && other.result[4] < standard.result[4]);
    for (unsigned seat = 0; seat < 3; seat++)
        for (int32_t channel = 0; game_seats[seat].decision[0].choice[channel]; channel++) { /* all ways can be run */
            game_standard(&play);
            play.value[seat][0] = channel;
            outcome_of(&stage, &play);
        }
    api_destroy(stage.api);
    book_finish(&stage.book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seats),  cmocka_unit_test(test_forty),     cmocka_unit_test(test_time),
        cmocka_unit_test(test_phases), cmocka_unit_test(test_decisions), cmocka_unit_test(test_replay),
        cmocka_unit_test(test_bots),   cmocka_unit_test(test_codes),     cmocka_unit_test(test_points),
        cmocka_unit_test(test_views),  cmocka_unit_test(test_names),    cmocka_unit_test(test_game),
        cmocka_unit_test(test_ended_in_the_lobby),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
