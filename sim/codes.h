/* codes: what each code that the program prints means: errors, warnings, refusals of the law, reasons to set a line
 * aside. */
#ifndef CODES_H
#define CODES_H

#include <stdbool.h>

#include "core/node.h"

struct buf;

/* Writes what a code means and what to do; false when nothing prints such a code. */
bool codes_explain(const char *code, enum lang lang, struct buf *out);
/* Every code with its first sentence, by the places where they occur. */
void codes_list(enum lang lang, struct buf *out);
/* The nearest code, NULL: none is near. The text lives as long as the program. */
const char *codes_nearest(const char *code);

#endif
