/* lesson_page: a lesson to print: one sheet for participants, which tells nothing beforehand, one for the trainer. */
#include "sim/lesson.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light}*{box-sizing:border-box}"
    "body{margin:0 auto;padding:16px;max-width:820px;color:#17171c;background:#fff;"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','PingFang SC',"
    "'Microsoft YaHei',sans-serif;font-variant-numeric:tabular-nums}\n"
    "h1{font-size:26px;line-height:1.25;margin:4px 0 8px}h2{font-size:17px;margin:24px 0 4px}p{margin:4px 0 8px}"
    ".dim{color:#5b5b66}ul,ol{margin:4px 0;padding-left:24px}li{margin:4px 0}"
    ".choices{list-style:none;padding:0}.choices li{display:flex;gap:12px;align-items:flex-start}"
    ".box{flex:none;width:18px;height:18px;border:1.5px solid #17171c;margin-top:2px}"
    ".line{border-bottom:1px solid #8a8a94;height:32px}.blank{display:inline-block;border-bottom:1.5px solid #17171c;"
    "width:160px;height:24px}\n"
    "table{border-collapse:collapse;width:100%;margin:8px 0}th,td{border:1px solid #b5b5bd;padding:6px 8px;"
    "text-align:left;vertical-align:top}td.number{text-align:right;white-space:nowrap}td.open{height:36px}"
    "code{font:12.5px/1.5 ui-monospace,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}"
    ".answer{border-left:4px solid #0b6e4f;padding:4px 0 4px 12px;font-weight:600}"
    "section+section{border-top:2px solid #17171c;margin-top:40px;padding-top:8px}\n"
    "@page{size:A4;margin:16mm}@media print{body{padding:0;font-size:11pt}section+section{break-before:page;"
    "border:0;margin:0;padding:0}h2{break-after:avoid}tr,li{break-inside:avoid}}\n";

struct page {
    const struct lesson *lesson;
    const struct lesson_outcome *outcome;
    enum lang lang;
    struct buf *out;
};

static const char *pick(const struct page *page, const char *en, const char *zh)
{
    return page->lang == LANG_ZH ? zh : en;
}

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&': buf_puts(out, "&amp;"); break;
        case '<': buf_puts(out, "&lt;"); break;
        case '>': buf_puts(out, "&gt;"); break;
        default: buf_putc(out, *text);
        }
}

/* An element that holds one of the lesson's texts. `opening` may carry attributes: "p class=dim". */
static void add_said(const struct page *page, const char *opening, const struct lesson_outcome *outcome,
                     const cJSON *texts)
{
    struct buf text = {0};
    lesson_say(page->lesson, outcome, texts, page->lang, &text);
    buf_printf(page->out, "<%s>", opening);
    add_escaped(page->out, buf_text(&text));
    buf_printf(page->out, "</%.*s>\n", (int)strcspn(opening, " "), opening);
    buf_finish(&text);
}

static void add_head(const struct page *page, const char *en, const char *zh)
{
    buf_printf(page->out, "<h2>%s</h2>\n", pick(page, en, zh));
}

static void add_list(const struct page *page, const char *opening, const char *name,
                     const struct lesson_outcome *outcome)
{
    const cJSON *node;
    buf_printf(page->out, "<%s>\n", opening);
    cJSON_ArrayForEach(node, json_get(page->lesson->json.root, name))
        add_said(page, "li", outcome, node);
    buf_printf(page->out, "</%s>\n", opening);
}

/* ---- for participants ---- */

static void add_question(const struct page *page)
{
    const struct lesson *lesson = page->lesson;
    add_head(page, "Question", "问题");
    add_said(page, "p", NULL, json_get(lesson->json.root, "question"));
    buf_puts(page->out, lesson->choices ? "<ul class=\"choices\">\n" : "");
    for (unsigned i = 0; i < lesson->choices; i++) {
        buf_puts(page->out, "<li><span class=\"box\"></span>");
        add_said(page, "span", NULL, json_get(lesson->choice[i].node, "text"));
        buf_puts(page->out, "</li>\n");
    }
    buf_puts(page->out, lesson->choices ? "</ul>\n" : "");
    if (!lesson->choices)
        buf_printf(page->out, "<p>%s <span class=\"blank\"></span></p>\n",
                   pick(page, "My prediction:", "我的预测："));
    buf_printf(page->out, "<p>%s</p><div class=\"line\"></div><div class=\"line\"></div>\n",
               pick(page, "Because:", "理由："));
}

/* The figures of all runs; open ones are for participants to fill in. */
static void add_table(const struct page *page, bool is_open)
{
    const struct lesson *lesson = page->lesson;
    struct buf text = {0};
    buf_puts(page->out, "<table><thead><tr><td></td>");
    for (unsigned arm = 0; arm < lesson->arms; arm++)
        add_said(page, "th scope=\"col\"", NULL, json_get(lesson->arm[arm], "title"));
    buf_puts(page->out, "</tr></thead><tbody>\n");
    for (unsigned i = 0; i < lesson->figures; i++) {
        buf_puts(page->out, "<tr>");
        add_said(page, "th scope=\"row\"", NULL, json_get(lesson->figure[i].node, "title"));
        for (unsigned arm = 0; arm < lesson->arms; arm++) {
            buf_clear(&text);
            if (!is_open)
                lesson_say_value(lesson, page->outcome, arm, i, page->lang, &text);
            buf_printf(page->out, "<td class=\"%s\">%s</td>", is_open ? "open" : "number", buf_text(&text));
        }
        buf_puts(page->out, "</tr>\n");
    }
    buf_puts(page->out, "</tbody></table>\n");
    buf_finish(&text);
}

static void add_sheet(const struct page *page)
{
    const cJSON *root = page->lesson->json.root;
    buf_printf(page->out, "<section>\n<p class=\"dim\">tradeloom · %s %u · %u %s</p>\n",
               pick(page, "flow", "流程"), page->lesson->flow, page->lesson->minutes, pick(page, "minutes", "分钟"));
    add_said(page, "h1", NULL, json_get(root, "title"));
    add_said(page, "p", NULL, json_get(root, "story"));
    add_head(page, "The law", "法规");
    add_list(page, "ul", "law", NULL);
    add_question(page);
    add_head(page, "What the runs gave", "运行结果");
    add_table(page, true);
    add_head(page, "What I take along", "我的收获");
    buf_puts(page->out, "<div class=\"line\"></div><div class=\"line\"></div>\n</section>\n");
}

/* ---- for the trainer ---- */

static void add_commands(const struct page *page)
{
    struct buf text = {0};
    add_head(page, "The runs, to repeat them", "运行命令，可重做");
    buf_puts(page->out, "<ul>\n");
    for (unsigned arm = 0; arm < page->lesson->arms; arm++) {
        buf_clear(&text);
        lesson_command(page->lesson, arm, &text);
        buf_puts(page->out, "<li>");
        add_said(page, "span", NULL, json_get(page->lesson->arm[arm], "title"));
        buf_puts(page->out, "<br><code>");
        add_escaped(page->out, buf_text(&text));
        buf_puts(page->out, "</code></li>\n");
    }
    buf_puts(page->out, "</ul>\n");
    buf_finish(&text);
}

static void add_key(const struct page *page)
{
    const cJSON *root = page->lesson->json.root;
    struct buf text = {0};
    buf_printf(page->out, "<section>\n<p class=\"dim\">%s</p>\n",
               pick(page, "For the trainer: answer and debrief", "讲师用：答案与讲评"));
    add_said(page, "h1", NULL, json_get(root, "title"));
    add_said(page, "p", NULL, json_get(root, "goal"));
    add_head(page, "Answer", "答案");
    lesson_say_answer(page->lesson, page->outcome, page->lang, &text);
    buf_puts(page->out, "<p class=\"answer\">");
    add_escaped(page->out, buf_text(&text));
    buf_puts(page->out, "</p>\n");
    add_said(page, "p", page->outcome, json_get(root, "reveal"));
    add_table(page, false);
    add_head(page, "To discuss", "讨论");
    add_list(page, "ol", "discussion", page->outcome);
    add_head(page, "Hints", "提示");
    add_list(page, "ul", "trainer", page->outcome);
    add_commands(page);
    buf_printf(page->out, "<p class=\"dim\">%s</p>\n</section>\n",
               pick(page, "A teaching model, no legal advice.", "教学模型，不构成法律意见。"));
    buf_finish(&text);
}

void lesson_handout(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang, struct buf *out)
{
    struct page page = {lesson, outcome, lang, out};
    struct buf title = {0};
    lesson_say(lesson, NULL, json_get(lesson->json.root, "title"), lang, &title);
    buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
               lang == LANG_ZH ? "zh" : "en");
    add_escaped(out, buf_text(&title));
    buf_printf(out, "</title>\n<style>\n%s</style></head>\n<body><main>\n", style);
    add_sheet(&page);
    add_key(&page);
    buf_puts(out, "</main></body>\n</html>\n");
    buf_finish(&title);
}
