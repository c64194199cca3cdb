/* page: headings, sentences and tables in HTML and in Markdown, and the frame of the HTML page. */
#include "sim/page.h"

#include <string.h>

#include "core/check.h"
#include "sim/data.h"
#include "sim/run.h"

static bool is_html(const struct page *page)
{
    return page->form == PAGE_HTML;
}

static void add(struct page *page, const char *bytes)
{
    buf_puts(page->out, bytes);
}

static const char *of_lang(const struct page *page, const char *en, const char *zh)
{
    return page->lang == LANG_ZH ? zh : en;
}

/* ---- texts ---- */

static void add_escaped(struct page *page, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&': add(page, "&amp;"); break;
        case '<': add(page, "&lt;"); break;
        case '>': add(page, "&gt;"); break;
        case '"': add(page, "&quot;"); break;
        default: buf_putc(page->out, *text);
        }
}

/* What would be read as a mark is written with a backslash; a line stays a line. */
static void add_marked(struct page *page, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_|<[]", *text))
            buf_putc(page->out, '\\');
        buf_putc(page->out, *text == '\n' ? ' ' : *text);
    }
}

/* Chinese: a blank beside a Chinese character or a sign is a thin one, as it is set. */
static void add_chinese(struct page *page, const char *text)
{
    for (const char *at = text; *at; at++) {
        char piece[2] = {*at, '\0'};
        bool is_beside = at > text && ((at[-1] & 0x80) || (at[1] & 0x80));
        if (*at == ' ' && is_beside)
            add(page, "\u2009");
        else
            page_text(page, piece);
    }
}

void page_text(struct page *page, const char *text)
{
    if (is_html(page))
        add_escaped(page, text);
    else
        add_marked(page, text);
}

void page_say(struct page *page, const char *en, const char *zh)
{
    if (!is_html(page)) {
        if (page->lang == LANG_ZH)
            add_chinese(page, zh);
        else
            page_text(page, en);
        return;
    }
    if (strcmp(en, zh) == 0) {
        page_text(page, en);
        return;
    }
    add(page, "<span lang=\"en\">");
    page_text(page, en);
    add(page, "</span><span lang=\"zh\">");
    add_chinese(page, zh);
    add(page, "</span>");
}

void page_money(struct page *page, int64_t minor)
{
    run_money(page->out, minor, page->currency);
}

void page_markup(struct page *page, const char *html)
{
    if (is_html(page))
        add(page, html);
}

/* ---- sections and lines ---- */

void page_section(struct page *page, const char *id, const char *en, const char *zh)
{
    if (!is_html(page)) {
        add(page, "\n## ");
        page_say(page, en, zh);
        add(page, "\n");
        return;
    }
    if (page->is_in_section)
        add(page, "</section>\n");
    page->is_in_section = true;
    buf_printf(page->out, "<section id=\"%s\" data-view=\"%s\">\n<h2>", id, id);
    page_say(page, en, zh);
    add(page, "</h2>\n");
}

void page_part(struct page *page, const char *en, const char *zh)
{
    add(page, is_html(page) ? "<h3>" : "\n### ");
    page_say(page, en, zh);
    add(page, is_html(page) ? "</h3>\n" : "\n");
}

void page_line(struct page *page, const char *look)
{
    if (!is_html(page))
        add(page, "\n");
    else if (*look)
        buf_printf(page->out, "<p class=\"%s\">", look);
    else
        add(page, "<p>");
}

void page_line_end(struct page *page)
{
    add(page, is_html(page) ? "</p>\n" : "\n");
}

void page_sentence(struct page *page, const char *en, const char *zh)
{
    page_line(page, "dim");
    page_say(page, en, zh);
    page_line_end(page);
}

void page_list(struct page *page)
{
    add(page, is_html(page) ? "<ul>\n" : "\n");
}

void page_list_end(struct page *page)
{
    page_markup(page, "</ul>\n");
}

void page_item(struct page *page)
{
    add(page, is_html(page) ? "<li>" : "- ");
}

void page_item_end(struct page *page)
{
    add(page, is_html(page) ? "</li>\n" : "\n");
}

void page_facts(struct page *page)
{
    add(page, is_html(page) ? "<dl class=\"key\">\n" : "\n");
}

void page_fact(struct page *page, const char *en, const char *zh)
{
    add(page, is_html(page) ? "<div><dt>" : "- ");
    page_say(page, en, zh);
    page_say(page, is_html(page) ? "" : ": ", is_html(page) ? "" : "：");
    page_markup(page, "</dt><dd>");
}

void page_fact_end(struct page *page)
{
    add(page, is_html(page) ? "</dd></div>\n" : "\n");
}

void page_facts_end(struct page *page)
{
    page_markup(page, "</dl>\n");
}

/* ---- tables ---- */

static void add_html_head(struct page *page, const char *const *head, enum page_width width)
{
    static const char *const divisions[] = {[PAGE_NARROW] = "<div class=\"narrow\">",
                                            [PAGE_WIDE] = "<div class=\"wide\" tabindex=\"0\">",
                                            [PAGE_BY_KIND] = "<div class=\"by-kind\">"};
    add(page, divisions[width]);
    add(page, "<table><thead><tr>");
    for (; *head; head += 2) {
        add(page, **head ? "<th scope=\"col\">" : "<td>");
        page_say(page, head[0], head[1]);
        add(page, **head ? "</th>" : "</td>");
    }
    add(page, "</tr></thead><tbody>\n");
}

void page_table(struct page *page, const char *const *head, enum page_width width)
{
    if (is_html(page)) {
        add_html_head(page, head, width);
        return;
    }
    size_t columns = 0;
    add(page, "\n|");
    for (; *head; head += 2, columns++) {
        add(page, " ");
        page_say(page, head[0], head[1]);
        add(page, " |");
    }
    add(page, "\n|");
    for (size_t i = 0; i < columns; i++)
        add(page, i == 0 ? " --- |" : " ---: |");
    add(page, "\n");
}

void page_table_end(struct page *page)
{
    page_markup(page, "</tbody></table></div>\n");
}

void page_row(struct page *page, const char *en, const char *zh)
{
    add(page, is_html(page) ? "<tr><th scope=\"row\">" : "| ");
    page_say(page, en, zh);
    add(page, is_html(page) ? "</th>" : " |");
}

void page_row_total(struct page *page, const char *en, const char *zh)
{
    add(page, is_html(page) ? "<tr class=\"total\"><th scope=\"row\">" : "| **");
    page_say(page, en, zh);
    add(page, is_html(page) ? "</th>" : "** |");
}

void page_row_end(struct page *page)
{
    add(page, is_html(page) ? "</tr>\n" : "\n");
}

void page_cell(struct page *page, const char *look)
{
    if (is_html(page))
        buf_printf(page->out, "<td class=\"%s\">", look);
    else
        add(page, " ");
}

void page_cell_end(struct page *page)
{
    add(page, is_html(page) ? "</td>" : " |");
}

void page_cell_text(struct page *page, const char *text)
{
    page_cell(page, "number");
    page_text(page, text);
    page_cell_end(page);
}

void page_cell_money(struct page *page, int64_t minor)
{
    page_cell(page, "number");
    page_money(page, minor);
    page_cell_end(page);
}

void page_cell_count(struct page *page, uint64_t count)
{
    page_cell(page, "number");
    run_count(page->out, count);
    page_cell_end(page);
}

void page_cell_share(struct page *page, int64_t part, int64_t whole)
{
    page_cell(page, "number");
    run_share(page->out, part, whole);
    page_cell_end(page);
}

void page_span(struct page *page, int64_t seconds)
{
    struct buf en = {0}, zh = {0};
    run_span(&en, seconds, LANG_EN);
    run_span(&zh, seconds, LANG_ZH);
    page_say(page, buf_text(&en), buf_text(&zh));
    buf_finish(&en);
    buf_finish(&zh);
}

void page_cell_span(struct page *page, int64_t seconds)
{
    page_cell(page, "number");
    page_span(page, seconds);
    page_cell_end(page);
}

/* ---- the frame ---- */

/* A file that is compiled in; nothing when it is not. */
static void add_file(struct page *page, const char *path)
{
    const struct data_span *span = data_find(path);
    if (span)
        buf_add(page->out, span->start, (size_t)(span->end - span->start));
}

void page_begin(struct page *page, const char *en, const char *zh)
{
    bool is_zh = page->lang == LANG_ZH;
    check(page->lang == LANG_EN || is_zh);
    if (!is_html(page)) {
        add(page, "# ");
        page_say(page, en, zh);
        add(page, "\n");
        return;
    }
    buf_printf(page->out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               is_zh ? "zh" : "en");
    add(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
              "script-src 'unsafe-inline'\">\n"); /* it asks nobody for anything */
    add(page, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    page_text(page, of_lang(page, en, zh));
    add(page, " · tradeloom</title>\n<style>\n");
    add_file(page, "web/style.css");
    buf_printf(page->out,
               "</style>\n</head>\n<body>\n<main>\n"
               "<input class=\"pick\" type=\"radio\" name=\"pick\" id=\"pick-en\"%s aria-label=\"English\">\n"
               "<input class=\"pick\" type=\"radio\" name=\"pick\" id=\"pick-zh\"%s aria-label=\"中文\">\n"
               "<div class=\"picks\"><label class=\"to-en\" for=\"pick-en\">English</label>"
               "<label class=\"to-zh\" for=\"pick-zh\">中文</label></div>\n<h1>",
               is_zh ? "" : " checked", is_zh ? " checked" : "");
    page_say(page, en, zh);
    add(page, "</h1>\n");
}

/* JSON in which no tag can end, and the script, which was bundled when the program was built (web/). */
static void add_script(struct page *page, const char *data)
{
    const struct data_span *script = data_find("web/report.js");
    if (!script || script->start == script->end)
        return;
    add(page, "<script type=\"application/json\" id=\"data\">");
    for (; *data; data++)
        if (*data == '<')
            add(page, "\\u003c");
        else
            buf_putc(page->out, *data);
    add(page, "</script>\n<script>");
    add_file(page, "web/report.js");
    add(page, "</script>\n");
}

void page_end(struct page *page, const char *data)
{
    if (!is_html(page))
        return;
    if (page->is_in_section)
        add(page, "</section>\n");
    add(page, "</main>\n");
    if (data)
        add_script(page, data);
    add(page, "</body>\n</html>\n");
}
