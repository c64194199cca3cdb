/* lesson_int: what the files of a lesson share. */
#ifndef LESSON_INT_H
#define LESSON_INT_H

#include "sim/lesson.h"

/* Reads the bytes from … to of a text as a term. 0, or -1 with an error in the text. */
int lesson_term_read(const struct lesson *lesson, const cJSON *node, size_t from, size_t to, struct lesson_term *term,
                     struct errs *errs);
/* What it comes to, in millionths. */
int64_t lesson_term_value(const struct lesson_outcome *outcome, const struct lesson_term *term);
/* In which unit: that of its figure; of a quotient, a number. */
enum figure_unit lesson_term_unit(const struct lesson *lesson, const struct lesson_term *term);

#endif
