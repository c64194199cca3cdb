/* outside_test: an order waits for an answer while the others go on; the same answers at the same times make the same
 * world; a paced run whose endpoint is slow, silent or at a loss is repeated by its log. */
#include "tests/world_run.h"

#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "core/digest.h"
#include "core/json.h"
#include "sim/batch.h"
#include "sim/out_folder.h"
#include "sim/outpost.h"
#include "sim/outpost_log.h"

#define OUTSIDE(step, otherwise)                                                                   \
    "{\"outside\":{\"step\":\"" step "\",\"url\":\"http://127.0.0.1:1/\",\"otherwise\":\"" otherwise "\"}}"

/* ---- a world and whoever answers ---- */

enum { NOBODY_ELSE = 4000 };

/* Answers some questions at once, each after a delay of its own, and keeps the others. */
struct desk {
    struct run run;
    bool declines, is_mute;
    int64_t delay_s;
    struct world_question kept[NOBODY_ELSE];
    size_t keeps, asked;
    char last[2000]; /* body */
};

static void ask(void *self, struct world *world, const struct world_question *question)
{
    struct desk *desk = self;
    assert_int_equal(question->number, ++desk->asked);
    assert_true(question->length < sizeof desk->last);
    memcpy(desk->last, question->body, question->length);
    desk->last[question->length] = '\0';
    if (!desk->is_mute)
        world_answer(world, question, !desk->declines, question->asked_at + desk->delay_s);
    else if (desk->keeps < NOBODY_ELSE)
        desk->kept[desk->keeps++] = *question;
}

static struct desk *open_desk(const struct book *book, const char *patch, uint64_t limit)
{
    struct desk *desk = memory_take(sizeof *desk);
    load(&desk->run, book, "tests/world/market.json", patch);
    desk->delay_s = 3600;
    scenario_limit(desk->run.scenario, limit);
    start(&desk->run, 7);
    world_ask(desk->run.world, ask, desk);
    return desk;
}

static void close_desk(struct desk *desk)
{
    finish(&desk->run);
    memory_release(desk);
}

static uint64_t count(const struct desk *desk, enum order_state state)
{
    return desk->run.tally->orders[state];
}

static void nobody_to_ask_is_an_error(void **state)
{
    struct run run;
    load(&run, *state, "tests/world/market.json", OUTSIDE("payment", "accept"));
    start(&run, 7);
    assert_int_equal(world_advance(run.world, INT64_MAX, 0), WORLD_FAILED);
    assert_int_equal(world_error(run.world)->code, ERR_UNAVAILABLE);
    assert_non_null(strstr(world_error(run.world)->message, "\"payment\""));
    finish(&run);
}

static void answers_decide_the_payment(void **state)
{
    struct desk *yes = open_desk(*state, OUTSIDE("payment", "decline"), 300);
    struct desk *no = open_desk(*state, OUTSIDE("payment", "accept"), 300);
    no->declines = true;
    go(&yes->run, INT64_MAX);
    go(&no->run, INT64_MAX);
    end(&yes->run);
    end(&no->run);
    assert_int_equal(yes->asked, 300);
    assert_int_equal(count(yes, ORDER_CANCELLED), 0);
    assert_true(count(yes, ORDER_DELIVERED) > 200);
    assert_int_equal(count(no, ORDER_CANCELLED), 300); /* each after it was tried again */
    assert_true(no->asked > 2 * 300);
    assert_int_equal(no->run.tally->paid, 0);
    assert_true(yes->run.record[0].waited_s[LAYER_TRADE] >= 3600);
    close_desk(yes);
    close_desk(no);
}

static void answers_decide_the_address(void **state)
{
    struct desk *no = open_desk(*state, OUTSIDE("address", "accept"), 100);
    no->declines = true;
    go(&no->run, INT64_MAX);
    end(&no->run);
    assert_int_equal(no->asked, 100);
    assert_int_equal(count(no, ORDER_CANCELLED), 100);
    assert_int_equal(no->run.record[0].time[TIME_PAID], INT64_MIN);
    assert_true(no->run.record[0].time[TIME_PLACED] > 0);
    assert_non_null(strstr(no->last, "\"postcode\":\""));
    close_desk(no);
}

/* What customs does not take goes back; an order out of stock at home is declared nowhere. */
static void answers_decide_the_declaration(void **state)
{
    struct desk *no = open_desk(*state, OUTSIDE("declaration", "accept"), 300);
    no->declines = true;
    go(&no->run, INT64_MAX);
    end(&no->run);
    assert_true(no->asked > 100);
    assert_int_equal(count(no, ORDER_REFUSED), no->asked);
    assert_int_equal(count(no, ORDER_DELIVERED),
                     no->run.tally->channel[CHANNEL_CONTAINER].orders[ORDER_DELIVERED]);
    assert_non_null(strstr(no->last, "\"lines\":[{\"hs\":\""));
    close_desk(no);
}

/* Without a word they wait, all of them, and the run does not call itself done. */
static void silence_holds_orders_and_nothing_else(void **state)
{
    struct desk *mute = open_desk(*state, OUTSIDE("payment", "accept"), 50);
    mute->is_mute = true;
    assert_int_equal(world_advance(mute->run.world, INT64_MAX, 0), WORLD_REACHED);
    assert_int_equal(world_awaits(mute->run.world), 50);
    assert_int_equal(world_placed(mute->run.world), 50);
    end(&mute->run);
    assert_int_equal(count(mute, ORDER_OPEN), 50);
    close_desk(mute);
}

static void take_digest(struct desk *desk, char digest[33])
{
    end(&desk->run);
    digest_write(&desk->run.tally->digest, digest);
    close_desk(desk);
}

/* The first of two worlds is told every answer when it is asked; the second, day by day, those that have come by then:
 * they enter later into its queue, and all of a time together. */
static void when_an_answer_is_told_says_nothing(void **state)
{
    char at_once[33], in_turn[33];
    struct desk *one = open_desk(*state, OUTSIDE("payment", "decline"), 400);
    one->delay_s = 2 * DAY_SECONDS;
    go(&one->run, INT64_MAX);
    take_digest(one, at_once);
    struct desk *other = open_desk(*state, OUTSIDE("payment", "decline"), 400);
    other->is_mute = true;
    int64_t day = (int64_t)other->run.scenario->from_day * DAY_SECONDS;
    for (enum world_status status = WORLD_MORE; status != WORLD_DONE; day += DAY_SECONDS) {
        size_t left = 0;
        status = world_advance(other->run.world, day, 0);
        assert_true(status == WORLD_REACHED || status == WORLD_DONE);
        for (size_t i = 0; i < other->keeps; i++) {
            int64_t time = other->kept[i].asked_at + 2 * DAY_SECONDS;
            if (time <= day + DAY_SECONDS)
                world_answer(other->run.world, &other->kept[i], true, time);
            else
                other->kept[left++] = other->kept[i];
        }
        other->keeps = left;
    }
    take_digest(other, in_turn);
    assert_string_equal(at_once, in_turn);
}

/* ---- paced runs, with a wire that goes nowhere ---- */

enum { TRIPS_MOST = 2000, SLOW_MS = 20 };

struct trip {
    uv_timer_t timer;
    outpost_heard *heard;
    void *ticket;
    uint64_t number;
    bool is_over;
};

struct fake {
    uv_loop_t *loop;
    struct trip trip[TRIPS_MOST];
    uint64_t sent, cancelled;
};

static void *open_fake(uv_loop_t *loop, const struct scenario_outside *where)
{
    struct fake *fake = memory_take(sizeof *fake);
    assert_string_equal(where->url, "http://127.0.0.1:1/");
    fake->loop = loop;
    return fake;
}

/* Of ten, one finds nobody, one is told nonsense, one is refused in words; the other seven are accepted. */
static void arrive(uv_timer_t *timer)
{
    static const struct outpost_reply replies[] = {
        {.error = "nobody is there", .tries = 3},
        {.status = 200, .body = "accept", .length = 6, .error = "", .tries = 1},
        {.status = 402, .body = "{\"answer\": \"decline\"}", .length = 21, .error = "the server answers 402", .tries = 2},
        {.status = 200, .body = "{\"id\": 7, \"answer\": \"accept\"}", .length = 29, .error = "", .tries = 1}};
    struct trip *trip = timer->data;
    trip->is_over = true;
    trip->heard(trip->ticket, &replies[trip->number % 10 < 3 ? trip->number % 10 : 3]);
}

/* Later questions may be answered first. */
static void *send_fake(void *self, const char *key, const char *body, size_t length, outpost_heard *heard, void *ticket)
{
    struct fake *fake = self;
    assert_true(fake->sent < TRIPS_MOST);
    assert_true(*key && length > 2 && body[0] == '{' && body[length - 1] == '}');
    struct trip *trip = &fake->trip[fake->sent];
    *trip = (struct trip){.heard = heard, .ticket = ticket, .number = ++fake->sent};
    trip->timer.data = trip;
    assert_int_equal(uv_timer_init(fake->loop, &trip->timer), 0);
    assert_int_equal(uv_timer_start(&trip->timer, arrive, trip->number * 7919 % (2 * SLOW_MS), 0), 0);
    return trip;
}

static void cancel_fake(void *self, void *trip)
{
    struct fake *fake = self;
    fake->cancelled++;
    assert_false(((struct trip *)trip)->is_over);
    uv_timer_stop(&((struct trip *)trip)->timer);
}

static void forget_fake(uv_handle_t *handle)
{
    struct fake *fake = handle->loop->data;
    if (--fake->sent == 0)
        memory_release(fake);
}

static void close_fake(void *self)
{
    struct fake *fake = self;
    fake->loop->data = fake;
    for (uint64_t i = fake->sent; i-- > 0;)
        uv_close((uv_handle_t *)&fake->trip[i].timer, forget_fake);
}

static const struct outpost_wire fake_wire = {open_fake, send_fake, cancel_fake, close_fake};

struct paced {
    struct run run;
    struct out_folder folder;
    char path[80], log[100];
    char digest[33];
};

static void open_paced(struct paced *paced, const struct book *book, const char *patch)
{
    struct errs errs = {0};
    load(&paced->run, book, "tests/world/market.json", patch);
    scenario_limit(paced->run.scenario, 300);
    snprintf(paced->path, sizeof paced->path, "/tmp/outside_test.%d", (int)getpid());
    snprintf(paced->log, sizeof paced->log, "%s/" OUTPOST_LOG, paced->path);
    assert_int_equal(out_folder_open(&paced->folder, paced->path, false, &errs), 0);
}

static void close_paced(struct paced *paced)
{
    static const char *const names[] = {OUTPOST_LOG, OUTPOST_LOG_BEFORE, NULL};
    out_folder_remove(&paced->folder, names);
    out_folder_close(&paced->folder, false);
    rmdir(paced->path);
    finish(&paced->run);
}

static void go_paced(struct paced *paced, struct outpost *outpost, int64_t until, uint64_t speed, struct errs *errs)
{
    struct batch batch = {.scenario = paced->run.scenario, .book = paced->run.book, .seed = 7, .replications = 2,
                          .jobs = 2, .until = until, .speed = speed, .outpost = outpost};
    struct buf manifest = {0};
    buf_puts(&manifest, "{\n}\n");
    if (outpost_begin(outpost, &paced->folder, "test", &manifest, errs) == 0 && batch_run(&batch, NULL, errs) == 0) {
        digest_write(&batch.tally->digest, paced->digest);
        assert_int_equal(outpost_end(outpost, true, paced->digest, errs), 0);
    }
    batch_finish(&batch);
    buf_finish(&manifest);
    outpost_free(outpost);
}

static void repeat(struct paced *paced, int64_t until, struct errs *errs)
{
    struct outpost_log log;
    paced->digest[0] = '\0';
    assert_int_equal(outpost_log_read(&log, paced->log, errs), 0);
    go_paced(paced, outpost_recall(&log), until, 0, errs);
    if (!errs->count && until == INT64_MAX)
        assert_string_equal(paced->digest, log.digest);
    outpost_log_finish(&log);
}

/* Two replications at a pace of twenty months a second, and again without wire and clock. */
static void a_paced_run_is_repeated_by_its_log(void **state)
{
    struct paced paced = {0};
    struct errs errs = {0};
    open_paced(&paced, *state, OUTSIDE("payment", "decline"));
    go_paced(&paced, outpost_live(&paced.run.scenario->outside, &fake_wire), INT64_MAX, 600 * DAY_SECONDS, &errs);
    assert_int_equal(errs.count, 0);
    assert_true(paced.digest[0]);
    repeat(&paced, INT64_MAX, &errs);
    assert_int_equal(errs.count, 0);
    close_paced(&paced);
}

/* Where it ends earlier, what is still asked is called back, and its orders stay open. */
static void a_cut_run_calls_its_questions_back(void **state)
{
    struct paced paced = {0};
    struct errs errs = {0};
    char live[33];
    open_paced(&paced, *state, OUTSIDE("address", "accept"));
    int64_t until = (int64_t)(paced.run.scenario->from_day + 40) * DAY_SECONDS;
    go_paced(&paced, outpost_live(&paced.run.scenario->outside, &fake_wire), until, 3000 * DAY_SECONDS, &errs);
    assert_int_equal(errs.count, 0);
    memcpy(live, paced.digest, sizeof live);
    repeat(&paced, until, &errs);
    assert_int_equal(errs.count, 0);
    assert_string_equal(paced.digest, live);
    close_paced(&paced);
}

/* A question that is not the log's stops the run: what was answered was something else. */
static void another_scenario_does_not_fit_a_log(void **state)
{
    struct paced paced = {0};
    struct errs errs = {0};
    open_paced(&paced, *state, OUTSIDE("payment", "decline"));
    go_paced(&paced, outpost_live(&paced.run.scenario->outside, &fake_wire), INT64_MAX, 900 * DAY_SECONDS, &errs);
    assert_int_equal(errs.count, 0);
    scenario_limit(paced.run.scenario, 200);
    repeat(&paced, INT64_MAX, &errs);
    assert_int_equal(errs.item[0].code, ERR_BAD_REQUEST);
    assert_non_null(strstr(errs.item[0].message, "is not that of the log"));
    close_paced(&paced);
}

/* ---- logs ---- */

static const char head[] = "{\"schema_version\":1,\"log\":\"outside\",\"manifest\":{}}\n";

static void write_exchange(uint64_t question, int64_t applied, struct buf *out)
{
    const struct outpost_exchange exchange = {
        .part = 1, .question = question, .order = question, .asked_at = 100, .applied_at = applied, .accepts = true,
        .is_heard = true, .status = 200, .tries = 1, .wall_us = 5, .try_us = 4, .error = "", .body = "{\"a\": 1}",
        .length = 8, .response = "\xff\"", .response_length = 2};
    outpost_log_exchange(&exchange, out);
}

static int read_bytes(struct outpost_log *log, const char *bytes, size_t length, struct errs *errs)
{
    char path[80];
    snprintf(path, sizeof path, "/tmp/outside_test.%d.ndjson", (int)getpid());
    assert_int_equal(file_replace(path, bytes, length, errs), 0);
    int result = outpost_log_read(log, path, errs);
    unlink(path);
    return result;
}

/* At every byte a program may be killed: what is left reads as the exchanges that are whole. */
static void a_log_may_end_anywhere(void **state)
{
    struct buf whole = {0};
    (void)state;
    buf_puts(&whole, head);
    size_t first = whole.length;
    write_exchange(2, 150, &whole);
    size_t second = whole.length;
    write_exchange(1, 200, &whole);
    size_t third = whole.length;
    outpost_log_end(true, "00112233445566778899aabbccddeeff", &whole);
    for (size_t length = first; length <= whole.length; length++) {
        struct outpost_log log;
        struct errs errs = {0};
        assert_int_equal(read_bytes(&log, whole.data, length, &errs), 0);
        assert_int_equal(log.part[1].count, length < second ? 0 : length < third ? 1 : 2);
        assert_int_equal(log.part[1].until, length < second ? INT64_MIN : length < third ? 150 : 200);
        assert_int_equal(log.has_end, length == whole.length);
        if (length >= third)
            assert_int_equal(log.part[1].recall[0].question, 1); /* by number */
        outpost_log_finish(&log);
    }
    buf_finish(&whole);
}

static void a_log_that_is_wrong_is_refused(void **state)
{
    static const struct {
        const char *line;
        enum err_code code;
    } rows[] = {
        {"{\"part\":0,\"stands\":\"end\"}\n", ERR_RANGE},
        {"{\"part\":1,\"stands\":\"soon\"}\n", ERR_WRONG_TYPE},
        {"{\"part\":65,\"stands\":\"end\"}\n", ERR_RANGE},
        {"{\"part\":1,\"question\":1,\"asked\":\"2026-01-01T00:00:00Z\",\"applied\":\"2026-01-01T00:00:00Z\","
         "\"answer\":\"accept\",\"request\":{}}\n", ERR_BAD_REQUEST},
        {"{\"part\":1,\"question\":1,\"asked\":\"2026-01-01T00:00:00Z\",\"applied\":\"2026-01-01T00:00:01Z\","
         "\"answer\":\"perhaps\",\"request\":{}}\n", ERR_UNKNOWN_VALUE},
        {"{\"end\":\"complete\",\"digest\":\"\"}\n{\"part\":1,\"stands\":\"end\"}\n", ERR_TRAILING},
        {"{\"part\":1,\n", ERR_SYNTAX},
        {"{\"parts\":1}\n", ERR_UNKNOWN_NAME},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outpost_log log;
        struct errs errs = {0};
        struct buf bytes = {0};
        buf_puts(&bytes, head);
        buf_puts(&bytes, rows[i].line);
        assert_int_equal(read_bytes(&log, bytes.data, bytes.length, &errs), -1);
        assert_int_equal(errs.item[0].code, rows[i].code);
        outpost_log_finish(&log);
        buf_finish(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_to_ask_is_an_error),
        cmocka_unit_test(answers_decide_the_payment),
        cmocka_unit_test(answers_decide_the_address),
        cmocka_unit_test(answers_decide_the_declaration),
        cmocka_unit_test(silence_holds_orders_and_nothing_else),
        cmocka_unit_test(when_an_answer_is_told_says_nothing),
        cmocka_unit_test(a_paced_run_is_repeated_by_its_log),
        cmocka_unit_test(a_cut_run_calls_its_questions_back),
        cmocka_unit_test(another_scenario_does_not_fit_a_log),
        cmocka_unit_test(a_log_may_end_anywhere),
        cmocka_unit_test(a_log_that_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, open_book, close_book);
}
