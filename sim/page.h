/* page: a document for people: as HTML with both languages in it (complete without scripts; the reader picks), or as
 * Markdown in one. Sections hold sentences and tables; what is drawn between them is the business of web/. */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/node.h"

enum page_form { PAGE_HTML, PAGE_MARKDOWN };

struct page {
    struct buf *out;
    enum page_form form;
    enum lang lang;        /* HTML: shown first; Markdown: the only one */
    unsigned currency;     /* of page_money and page_cell_money */
    bool is_in_section;
};

/* How wide a table is: few columns, as wide as the page, or a list of who got what by kind. */
enum page_width { PAGE_NARROW, PAGE_WIDE, PAGE_BY_KIND };

/* Up to the title, which is a heading too. */
void page_begin(struct page *page, const char *en, const char *zh);
/* The end; with `data`, a JSON document, also the script that draws from it (where it was built in). */
void page_end(struct page *page, const char *data);

/* A part with a heading; `id` also names the view that the script draws in it. It ends where the next begins. */
void page_section(struct page *page, const char *id, const char *en, const char *zh);
void page_part(struct page *page, const char *en, const char *zh); /* a smaller heading */
void page_sentence(struct page *page, const char *en, const char *zh);
/* A line of pieces: page_line, texts, page_line_end. `look` of HTML: "dim", "source", "" */
void page_line(struct page *page, const char *look);
void page_line_end(struct page *page);

/* A list: page_list, of each page_item, texts, page_item_end; page_list_end. */
void page_list(struct page *page);
void page_list_end(struct page *page);
void page_item(struct page *page);
void page_item_end(struct page *page);
/* Key figures: page_facts, of each page_fact, texts, page_fact_end; page_facts_end. */
void page_facts(struct page *page);
void page_fact(struct page *page, const char *en, const char *zh);
void page_fact_end(struct page *page);
void page_facts_end(struct page *page);

/* Text inside a line or a cell. */
void page_say(struct page *page, const char *en, const char *zh);
void page_text(struct page *page, const char *text);
void page_money(struct page *page, int64_t minor);
void page_span(struct page *page, int64_t seconds);
void page_markup(struct page *page, const char *html); /* as it is; nothing in Markdown */

/* `head`: pairs of English and Chinese, ended by NULL. A row: page_row, cells, page_row_end. */
void page_table(struct page *page, const char *const *head, enum page_width width);
void page_table_end(struct page *page);
void page_row(struct page *page, const char *en, const char *zh);
void page_row_total(struct page *page, const char *en, const char *zh);
void page_row_end(struct page *page);
void page_cell(struct page *page, const char *look); /* of HTML: "number", "text", "kinds"; then texts, then: */
void page_cell_end(struct page *page);
void page_cell_text(struct page *page, const char *text); /* a number as text */
void page_cell_money(struct page *page, int64_t minor);
void page_cell_count(struct page *page, uint64_t count);
void page_cell_share(struct page *page, int64_t part, int64_t whole);
void page_cell_span(struct page *page, int64_t seconds);

#endif
