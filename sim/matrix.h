/* matrix: the nine nodes as a table for a terminal, and the key figures of a run below it. Law above trade above
 * logistics; export, general trade, import; always so. */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdbool.h>

#include "core/node.h"

struct buf;
struct run;

/* `color`: with ANSI colours; each layer has its hue, a darker cell costs more. 80 columns wide. */
void matrix_render(const struct run *run, enum lang lang, bool color, struct buf *out);
/* Orders by state, channels, identity, books, and in a replay what became of the input lines. */
void matrix_figures(const struct run *run, enum lang lang, bool color, struct buf *out);

#endif
