/* rule_list: the law of a book for a person: packs in force, values with their laws, changes, counts. */
#ifndef RULE_LIST_H
#define RULE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct rulebook;

/* `place` 0: all; `day` DAY_UNSET: whatever the day; lang as enum lang of core/node.h. */
void rule_list(const struct rulebook *book, uint16_t place, int32_t day, int lang, struct buf *out);
/* The values of a pack, those of a day or all, and its steps; false when there is no such pack. */
bool rule_show(const struct rulebook *book, const char *id, int32_t day, int lang, struct buf *out);
/* The id of a pack that is near to a word, else NULL. */
const char *rule_nearest(const struct rulebook *book, const char *id);
/* What differs between two days: packs, values, rows of tariffs. */
void rule_changes(const struct rulebook *book, uint16_t place, int32_t from, int32_t to, int lang, struct buf *out);
/* What a book with a reform laid over says otherwise: values with the days on which they differ, steps, new packs;
 * `id` NULL: of all packs; false when there is no such pack. */
bool rule_differences(const struct rulebook *book, const struct rulebook *reformed, const char *id, uint16_t place,
                      int lang, struct buf *out);
/* How much there is; the last day up to which a pack says that its law was followed. */
struct rule_census {
    uint32_t packs, rows; /* rows of tariffs */
    int32_t kept_until;
};
struct rule_census rule_count(const struct rulebook *book);
/* The cases that a pack was tried by, as somebody counted them: of the steps and the turns of values (a value's first
 * day, and the day before) that it states itself, how many a case meets. */
struct rule_cases {
    const char *pack;
    uint32_t cases, steps, steps_met, turns, turns_met;
};
/* What each pack holds, its cases, and rows of tariffs that contradict each other; the number of those. `cases` may be
 * empty. */
uint32_t rule_tally(const struct rulebook *book, const struct rule_cases *cases, size_t count, struct buf *out);

#endif
