/* rule_watch: entries of reforms, and which of them the programs of a cache depend on. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/rule_int.h"

struct rule_watch rule_watch_on(struct rulebook *book, int32_t from, const char *format, ...)
{
    char name[160];
    va_list list;
    va_start(list, format);
    vsnprintf(name, sizeof name, format, list);
    va_end(list);
    uint32_t number = 1;
    while (number <= book->watches && strcmp(book->watched[number], name) != 0)
        number++;
    if (number > RULE_WATCHED_MAX)
        return (struct rule_watch){0};
    if (number > book->watches)
        book->watched[book->watches = number] = arena_copy(&book->arena, name, strlen(name));
    return (struct rule_watch){(uint16_t)number, from};
}

void rule_see(struct rule_cache *cache, struct rule_watch watch, int32_t day)
{
    if (watch.number && day >= watch.from && cache)
        cache->seen[watch.number / 64] |= UINT64_C(1) << watch.number % 64;
}

uint32_t rule_watched(const struct rulebook *book)
{
    return book->watches;
}

const char *rule_watched_name(const struct rulebook *book, uint32_t number)
{
    check(number >= 1 && number <= book->watches);
    return book->watched[number];
}

void rule_cache_seen(const struct rule_cache *cache, uint64_t seen[RULE_WATCH_WORDS])
{
    for (unsigned i = 0; i < RULE_WATCH_WORDS; i++)
        seen[i] |= cache->seen[i];
}
