/* fuzz_lesson: lessons; of one that loads everything is told that can be, before its runs and with figures of any size
 * after them. Its runs are those of scenarios, which have a target of their own. */
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/lesson.h"
#include "tests/fuzz.h"

static void must_be_json(struct buf *text)
{
    struct errs errs = {0};
    struct json json;
    int got = json_read(&json, "told", text->data, text->length, &errs);
    check(got == 0);
    json_finish(&json);
    buf_clear(text);
}

static void tell_requests(const struct lesson *lesson, struct buf *out)
{
    for (unsigned arm = 0; arm < lesson->arms; arm++) {
        lesson_request(lesson, arm, out);
        must_be_json(out);
        lesson_command(lesson, arm, out);
        check(out->length > 0);
        buf_clear(out);
    }
}

static void tell_pages(const struct lesson *lesson, const struct lesson_outcome *outcome, struct buf *out)
{
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        lesson_tell(lesson, outcome, lang, out);
        if (outcome)
            lesson_handout(lesson, outcome, lang, out);
        check(out->length > 0);
        buf_clear(out);
    }
}

/* An outcome as runs could give it. */
static void make_outcome(const struct lesson *lesson, struct lesson_outcome *outcome)
{
    static const int64_t values[] = {0, 1000000, -2500000, INT64_C(9000000000000000), 1, -999999};
    enum { VALUES = sizeof values / sizeof *values };
    outcome->currency = currency_index("CNY");
    outcome->number = values[lesson->minutes % VALUES];
    for (unsigned arm = 0; arm < lesson->arms; arm++) {
        buf_puts(&outcome->summary[arm], "{}");
        for (unsigned figure = 0; figure < lesson->figures; figure++) {
            outcome->value[arm][figure] = values[(arm + 2 * figure + lesson->flow) % VALUES];
            outcome->is_idle[arm][figure] = (arm ^ figure) & 1;
        }
    }
}

static void tell_all(const struct lesson *lesson)
{
    static const char *const predictions[] = {"", "a", "milk_up", "0", "12", "-1", "1e9", "9223372036854775807"};
    struct lesson_outcome outcome = {0};
    struct errs errs = {0};
    struct buf out = {0};
    bool is_known;
    lesson_ask_json(lesson, &out);
    must_be_json(&out);
    tell_requests(lesson, &out);
    tell_pages(lesson, NULL, &out);
    make_outcome(lesson, &outcome);
    fuzz_look_at(&errs, lesson_judge(lesson, &outcome, &errs));
    lesson_reveal_json(lesson, &outcome, &out);
    must_be_json(&out);
    tell_pages(lesson, &outcome, &out);
    for (size_t i = 0; i < sizeof predictions / sizeof *predictions; i++)
        check(!lesson_is_right(lesson, predictions[i], &is_known) || is_known);
    lesson_outcome_finish(&outcome);
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct errs errs = {0};
    struct lesson *lesson = lesson_load("lesson.json", (const char *)bytes, length, &errs);
    fuzz_look_at(&errs, lesson == NULL);
    if (lesson)
        tell_all(lesson);
    lesson_free(lesson);
    return 0;
}
