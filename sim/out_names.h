/* out_names: what layers, columns, nodes, channels, kinds, order states, figures and the parties of a book are
 * called, in both languages, as JSON: {"kind": {"vat": ["VAT", "增值税"]}, …}. */
#ifndef OUT_NAMES_H
#define OUT_NAMES_H

struct book;
struct out_json;

/* A member `name` of the document (NULL: the document). `book` NULL: without parties. */
void out_names(struct out_json *json, const char *name, const struct book *book);

#endif
