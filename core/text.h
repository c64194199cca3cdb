/* text: views of bytes, and names interned to small ids in order of first sight. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct text {
    const char *ptr;
    size_t len;
};

struct text text_of(const char *zero_terminated);
bool text_is(struct text text, const char *other);
uint64_t text_hash(const char *bytes, size_t length); /* stable across machines */

/* Interned names: id 0 is the empty name (unset); ids count up from 1. Lookup is by hash, ids and
 * order of iteration depend only on the order of insertion. */
struct names {
    struct arena *arena;
    const char **name;
    uint32_t *slot;
    uint32_t count, capacity, slots;
};

void names_init(struct names *names, struct arena *arena);
uint32_t names_add(struct names *names, const char *name, size_t length);
uint32_t names_find(const struct names *names, const char *name, size_t length); /* 0: unknown */
const char *names_at(const struct names *names, uint32_t id);

/* ISO 3166-1 alpha-2 / ISO 4217 codes packed into integers: "CN" -> 'C'<<8|'N'. 0: not a code. */
uint16_t text_country(const char *code, size_t length);
bool text_is_country(uint16_t country); /* is it a code of ISO 3166-1? */
struct err;
/* "cn" is China and "UK" is not the code of the United Kingdom: says which code was meant. */
void text_help_country(struct err *err, const char *text, size_t length);
uint32_t text_currency(const char *code, size_t length);

#endif
