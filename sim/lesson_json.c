/* lesson_json: a lesson as data for the page: what may be known before the runs, and all of it after. */
#include "sim/lesson.h"

#include <string.h>

#include "sim/lesson_int.h"
#include "sim/out_json.h"
#include "sim/out_names.h"

static void add_written(struct out_json *json, const struct lesson *lesson, const char *name, const cJSON *node)
{
    struct text written = json_written(&lesson->json, node);
    if (node)
        out_json_raw(json, name, written.ptr, written.len);
}

static void add_member(struct out_json *json, const struct lesson *lesson, const char *name)
{
    add_written(json, lesson, name, json_get(lesson->json.root, name));
}

/* Something said, in both languages. */
static void add_said(struct out_json *json, const char *name, const struct lesson *lesson,
                     const struct lesson_outcome *outcome, const cJSON *texts)
{
    static const char *const names[] = {[LANG_EN] = "en", [LANG_ZH] = "zh"};
    struct buf text = {0};
    out_json_begin_flat(json, name, '{');
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        buf_clear(&text);
        lesson_say(lesson, outcome, texts, lang, &text);
        out_json_text(json, names[lang], buf_text(&text));
    }
    out_json_end(json, '}');
    buf_finish(&text);
}

static void add_head(struct out_json *json, const struct lesson *lesson)
{
    out_json_text(json, "id", lesson->id);
    out_json_count(json, "flow", lesson->flow);
    out_json_count(json, "minutes", lesson->minutes);
    add_member(json, lesson, "title");
    add_member(json, lesson, "goal");
}

/* ---- before ---- */

static void add_one(void *self, const struct lesson *lesson)
{
    struct out_json *json = self;
    out_json_begin_flat(json, NULL, '{');
    add_head(json, lesson);
    out_json_end(json, '}');
}

void lesson_list_json(struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_begin(&json, "lessons", '[');
    lesson_each(add_one, &json);
    out_json_end(&json, ']');
    out_json_end(&json, '}');
}

static void add_plain(struct out_json *json, const char *name, int64_t value)
{
    struct buf text = {0};
    figure_plain(&text, value);
    out_json_text(json, name, buf_text(&text));
    buf_finish(&text);
}

static void add_choices(struct out_json *json, const struct lesson *lesson)
{
    if (!lesson->choices) {
        out_json_begin_flat(json, "number", '{');
        out_json_text(json, "unit", figure_units[lesson_unit(lesson) - 1]);
        add_plain(json, "least", lesson->least);
        add_plain(json, "most", lesson->most);
        out_json_end(json, '}');
        return;
    }
    out_json_begin(json, "choices", '[');
    for (unsigned i = 0; i < lesson->choices; i++) {
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "id", lesson->choice[i].id);
        add_written(json, lesson, "text", json_get(lesson->choice[i].node, "text"));
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

static void add_arm(struct out_json *json, const struct lesson *lesson, unsigned arm)
{
    struct buf text = {0};
    out_json_text(json, "id", lesson->arm[arm]->string);
    add_written(json, lesson, "title", json_get(lesson->arm[arm], "title"));
    lesson_command(lesson, arm, &text);
    out_json_text(json, "command", buf_text(&text));
    buf_finish(&text);
}

void lesson_ask_json(const struct lesson *lesson, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    add_head(&json, lesson);
    add_member(&json, lesson, "story");
    add_member(&json, lesson, "law");
    add_member(&json, lesson, "scenario");
    add_member(&json, lesson, "question");
    add_choices(&json, lesson);
    out_json_begin(&json, "arms", '[');
    for (unsigned i = 0; i < lesson->arms; i++) {
        out_json_begin_flat(&json, NULL, '{');
        add_arm(&json, lesson, i);
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
}

/* ---- after ---- */

static void add_value(struct out_json *json, const struct lesson *lesson, const struct lesson_outcome *outcome,
                      unsigned arm, unsigned figure)
{
    struct buf text = {0};
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "arm", lesson->arm[arm]->string);
    add_plain(json, "value", outcome->value[arm][figure]);
    lesson_say_value(lesson, outcome, arm, figure, LANG_EN, &text);
    out_json_text(json, "en", buf_text(&text));
    buf_clear(&text);
    lesson_say_value(lesson, outcome, arm, figure, LANG_ZH, &text);
    out_json_text(json, "zh", buf_text(&text));
    out_json_end(json, '}');
    buf_finish(&text);
}

static void add_figures(struct out_json *json, const struct lesson *lesson, const struct lesson_outcome *outcome)
{
    out_json_begin(json, "figures", '[');
    for (unsigned i = 0; i < lesson->figures; i++) {
        out_json_begin(json, NULL, '{');
        out_json_text(json, "id", lesson->figure[i].id);
        add_written(json, lesson, "title", json_get(lesson->figure[i].node, "title"));
        out_json_text(json, "unit", figure_units[lesson->figure[i].unit - 1]);
        out_json_text(json, "path", lesson->figure[i].path);
        out_json_begin(json, "values", '[');
        for (unsigned arm = 0; arm < lesson->arms; arm++)
            add_value(json, lesson, outcome, arm, i);
        out_json_end(json, ']');
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

static void add_answer(struct out_json *json, const struct lesson *lesson, const struct lesson_outcome *outcome)
{
    struct buf text = {0};
    out_json_begin_flat(json, "answer", '{');
    if (lesson->choices) {
        out_json_text(json, "choice", lesson->choice[lesson->answer].id);
    } else {
        add_plain(json, "number", outcome->number);
        add_plain(json, "right_from", lesson->right_from);
        add_plain(json, "right_to", lesson->right_to);
    }
    lesson_say_answer(lesson, outcome, LANG_EN, &text);
    out_json_text(json, "en", buf_text(&text));
    buf_clear(&text);
    lesson_say_answer(lesson, outcome, LANG_ZH, &text);
    out_json_text(json, "zh", buf_text(&text));
    out_json_end(json, '}');
    buf_finish(&text);
}

static void add_list(struct out_json *json, const struct lesson *lesson, const struct lesson_outcome *outcome,
                     const char *name)
{
    const cJSON *node;
    out_json_begin(json, name, '[');
    cJSON_ArrayForEach(node, json_get(lesson->json.root, name))
        add_said(json, NULL, lesson, outcome, node);
    out_json_end(json, ']');
}

static void add_debrief(struct out_json *json, const struct lesson *lesson, const struct lesson_outcome *outcome)
{
    const cJSON *debrief = json_get(lesson->json.root, "debrief"), *figures = json_get(debrief, "figures");
    out_json_begin(json, "debrief", '{');
    out_json_text(json, "chart", json_text(debrief, "chart", ""));
    add_said(json, "title", lesson, outcome, json_get(debrief, "title"));
    add_written(json, lesson, "figures", figures);
    out_json_end(json, '}');
}

void lesson_reveal_json(const struct lesson *lesson, const struct lesson_outcome *outcome, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "id", lesson->id);
    out_names(&json, "names", NULL); /* that the pictures need */
    add_answer(&json, lesson, outcome);
    add_said(&json, "reveal", lesson, outcome, json_get(lesson->json.root, "reveal"));
    add_figures(&json, lesson, outcome);
    add_debrief(&json, lesson, outcome);
    add_list(&json, lesson, outcome, "discussion");
    add_list(&json, lesson, outcome, "trainer");
    out_json_begin(&json, "arms", '[');
    for (unsigned i = 0; i < lesson->arms; i++) {
        out_json_begin(&json, NULL, '{');
        add_arm(&json, lesson, i);
        out_json_raw(&json, "summary", outcome->summary[i].data, outcome->summary[i].length);
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
}
