/* lesson: reads a lesson from JSON and checks that all it speaks of is there. */
#include "sim/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"
#include "sim/data.h"
#include "sim/lesson_int.h"

enum { FLOWS = 9, MINUTES_MAX = 90 };

static const struct json_field texts_fields[] = {
    {.name = "en", .type = JSON_STRING, .required = true, .note = "in English"},
    {.name = "zh", .type = JSON_STRING, .required = true, .note = "in Chinese"},
    {0},
};

static const struct json_field arm_fields[] = {
    {.name = "title", .type = JSON_TEXTS, .required = true, .note = "what is different in this run"},
    {.name = "set", .type = JSON_OBJECT, .note = "{\"PATH\": VALUE}, a rule: {\"rules.PACK.PARAMETER@DATE\": VALUE}"},
    {.name = "as_of", .type = JSON_DATE, .note = "the law of this day for every order"},
    {.name = "limit", .type = JSON_INTEGER, .note = "place exactly so many orders"},
    {0},
};

static const struct json_field figure_fields[] = {
    {.name = "title", .type = JSON_TEXTS, .required = true, .note = "what the number says"},
    {.name = "path", .type = JSON_STRING, .required = true,
     .note = "where the summary of a run has it: \"channels/bonded/orders/placed\""},
    {.name = "per", .type = JSON_STRING, .note = "the path of what it is divided by"},
    {.name = "unit", .type = JSON_STRING, .required = true, .choices = figure_units,
     .note = "money, count, share, days (of hours), number"},
    {0},
};

static const struct json_field choice_fields[] = {
    {.name = "text", .type = JSON_TEXTS, .required = true, .note = "what participants read"},
    {.name = "holds", .type = JSON_ARRAY, .required = true,
     .note = "when it is right: \"arm.figure < arm.figure\", \"after.tax - before.tax > 0\"; all of them"},
    {0},
};

static const struct json_field number_fields[] = {
    {.name = "is", .type = JSON_STRING, .required = true, .note = "what is asked for: \"after.tax - before.tax\""},
    {.name = "least", .type = JSON_DECIMAL, .required = true, .note = "what may be entered, from"},
    {.name = "most", .type = JSON_DECIMAL, .required = true, .note = "what may be entered, to"},
    {.name = "right_from", .type = JSON_DECIMAL, .required = true, .note = "what counts as right, from"},
    {.name = "right_to", .type = JSON_DECIMAL, .required = true, .note = "what counts as right, to"},
    {0},
};

static const char *const charts[] = {"bars", "build_up", "matrix", NULL};
static const struct json_field debrief_fields[] = {
    {.name = "title", .type = JSON_TEXTS, .required = true, .note = "what the picture says, in a sentence"},
    {.name = "chart", .type = JSON_STRING, .required = true, .choices = charts,
     .note = "bars: the figures named here; build_up: what a unit costs, by channel; matrix: the nine nodes"},
    {.name = "figures", .type = JSON_ARRAY, .note = "of bars: which"},
    {0},
};

const struct json_field lesson_fields[] = {
    {.name = "schema_version", .type = JSON_INTEGER, .required = true, .note = "1"},
    {.name = "id", .type = JSON_STRING, .required = true, .note = "its name, as the file's"},
    {.name = "flow", .type = JSON_INTEGER, .required = true, .note = "which of the nine flows, 1 to 9"},
    {.name = "minutes", .type = JSON_INTEGER, .required = true, .note = "how long it takes in a room"},
    {.name = "title", .type = JSON_TEXTS, .required = true, .note = "of the lesson"},
    {.name = "goal", .type = JSON_TEXTS, .required = true, .note = "what participants can say afterwards"},
    {.name = "story", .type = JSON_TEXTS, .required = true, .note = "what they must know before they answer"},
    {.name = "law", .type = JSON_ARRAY, .required = true, .fields = texts_fields,
     .note = "the provisions that matter, with their days"},
    {.name = "scenario", .type = JSON_ANY, .required = true, .note = "the name of a built-in one, or a scenario"},
    {.name = "seed", .type = JSON_INTEGER, .note = "of all random draws; 1"},
    {.name = "limit", .type = JSON_INTEGER, .note = "place exactly so many orders"},
    {.name = "set", .type = JSON_OBJECT, .note = "changes of the scenario in all arms"},
    {.name = "arms", .type = JSON_MAP, .required = true, .fields = arm_fields, .note = "the runs to compare, by name"},
    {.name = "figures", .type = JSON_MAP, .required = true, .fields = figure_fields,
     .note = "numbers of each run, by name"},
    {.name = "question", .type = JSON_TEXTS, .required = true, .note = "what participants predict"},
    {.name = "choices", .type = JSON_MAP, .fields = choice_fields, .note = "what they choose from, by name"},
    {.name = "answer", .type = JSON_STRING, .note = "the choice that is right"},
    {.name = "number", .type = JSON_OBJECT, .fields = number_fields, .note = "or the number that they enter"},
    {.name = "reveal", .type = JSON_TEXTS, .required = true,
     .note = "what happened and why; {arm.figure} is filled in"},
    {.name = "debrief", .type = JSON_OBJECT, .required = true, .fields = debrief_fields, .note = "the picture for it"},
    {.name = "discussion", .type = JSON_ARRAY, .required = true, .fields = texts_fields,
     .note = "questions to talk about"},
    {.name = "trainer", .type = JSON_ARRAY, .required = true, .fields = texts_fields,
     .note = "hints for whoever leads the lesson"},
    {0},
};

struct reader {
    struct lesson *lesson;
    const struct json *json;
    struct errs *errs;
};

/* ---- terms ---- */

struct cursor {
    const char *start, *at, *end;
};

static size_t word_length(const struct cursor *c)
{
    size_t length = 0;
    while (c->at + length < c->end && !strchr(" <>=/", c->at[length]))
        length++;
    return length;
}

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && *c->at == ' ')
        c->at++;
}

static int fail_at(const struct reader *r, const cJSON *node, const struct cursor *c, size_t width,
                   const char *message, const char *help)
{
    struct err *err = json_fail_inside(r->json, node, (size_t)(c->at - c->start), width ? width : 1, r->errs,
                                       ERR_FORMULA, "%s", message);
    err_help(err, "%s", help);
    return -1;
}

static int fail_name(const struct reader *r, const cJSON *node, const struct cursor *c, size_t length,
                     const char *what, const char *const *names, size_t count)
{
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)length, c->at);
    struct err *err = json_fail_inside(r->json, node, (size_t)(c->at - c->start), length ? length : 1, r->errs,
                                       ERR_UNKNOWN_NAME, "no %s \"%s\"", what, word);
    if (!err_suggest(err, word, names, count))
        err_help(err, "it is written arm.figure, like %s.%s", r->lesson->arms ? r->lesson->arm[0]->string : "before",
                 r->lesson->figures ? r->lesson->figure[0].id : "landed");
    return -1;
}

static int find_name(const char *const *names, unsigned count, const char *word, size_t length)
{
    for (unsigned i = 0; i < count; i++)
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0)
            return (int)i;
    return -1;
}

static int read_side(const struct reader *r, const cJSON *node, struct cursor *c, struct lesson_term *term,
                     unsigned side)
{
    const struct lesson *lesson = r->lesson;
    const char *arms[LESSON_ARMS_MAX], *figures[LESSON_FIGURES_MAX];
    char number[32];
    for (unsigned i = 0; i < lesson->arms; i++)
        arms[i] = lesson->arm[i]->string;
    for (unsigned i = 0; i < lesson->figures; i++)
        figures[i] = lesson->figure[i].id;
    skip_blanks(c);
    size_t length = word_length(c);
    snprintf(number, sizeof number, "%.*s", (int)length, c->at);
    term->side[side].is_number = length < sizeof number && figure_parse(number, &term->side[side].number);
    if (!term->side[side].is_number) {
        const char *dot = memchr(c->at, '.', length);
        size_t first = dot ? (size_t)(dot - c->at) : length;
        int arm = find_name(arms, lesson->arms, c->at, first);
        if (arm < 0)
            return fail_name(r, node, c, first, "arm", arms, lesson->arms);
        c->at += first + (dot != NULL);
        length -= first + (dot != NULL);
        int figure = find_name(figures, lesson->figures, c->at, length);
        if (figure < 0)
            return fail_name(r, node, c, length, "figure", figures, lesson->figures);
        term->side[side].arm = (unsigned)arm;
        term->side[side].figure = (unsigned)figure;
    }
    c->at += length;
    skip_blanks(c);
    return 0;
}

static int read_term(const struct reader *r, const cJSON *node, struct cursor *c, struct lesson_term *term)
{
    *term = (struct lesson_term){0};
    if (read_side(r, node, c, term, 0) != 0)
        return -1;
    if (c->at == c->end || (*c->at != '-' && *c->at != '/'))
        return 0;
    term->sign = *c->at++;
    return read_side(r, node, c, term, 1);
}

int lesson_term_read(const struct lesson *lesson, const cJSON *node, size_t from, size_t to, struct lesson_term *term,
                     struct errs *errs)
{
    const struct reader r = {(struct lesson *)(uintptr_t)lesson, &lesson->json, errs};
    struct cursor c = {node->valuestring, node->valuestring + from, node->valuestring + to};
    if (read_term(&r, node, &c, term) != 0)
        return -1;
    return c.at == c.end ? 0 : fail_at(&r, node, &c, 1, "something stands behind it", "arm.figure - arm.figure");
}

/* "term < term" */
static int read_test(const struct reader *r, const cJSON *node, struct lesson_test *test)
{
    struct lesson_term left, right;
    struct cursor c = {node->valuestring, node->valuestring, node->valuestring + strlen(node->valuestring)};
    if (read_term(r, node, &c, &left) != 0)
        return -1;
    char sign = c.at < c.end ? *c.at : '\0';
    if (sign != '<' && sign != '>')
        return fail_at(r, node, &c, 1, "no comparison", "arm.figure < arm.figure");
    c.at++;
    test->or_equal = c.at < c.end && *c.at == '=';
    c.at += test->or_equal;
    if (read_term(r, node, &c, &right) != 0)
        return -1;
    if (c.at != c.end)
        return fail_at(r, node, &c, 1, "something stands behind it", "one comparison a line");
    test->small = sign == '<' ? left : right;
    test->big = sign == '<' ? right : left;
    return 0;
}

/* ---- parts ---- */

static bool has_room(const struct reader *r, const cJSON *node, unsigned count, unsigned most)
{
    if (count < most)
        return true;
    json_fail(r->json, node, r->errs, ERR_RANGE, "more than %u", most);
    return false;
}

static void read_arms(const struct reader *r, const cJSON *arms)
{
    const cJSON *node;
    cJSON_ArrayForEach(node, arms)
        if (has_room(r, node, r->lesson->arms, LESSON_ARMS_MAX))
            r->lesson->arm[r->lesson->arms++] = node;
    if (!r->lesson->arms)
        json_fail(r->json, arms, r->errs, ERR_RANGE, "no arm: at least one run is needed");
}

static enum figure_unit unit_named(const char *name)
{
    for (unsigned i = 0; figure_units[i]; i++)
        if (strcmp(figure_units[i], name) == 0)
            return (enum figure_unit)(i + 1);
    return FIGURE_UNSET;
}

static void read_figures(const struct reader *r, const cJSON *figures)
{
    const cJSON *node;
    cJSON_ArrayForEach(node, figures)
        if (has_room(r, node, r->lesson->figures, LESSON_FIGURES_MAX))
            r->lesson->figure[r->lesson->figures++] =
                (struct lesson_figure){node->string, json_text(node, "path", ""), json_text(node, "per", NULL), node,
                                       unit_named(json_text(node, "unit", ""))};
}

static void read_choices(const struct reader *r, const cJSON *choices)
{
    struct lesson *lesson = r->lesson;
    const cJSON *node, *test;
    cJSON_ArrayForEach(node, choices) {
        if (!has_room(r, node, lesson->choices, LESSON_CHOICES_MAX))
            return;
        struct lesson_choice *choice = &lesson->choice[lesson->choices++];
        choice->id = node->string;
        choice->node = node;
        cJSON_ArrayForEach(test, json_get(node, "holds")) {
            if (!cJSON_IsString(test))
                json_fail(r->json, test, r->errs, ERR_WRONG_TYPE, "a comparison is a text");
            else if (has_room(r, test, choice->tests, LESSON_TESTS_MAX))
                read_test(r, test, &choice->test[choice->tests++]);
        }
        if (!choice->tests)
            json_fail(r->json, json_get(node, "holds"), r->errs, ERR_RANGE, "nothing says when it is right");
    }
}

static void read_answer(const struct reader *r, const cJSON *root)
{
    struct lesson *lesson = r->lesson;
    const char *names[LESSON_CHOICES_MAX];
    const cJSON *answer = json_get(root, "answer");
    if (!answer) {
        json_fail(r->json, json_get(root, "choices"), r->errs, ERR_MISSING_NAME,
                  "\"answer\" is missing: which choice is right?");
        return;
    }
    for (unsigned i = 0; i < lesson->choices; i++)
        names[i] = lesson->choice[i].id;
    int found = find_name(names, lesson->choices, answer->valuestring, strlen(answer->valuestring));
    lesson->answer = found < 0 ? 0 : (unsigned)found;
    if (found < 0)
        err_suggest(json_fail(r->json, answer, r->errs, ERR_UNKNOWN_VALUE, "no choice \"%s\"", answer->valuestring),
                    answer->valuestring, names, lesson->choices);
}

static void read_number(const struct reader *r, const cJSON *number)
{
    struct lesson *lesson = r->lesson;
    const cJSON *is = json_get(number, "is");
    lesson_term_read(lesson, is, 0, strlen(is->valuestring), &lesson->number, r->errs);
    figure_parse(json_text(number, "least", "0"), &lesson->least);
    figure_parse(json_text(number, "most", "0"), &lesson->most);
    figure_parse(json_text(number, "right_from", "0"), &lesson->right_from);
    figure_parse(json_text(number, "right_to", "0"), &lesson->right_to);
    if (lesson->least >= lesson->most || lesson->right_from < lesson->least || lesson->right_to > lesson->most ||
        lesson->right_from > lesson->right_to)
        json_fail(r->json, number, r->errs, ERR_RANGE, "what is right must lie within what may be entered");
}

/* What is asked: choices, or a number; not both. */
static void read_question(const struct reader *r, const cJSON *root)
{
    const cJSON *choices = json_get(root, "choices"), *number = json_get(root, "number");
    if ((choices != NULL) == (number != NULL)) {
        json_fail(r->json, number ? number : json_get(root, "question"), r->errs, ERR_BAD_REQUEST,
                  number ? "\"choices\" and \"number\" exclude each other" : "neither \"choices\" nor a \"number\"");
        return;
    }
    if (number) {
        read_number(r, number);
        return;
    }
    read_choices(r, choices);
    read_answer(r, root);
}

/* ---- texts ---- */

/* Every {arm.figure} in all texts below a node. */
static void check_texts(const struct reader *r, const cJSON *node)
{
    struct lesson_term term;
    if (cJSON_IsString(node)) {
        const char *text = node->valuestring, *open = text;
        while ((open = strchr(open, '{')) != NULL) {
            const char *close = strchr(open, '}');
            struct cursor c = {text, open, open + 1};
            if (!close) {
                fail_at(r, node, &c, 1, "nothing closes this bracket", "{arm.figure}");
                return;
            }
            lesson_term_read(r->lesson, node, (size_t)(open + 1 - text), (size_t)(close - text), &term, r->errs);
            open = close;
        }
    }
    for (const cJSON *child = node->child; child; child = child->next)
        check_texts(r, child);
}

static void check_all_texts(const struct reader *r, const cJSON *root)
{
    static const char *const names[] = {"title",  "goal",    "story",      "law",    "question",
                                        "choices", "reveal", "debrief", "discussion", "trainer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_get(root, names[i]))
            check_texts(r, json_get(root, names[i]));
    for (unsigned i = 0; i < r->lesson->arms; i++)
        check_texts(r, json_get(r->lesson->arm[i], "title"));
    for (unsigned i = 0; i < r->lesson->figures; i++)
        check_texts(r, json_get(r->lesson->figure[i].node, "title"));
}

static void check_debrief(const struct reader *r, const cJSON *debrief)
{
    const struct lesson *lesson = r->lesson;
    const char *names[LESSON_FIGURES_MAX];
    const cJSON *node, *figures = json_get(debrief, "figures");
    for (unsigned i = 0; i < lesson->figures; i++)
        names[i] = lesson->figure[i].id;
    cJSON_ArrayForEach(node, figures) {
        const char *name = cJSON_IsString(node) ? node->valuestring : "";
        if (find_name(names, lesson->figures, name, strlen(name)) < 0)
            err_suggest(json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "no figure \"%s\"", name), name, names,
                        lesson->figures);
    }
    if (strcmp(json_text(debrief, "chart", ""), "bars") == 0 && cJSON_GetArraySize(figures) == 0)
        json_fail(r->json, debrief, r->errs, ERR_MISSING_NAME, "bars need \"figures\"");
}

/* ---- the whole ---- */

static unsigned bounded(const struct reader *r, const cJSON *root, const char *name, int64_t most)
{
    int64_t value = json_integer(root, name, 1);
    if (value < 1 || value > most)
        json_fail(r->json, json_get(root, name), r->errs, ERR_RANGE, "from 1 to %d", (int)most);
    return (unsigned)value;
}

static void read_all(const struct reader *r)
{
    const cJSON *root = r->json->root;
    if (json_check(r->json, root, lesson_fields, "a lesson", r->errs))
        return;
    r->lesson->id = json_text(root, "id", "");
    r->lesson->flow = bounded(r, root, "flow", FLOWS);
    r->lesson->minutes = bounded(r, root, "minutes", MINUTES_MAX);
    bounded(r, root, "schema_version", 1);
    read_arms(r, json_get(root, "arms"));
    read_figures(r, json_get(root, "figures"));
    read_question(r, root);
    check_all_texts(r, root);
    check_debrief(r, json_get(root, "debrief"));
}

struct lesson *lesson_load(const char *source, const char *bytes, size_t length, struct errs *errs)
{
    struct lesson *lesson = memory_take(sizeof *lesson);
    size_t before = errs->count;
    struct reader reader = {lesson, &lesson->json, errs};
    if (json_read(&lesson->json, source, bytes, length, errs) == 0)
        read_all(&reader);
    if (errs->count == before)
        return lesson;
    lesson_free(lesson);
    return NULL;
}

void lesson_free(struct lesson *lesson)
{
    if (!lesson)
        return;
    json_finish(&lesson->json);
    memory_release(lesson);
}

/* ---- those that are built in ---- */

static const char folder[] = "lessons/";

static bool is_lesson(const struct data_span *span)
{
    return strncmp(span->path, folder, sizeof folder - 1) == 0;
}

static struct lesson *load_span(const struct data_span *span, struct errs *errs)
{
    return lesson_load(span->path, span->start, (size_t)(span->end - span->start), errs);
}

struct lesson *lesson_named(const char *id, struct errs *errs)
{
    char path[128], name[64][64];
    const char *names[64];
    size_t count = 0;
    snprintf(path, sizeof path, "%s%.100s.json", folder, id);
    const struct data_span *span = data_find(path);
    if (span)
        return load_span(span, errs);
    for (size_t i = 0; i < data_count && count < 64; i++)
        if (is_lesson(&data_spans[i])) {
            const char *start = data_spans[i].path + sizeof folder - 1;
            snprintf(name[count], sizeof name[count], "%.*s", (int)strcspn(start, "."), start);
            names[count] = name[count];
            count++;
        }
    struct err *err = errs_add(errs, ERR_NO_INPUT, "no lesson \"%.80s\": neither a file nor a built-in one", id);
    if (!err_suggest(err, id, names, count))
        err_help(err, "tradeloom lesson list");
    return NULL;
}

static int by_flow(const void *a, const void *b)
{
    const struct lesson *left = *(struct lesson *const *)a, *right = *(struct lesson *const *)b;
    int order = (left->flow > right->flow) - (left->flow < right->flow);
    return order ? order : strcmp(left->id, right->id);
}

void lesson_each(lesson_visit *take, void *self)
{
    struct lesson *list[64];
    size_t count = 0;
    for (size_t i = 0; i < data_count && count < 64; i++) {
        struct errs errs = {0}; /* a test holds them sound */
        if (is_lesson(&data_spans[i]) && (list[count] = load_span(&data_spans[i], &errs)) != NULL)
            count++;
    }
    qsort(list, count, sizeof *list, by_flow);
    for (size_t i = 0; i < count; i++) {
        take(self, list[i]);
        lesson_free(list[i]);
    }
}
