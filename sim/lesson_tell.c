/* lesson_tell: the words of a lesson with their figures, and a lesson as text for a terminal. */
#include "sim/lesson.h"

#include <string.h>

#include "core/check.h"
#include "core/err.h"
#include "sim/lesson_int.h"

enum { WIDTH = 78, INDENT = 2, CELL_WIDTH = 14 };

/* ---- words ---- */

static const char *in(const cJSON *texts, enum lang lang)
{
    return json_text(texts, lang == LANG_ZH ? "zh" : "en", "");
}

static void say_term(const struct lesson *lesson, const struct lesson_outcome *outcome, const struct lesson_term *term,
                     enum lang lang, struct buf *out)
{
    figure_write(out, lesson_term_value(outcome, term), lesson_term_unit(lesson, term), outcome->currency, lang);
}

void lesson_say(const struct lesson *lesson, const struct lesson_outcome *outcome, const cJSON *texts, enum lang lang,
                struct buf *out)
{
    const cJSON *node = json_get(texts, lang == LANG_ZH ? "zh" : "en");
    const char *at = node->valuestring, *open;
    struct errs errs = {0};
    struct lesson_term term;
    while ((open = strchr(at, '{')) != NULL) {
        const char *close = strchr(open, '}');
        buf_add(out, at, (size_t)(open - at));
        check(lesson_term_read(lesson, node, (size_t)(open + 1 - node->valuestring),
                               (size_t)(close - node->valuestring), &term, &errs) == 0);
        if (outcome)
            say_term(lesson, outcome, &term, lang, out);
        else
            buf_puts(out, "…");
        at = close + 1;
    }
    buf_puts(out, at);
}

void lesson_say_answer(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang,
                       struct buf *out)
{
    if (lesson->choices)
        buf_puts(out, in(json_get(lesson->choice[lesson->answer].node, "text"), lang));
    else
        figure_write(out, outcome->number, lesson_unit(lesson), outcome->currency, lang);
}

void lesson_say_value(const struct lesson *lesson, const struct lesson_outcome *outcome, unsigned arm, unsigned figure,
                      enum lang lang, struct buf *out)
{
    enum figure_unit unit = lesson->figure[figure].unit;
    check(arm < lesson->arms && figure < lesson->figures);
    if (outcome->is_idle[arm][figure] && (unit == FIGURE_MONEY || unit == FIGURE_DAYS))
        buf_puts(out, "–"); /* nothing cost nothing, and took no time */
    else
        figure_write(out, outcome->value[arm][figure], unit, outcome->currency, lang);
}

/* ---- lines ---- */

static size_t character(const char *at)
{
    unsigned char c = (unsigned char)*at;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* A sign that must not begin a line in Chinese. */
static bool is_closing(const char *at)
{
    static const char *const signs[] = {"，", "。", "、", "；", "：", "？", "！", "）", "》", "”", "〕"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

/* The next piece that stays together: a word with its blank, or a Chinese character with what closes behind it. */
static size_t piece_length(const char *at)
{
    size_t length = character(at);
    if (length < 3) {
        while (at[length] && at[length] != ' ' && character(at + length) < 3)
            length += character(at + length);
        length += strspn(at + length, " ");
        length += at[length] == '%'; /* stays with its number */
        length += strspn(at + length, " .,:;");
    }
    while (at[length] && is_closing(at + length))
        length += character(at + length);
    return length;
}

/* Breaks a text into lines behind a mark: "  – ". */
static void add_lines(struct buf *out, const char *mark, const char *text)
{
    unsigned margin = err_cells(mark, strlen(mark)), used = margin;
    buf_puts(out, mark);
    while (*text) {
        size_t length = piece_length(text), shown = length;
        while (shown && text[shown - 1] == ' ')
            shown--;
        unsigned cells = err_cells(text, length);
        if (used + err_cells(text, shown) > WIDTH && used > margin) {
            while (out->data[out->length - 1] == ' ')
                out->length--;
            buf_printf(out, "\n%*s", (int)margin, "");
            used = margin;
        }
        buf_add(out, text, length);
        used += cells;
        text += length;
    }
    while (out->data[out->length - 1] == ' ')
        out->length--;
    buf_putc(out, '\n');
}

struct page {
    const struct lesson *lesson;
    const struct lesson_outcome *outcome; /* NULL: nothing is revealed */
    enum lang lang;
    struct buf *out;
};

static void add_head(const struct page *page, const char *en, const char *zh)
{
    buf_printf(page->out, "\n%s\n", page->lang == LANG_ZH ? zh : en);
}

static void add_said(const struct page *page, const char *mark, const cJSON *texts)
{
    struct buf text = {0};
    lesson_say(page->lesson, page->outcome, texts, page->lang, &text);
    add_lines(page->out, mark, buf_text(&text));
    buf_finish(&text);
}

static void add_list(const struct page *page, const char *name)
{
    const cJSON *node;
    cJSON_ArrayForEach(node, json_get(page->lesson->json.root, name))
        add_said(page, "  – ", node);
}

/* ---- parts ---- */

static void add_question(const struct page *page)
{
    const struct lesson *lesson = page->lesson;
    struct buf least = {0}, most = {0};
    add_head(page, "Question", "问题");
    add_said(page, "  ", json_get(lesson->json.root, "question"));
    for (unsigned i = 0; i < lesson->choices; i++) {
        struct buf mark = {0};
        buf_printf(&mark, "  %c  ", 'a' + (int)i);
        add_said(page, buf_text(&mark), json_get(lesson->choice[i].node, "text"));
        buf_finish(&mark);
    }
    if (!lesson->choices) {
        figure_plain(&least, lesson->least);
        figure_plain(&most, lesson->most);
        buf_printf(page->out, page->lang == LANG_ZH ? "  一个数，%s 到 %s\n" : "  a number from %s to %s\n",
                   buf_text(&least), buf_text(&most));
    }
    buf_finish(&least);
    buf_finish(&most);
}

static void add_runs(const struct page *page)
{
    struct buf command = {0};
    add_head(page, "Runs", "运行");
    for (unsigned i = 0; i < page->lesson->arms; i++) {
        buf_clear(&command);
        buf_puts(&command, "$ ");
        lesson_command(page->lesson, i, &command);
        add_said(page, "  – ", json_get(page->lesson->arm[i], "title"));
        buf_printf(page->out, "    %s\n", buf_text(&command));
    }
    buf_finish(&command);
}

static void add_cell(struct buf *out, const char *text, unsigned width, bool is_right)
{
    unsigned cells = err_cells(text, strlen(text)), room = cells < width ? width - cells : 0;
    buf_printf(out, "%*s%s%*s", is_right ? (int)room : 0, "", text, is_right ? 0 : (int)room, "");
}

static const char *figure_title(const struct page *page, unsigned figure)
{
    return in(json_get(page->lesson->figure[figure].node, "title"), page->lang);
}

static void add_figures(const struct page *page)
{
    const struct lesson *lesson = page->lesson;
    struct buf text = {0};
    unsigned width = 0;
    for (unsigned i = 0; i < lesson->figures; i++) {
        const char *title = figure_title(page, i);
        unsigned cells = err_cells(title, strlen(title));
        width = cells > width ? cells : width;
    }
    add_head(page, "What the runs gave", "运行结果");
    add_cell(page->out, "", width + INDENT, false);
    for (unsigned arm = 0; arm < lesson->arms; arm++)
        add_cell(page->out, lesson->arm[arm]->string, CELL_WIDTH, true);
    buf_putc(page->out, '\n');
    for (unsigned i = 0; i < lesson->figures; i++) {
        buf_puts(page->out, "  ");
        add_cell(page->out, figure_title(page, i), width, false);
        for (unsigned arm = 0; arm < lesson->arms; arm++) {
            buf_clear(&text);
            lesson_say_value(lesson, page->outcome, arm, i, page->lang, &text);
            add_cell(page->out, buf_text(&text), CELL_WIDTH, true);
        }
        buf_putc(page->out, '\n');
    }
    buf_finish(&text);
}

static void add_answer(const struct page *page)
{
    struct buf text = {0};
    add_head(page, "Answer", "答案");
    lesson_say_answer(page->lesson, page->outcome, page->lang, &text);
    add_lines(page->out, "  ", buf_text(&text));
    add_said(page, "  ", json_get(page->lesson->json.root, "reveal"));
    buf_finish(&text);
}

void lesson_tell(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang, struct buf *out)
{
    struct page page = {lesson, outcome, lang, out};
    const cJSON *root = lesson->json.root;
    buf_printf(out, "%s\n", in(json_get(root, "title"), lang));
    buf_printf(out, lang == LANG_ZH ? "%s · 第 %u 条流程 · %u 分钟\n" : "%s · flow %u · %u minutes\n", lesson->id,
               lesson->flow, lesson->minutes);
    add_said(&page, "", json_get(root, "goal"));
    add_head(&page, "Story", "背景");
    add_said(&page, "  ", json_get(root, "story"));
    add_head(&page, "The law", "法规");
    add_list(&page, "law");
    add_question(&page);
    add_runs(&page);
    if (!outcome)
        return;
    add_figures(&page);
    add_answer(&page);
    add_head(&page, "To discuss", "讨论");
    add_list(&page, "discussion");
    add_head(&page, "For the trainer", "讲师提示");
    add_list(&page, "trainer");
}
