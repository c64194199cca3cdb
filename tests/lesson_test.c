/* lesson_test: every built-in lesson says what its runs give; a lesson that does not is told, at its place. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/json.h"
#include "sim/api.h"
#include "sim/book.h"
#include "sim/lesson.h"

struct room {
    struct book book;
    struct api *api;
};

static int open_room(void **state)
{
    struct room *room = memory_take(sizeof *room);
    struct errs errs = {0};
    assert_int_equal(book_load(&room->book, NULL, 0, &errs), 0);
    room->api = api_create(&room->book);
    *state = room;
    return 0;
}

static int close_room(void **state)
{
    struct room *room = *state;
    api_destroy(room->api);
    book_finish(&room->book);
    memory_release(room);
    return 0;
}

/* ---- the built-in ones ---- */

struct tour {
    struct room *room;
    unsigned lessons, flows; /* flows: a bit each */
};

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %.400s", part, text);
}

static void check_words(const struct lesson *lesson, const struct lesson_outcome *outcome)
{
    struct buf out = {0};
    struct errs errs = {0};
    struct json json;
    lesson_reveal_json(lesson, outcome, &out);
    if (json_read(&json, "reveal", out.data, out.length, &errs) != 0)
        unit_fail_with(&errs);
    json_finish(&json);
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        buf_clear(&out);
        lesson_tell(lesson, outcome, lang, &out);
        lesson_handout(lesson, outcome, lang, &out);
        assert_holds(buf_text(&out), lang == LANG_ZH ? "讲师用" : "For the trainer");
        assert_null(strchr(buf_text(&out), '~'));
        if (strstr(buf_text(&out), "{before") || strstr(buf_text(&out), "…"))
            fail_msg("a figure is not filled in: %s", lesson->id);
    }
    buf_finish(&out);
}

static void take_lesson(void *self, const struct lesson *lesson)
{
    struct tour *tour = self;
    struct lesson_outcome outcome;
    struct errs errs = {0};
    if (lesson_run(lesson, tour->room->api, &outcome, &errs) != 0 || lesson_judge(lesson, &outcome, &errs) != 0)
        unit_fail_with(&errs);
    check_words(lesson, &outcome);
    lesson_outcome_finish(&outcome);
    tour->lessons++;
    tour->flows |= 1u << lesson->flow;
}

static void test_built_in(void **state)
{
    struct tour tour = {.room = *state};
    lesson_each(take_lesson, &tour);
    assert_true(tour.lessons >= 9);
    assert_int_equal(tour.flows, 0x3FE);
}

/* ---- mistakes ---- */

#define HEAD                                                                                                           \
    "{\"schema_version\": 1, \"id\": \"a\", \"flow\": 3, \"minutes\": 10, \"title\": {\"en\": \"a\", \"zh\": \"a\"}, " \
    "\"goal\": {\"en\": \"a\", \"zh\": \"a\"}, \"story\": {\"en\": \"a\", \"zh\": \"a\"}, \"law\": [], "               \
    "\"scenario\": \"milk-powder\", \"limit\": 60,\n"                                                                  \
    "\"arms\": {\"now\": {\"title\": {\"en\": \"a\", \"zh\": \"a\"}}},\n"                                              \
    "\"question\": {\"en\": \"a\", \"zh\": \"a\"},\n"
#define TAIL(reveal)                                                                                                   \
    "\"reveal\": {\"en\": \"" reveal "\", \"zh\": \"a\"}, \"debrief\": {\"title\": {\"en\": \"a\", \"zh\": \"a\"}, "   \
    "\"chart\": \"matrix\"}, \"discussion\": [], \"trainer\": []}\n"
#define FIGURE(path)                                                                                                   \
    "\"figures\": {\"placed\": {\"title\": {\"en\": \"a\", \"zh\": \"a\"}, \"path\": \"" path                          \
    "\", \"unit\": \"count\"}},\n"
#define CHOICES(yes, no)                                                                                               \
    "\"choices\": {\"yes\": {\"text\": {\"en\": \"a\", \"zh\": \"a\"}, \"holds\": [\"" yes "\"]}, "                    \
    "\"no\": {\"text\": {\"en\": \"a\", \"zh\": \"a\"}, \"holds\": [\"" no "\"]}},\n"
#define ANSWER(id) "\"answer\": \"" id "\",\n"
#define SOUND CHOICES("now.placed > 10", "now.placed <= 10")

struct mistake {
    const char *text, *message, *help;
    uint32_t line, column; /* 0: anywhere */
};

static const struct mistake mistakes[] = {
    {HEAD FIGURE("orders/placed") CHOICES("now.plased > 1", "now.placed < 1") ANSWER("yes") TAIL("a"),
     "no figure \"plased\"", "did you mean \"placed\"?", 5, 68},
    {HEAD FIGURE("orders/placed") CHOICES("now.placed + 1", "now.placed < 1") ANSWER("yes") TAIL("a"), "no comparison",
     "arm.figure < arm.figure", 5, 75},
    {HEAD FIGURE("orders/placed") SOUND ANSWER("yess") TAIL("a"), "no choice \"yess\"", "did you mean \"yes\"?", 6, 11},
    {HEAD FIGURE("orders/placed") SOUND ANSWER("yes") TAIL("{then.placed}"), "no arm \"then\"", "", 7, 0},
    {HEAD FIGURE("orders/placed") SOUND ANSWER("yes") TAIL("{now.placed"), "nothing closes this bracket", "", 7, 0},
    {HEAD FIGURE("orders/placed") SOUND TAIL("a"), "\"answer\" is missing: which choice is right?", "", 0, 0},
    {HEAD FIGURE("orders/placed") TAIL("a"), "neither \"choices\" nor a \"number\"", "", 3, 0},
    {HEAD FIGURE("orders/plced") SOUND ANSWER("yes") TAIL("a"), "a summary has no such number",
     "did you mean \"placed\"?", 4, 0},
    {HEAD FIGURE("channels/bondet/units") SOUND ANSWER("yes") TAIL("a"), "no run has such a number", "", 4, 0},
    {HEAD FIGURE("orders/placed") CHOICES("now.placed > 100", "now.placed <= 100") ANSWER("yes") TAIL("a"),
     "the runs do not say this; it is the answer", "", 5, 13},
    {HEAD FIGURE("orders/placed") CHOICES("now.placed > 1", "now.placed > 2") ANSWER("yes") TAIL("a"),
     "the runs say that this holds, too; another choice is the answer", "", 5, 0},
    {HEAD FIGURE("orders/placed") "\"number\": {\"is\": \"now.placed\", \"least\": \"0\", \"most\": \"100\", "
     "\"right_from\": \"70\", \"right_to\": \"80\"},\n" TAIL("a"),
     "the runs give 60, which does not count as right", "", 5, 0},
};

/* Loads, runs and judges; the first error. */
static struct err fault_of(struct room *room, const char *text)
{
    struct errs errs = {0};
    struct lesson_outcome outcome = {0};
    struct lesson *lesson = lesson_load("a.json", text, strlen(text), &errs);
    if (lesson && lesson_run(lesson, room->api, &outcome, &errs) == 0)
        lesson_judge(lesson, &outcome, &errs);
    lesson_outcome_finish(&outcome);
    lesson_free(lesson);
    return errs.count ? errs.item[0] : (struct err){0};
}

static void test_mistakes(void **state)
{
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        struct err err = fault_of(*state, mistakes[i].text);
        assert_string_equal(err.message, mistakes[i].message);
        if (mistakes[i].help[0])
            assert_string_equal(err.help, mistakes[i].help);
        if (mistakes[i].line)
            assert_int_equal(err.line, mistakes[i].line);
        if (mistakes[i].column)
            assert_int_equal(err.column, mistakes[i].column);
    }
    struct err none = fault_of(*state, HEAD FIGURE("orders/placed") SOUND ANSWER("yes") TAIL("{now.placed - 1}"));
    assert_string_equal(none.message, "");
}

/* What the engine refuses is shown at the arm. */
static void test_arm(void **state)
{
    static const char text[] =
        "{\"schema_version\": 1, \"id\": \"a\", \"flow\": 3, \"minutes\": 10, \"title\": {\"en\": \"a\", "
        "\"zh\": \"a\"}, \"goal\": {\"en\": \"a\", \"zh\": \"a\"}, "
        "\"story\": {\"en\": \"a\", \"zh\": \"a\"}, \"law\": [], "
        "\"scenario\": \"milk-powder\",\n\"arms\": {\"now\": {\"title\": {\"en\": \"a\", \"zh\": \"a\"}, \"set\": "
        "{\"flows.bondet.freight\": \"1.00\"}}},\n\"question\": {\"en\": \"a\", \"zh\": \"a\"},\n"
        FIGURE("orders/placed") SOUND ANSWER("yes") TAIL("a");
    struct err err = fault_of(*state, text);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 10);
    assert_memory_equal(err.message, "this run cannot be: ", 20);
}

static void test_predictions(void **state)
{
    struct errs errs = {0};
    bool is_known;
    (void)state;
    struct lesson *lesson = lesson_named("tonnage-is-power", &errs);
    assert_non_null(lesson);
    assert_true(lesson_is_right(lesson, "56", &is_known) && is_known);
    assert_true(!lesson_is_right(lesson, "20", &is_known) && is_known);
    assert_true(!lesson_is_right(lesson, "500", &is_known) && !is_known);
    assert_true(!lesson_is_right(lesson, "a", &is_known) && !is_known);
    lesson_free(lesson);
    assert_null(lesson_named("tonnage-is-powr", &errs));
    assert_string_equal(errs.item[0].help, "did you mean \"tonnage-is-power\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_arm),
        cmocka_unit_test(test_predictions),
    };
    return cmocka_run_group_tests_name("lesson", tests, open_room, close_room);
}
