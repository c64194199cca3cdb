/* rule_json: the law of a book as JSON: packs, and one pack with its values over time and its steps. */
#ifndef RULE_JSON_H
#define RULE_JSON_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct rulebook;

/* {"packs": [...]}, one line; `place` 0: all; `day` DAY_UNSET: whatever the day. */
void rule_list_json(const struct rulebook *book, uint16_t place, int32_t day, struct buf *out);
/* A pack, one line: its values of a day or of all (DAY_UNSET), its steps; false when there is no such pack. */
bool rule_show_json(const struct rulebook *book, const char *id, int32_t day, struct buf *out);

#endif
