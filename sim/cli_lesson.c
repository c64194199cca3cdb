/* cli_lesson: `tradeloom lesson`: lists the lessons, asks one, runs it and reveals the answer, prints its handout. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "sim/api.h"
#include "sim/cli.h"
#include "sim/file.h"
#include "sim/lesson.h"

static const struct cli_option options[] = {
    {"predict", "ANSWER", "run: what you expect, the letter or name of a choice, or a number"},
    {"handout", "FILE", "show, run: write the sheets to print, for participants and for the trainer"},
    {0},
};

struct session {
    struct cli *cli;
    struct lesson *lesson;
    struct lesson_outcome outcome;
    struct errs errs;
    struct buf out;
};

/* ---- list ---- */

static void add_line(void *self, const struct lesson *lesson)
{
    struct session *s = self;
    buf_printf(&s->out, "%u  %-22s %s\n", lesson->flow, lesson->id,
               json_text(json_get(lesson->json.root, "title"), s->cli->lang == LANG_ZH ? "zh" : "en", ""));
}

static int list(struct session *s)
{
    if (s->cli->json)
        lesson_list_json(&s->out);
    else
        lesson_each(add_line, s);
    return 0;
}

/* ---- one ---- */

/* A file, or the name of a built-in one. */
static int load(struct session *s, const char *name)
{
    size_t length;
    if (!strchr(name, '/') && !strstr(name, ".json")) {
        s->lesson = lesson_named(name, &s->errs);
    } else {
        const char *bytes = file_keep(name, &s->cli->arena, &length, &s->errs);
        s->lesson = bytes ? lesson_load(name, bytes, length, &s->errs) : NULL;
    }
    return s->lesson ? 0 : -1;
}

static int run_arms(struct session *s)
{
    if (cli_load(s->cli, NULL, 0, &s->errs) != 0)
        return -1;
    struct api *api = api_create(&s->cli->book);
    int result = lesson_run(s->lesson, api, &s->outcome, &s->errs);
    api_destroy(api);
    return result;
}

static int write_handout(struct session *s)
{
    const char *path = cli_value(s->cli, "handout", NULL);
    struct buf page = {0};
    if (!path)
        return 0;
    lesson_handout(s->lesson, &s->outcome, s->cli->lang, &page);
    int result = file_replace(path, page.data, page.length, &s->errs);
    buf_finish(&page);
    return result;
}

static int show(struct session *s)
{
    int result = cli_has(s->cli, "handout") ? run_arms(s) : 0;
    if (result == 0)
        result = write_handout(s);
    if (s->cli->json)
        lesson_ask_json(s->lesson, &s->out);
    else
        lesson_tell(s->lesson, NULL, s->cli->lang, &s->out);
    return result;
}

/* A choice may be named by its letter. */
static const char *prediction_of(const struct session *s, const char *given)
{
    unsigned letter = (unsigned)(unsigned char)given[0] - 'a';
    bool is_letter = given[0] && !given[1] && letter < s->lesson->choices;
    return is_letter ? s->lesson->choice[letter].id : given;
}

/* Says how the prediction stands. */
static void tell_prediction(struct session *s)
{
    const char *given = cli_value(s->cli, "predict", NULL);
    bool is_known, is_zh = s->cli->lang == LANG_ZH;
    if (!given || s->cli->json)
        return;
    bool is_right = lesson_is_right(s->lesson, prediction_of(s, given), &is_known);
    buf_printf(&s->out, is_zh ? "\n你的预测：%s：%s\n" : "\nYou predicted %s: %s\n", given,
               is_right ? (is_zh ? "正确。" : "right.") : (is_zh ? "与结果不符。" : "it came out otherwise."));
}

/* Before anything is run: can it be an answer at all? */
static int check_prediction(struct session *s)
{
    const char *given = cli_value(s->cli, "predict", NULL);
    bool is_known = true;
    if (given)
        lesson_is_right(s->lesson, prediction_of(s, given), &is_known);
    if (!is_known)
        err_help(errs_add(&s->errs, ERR_USAGE, "--predict: \"%.60s\" is no answer to this question", given),
                 s->lesson->choices ? "a letter, a to %c" : "a number within its bounds",
                 'a' + (int)s->lesson->choices - 1);
    return is_known ? 0 : -1;
}

static int run(struct session *s)
{
    if (check_prediction(s) != 0 || run_arms(s) != 0 || write_handout(s) != 0)
        return -1;
    lesson_judge(s->lesson, &s->outcome, &s->errs); /* told behind the figures */
    if (s->cli->json)
        lesson_reveal_json(s->lesson, &s->outcome, &s->out);
    else
        lesson_tell(s->lesson, &s->outcome, s->cli->lang, &s->out);
    tell_prediction(s);
    return 0;
}

/* ---- the verb ---- */

static int run_lesson(struct cli *cli)
{
    static const struct {
        const char *name;
        int (*act)(struct session *s);
    } acts[] = {{"list", list}, {"show", show}, {"run", run}};
    struct session s = {.cli = cli};
    const char *name = cli_operand(cli, 0, "list"), *id = cli_operand(cli, 1, NULL);
    size_t act = 0;
    while (act < sizeof acts / sizeof *acts && strcmp(acts[act].name, name) != 0)
        act++;
    if (act == sizeof acts / sizeof *acts)
        return cli_usage(cli, "lesson takes list, show or run, not \"%s\"", name);
    if (act > 0 && !id)
        return cli_usage(cli, "lesson %s needs a lesson: a file or a name", name);
    int result = act == 0 || load(&s, id) == 0 ? acts[act].act(&s) : -1;
    int status = result == 0 ? cli_write(cli, &s.out) : 0;
    if (status == 0 && s.errs.count)
        status = cli_fail(cli, &s.errs);
    lesson_outcome_finish(&s.outcome);
    lesson_free(s.lesson);
    buf_finish(&s.out);
    return status;
}

const struct cli_verb cli_lesson = {"lesson", "list|show NAME|run NAME",
                                    "lessons: a question, its runs, the answer, a handout to print", 0, 2, options,
                                    run_lesson};
