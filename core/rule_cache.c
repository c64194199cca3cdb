/* rule_cache: chooses the pack that governs an order, and keeps programs bound to what is known of orders and lines. */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

enum { CACHE_BYTES_MAX = 64 << 20 };

static inline bool same_words(struct words x, const struct words *y)
{
    return ((x.a ^ y->a) | (x.b ^ y->b) | (x.c ^ y->c)) == 0;
}

/* Each word by a multiplier of its own, so that none waits for another. */
static inline uint64_t hash_words(struct words x)
{
    uint64_t h = (x.a ^ x.a >> 32) * 0x9E3779B97F4A7C15u + (x.b ^ x.b >> 32) * 0xD6E8FEB86659FD93u +
                 (x.c ^ x.c >> 32) * 0xA0761D6478BD642Fu;
    return h ^ h >> 29;
}

/* ---- slots ---- */

static void open_slots(struct slots *slots, uint32_t room)
{
    *slots = (struct slots){memory_take(room * sizeof *slots->at), room, 0};
}

/* The slot of what begins with these words, or the free one where it belongs. */
static inline struct words **slot_of(const struct slots *slots, struct words words)
{
    uint32_t mask = slots->room - 1, i = (uint32_t)hash_words(words) & mask;
    while (slots->at[i] && !same_words(words, slots->at[i]))
        i = (i + 1) & mask;
    return &slots->at[i];
}

/* Counts what was put into a free slot, and makes room in time. */
static void slot_filled(struct slots *slots)
{
    if (++slots->used * 2 <= slots->room)
        return;
    struct slots grown = {memory_take(slots->room * 2 * sizeof *grown.at), slots->room * 2, slots->used};
    for (uint32_t i = 0; i < slots->room; i++)
        if (slots->at[i])
            *slot_of(&grown, *slots->at[i]) = slots->at[i];
    memory_release(slots->at);
    *slots = grown;
}

static void empty_slots(struct slots *slots)
{
    memset(slots->at, 0, slots->room * sizeof *slots->at);
    slots->used = 0;
}

struct rule_cache *rule_cache_create(const struct rulebook *book)
{
    struct rule_cache *cache = memory_take(sizeof *cache);
    cache->book = book;
    open_slots(&cache->order, 256);
    open_slots(&cache->line, 1024);
    cache->places = book->places;
    cache->stretch = memory_take((book->places + 1) * sizeof *cache->stretch);
    cache->line_room = 8;
    cache->order_register = memory_take((1 + cache->line_room) * REGISTERS_MAX * sizeof *cache->order_register);
    cache->line_register = cache->order_register + REGISTERS_MAX;
    cache->run_line = memory_take(cache->line_room * sizeof *cache->run_line);
    cache->quick_run = memory_take(sizeof *cache->quick_run);
    cache->last = cache->memo = memory_take(ORDER_MEMOS * sizeof *cache->memo);
    return cache;
}

void rule_cache_free(struct rule_cache *cache)
{
    if (!cache)
        return;
    for (uint32_t i = 0; i < cache->places; i++) /* the book may be gone */
        memory_release(cache->stretch[i]);
    memory_release(cache->stretch);
    memory_release(cache->order.at);
    memory_release(cache->line.at);
    memory_release(cache->order_register);
    memory_release(cache->run_line);
    memory_release(cache->quick_run);
    memory_release(cache->fuser);
    memory_release(cache->folder);
    memory_release(cache->memo);
    arena_finish(&cache->arena);
    memory_release(cache);
}

/* ---- which law ---- */

/* Days for which the stretch of a place is looked up in a table: 2014 to 2029. */
enum { STRETCH_FROM = 16071, STRETCH_DAYS = 5844 };

static uint16_t *fill_stretch(const struct rulebook *book, uint16_t place)
{
    uint16_t *table = memory_take(STRETCH_DAYS * sizeof *table);
    for (int32_t i = 0; i < STRETCH_DAYS; i++)
        table[i] = rule_stretch(book, place, STRETCH_FROM + i);
    return table;
}

static uint16_t stretch_of(struct rule_cache *cache, uint16_t place, int32_t day)
{
    const struct place_law *law = rule_place(cache->book, place);
    uint32_t at = (uint32_t)day - STRETCH_FROM;
    if (!law || at >= STRETCH_DAYS)
        return rule_stretch(cache->book, place, day);
    uint16_t **table = &cache->stretch[law - cache->book->place];
    if (!*table)
        *table = fill_stretch(cache->book, place);
    return (*table)[at];
}

/* The pack that governs an order; else says why there is none. */
static const struct pack *find_pack(const struct rulebook *book, const struct fact_order *order, bool *place,
                                    bool *later)
{
    const struct place_law *law = rule_place(book, order->to);
    *place = law != NULL && law->packs > 0;
    for (uint32_t i = 0; law && i < law->packs; i++) {
        const struct pack *pack = law->pack[i];
        if (!(pack->forms & 1u << order->form))
            continue;
        int32_t day = pack->reads_sale ? order->sale_day : order->entry_day;
        if (day >= pack->from && day <= pack->until)
            return pack;
        *later = *later || day < pack->from;
    }
    return NULL;
}

/* The first day of the packs of the order's place and form. */
static int32_t first_day(const struct rulebook *book, const struct fact_order *order)
{
    int32_t first = DAY_MAX;
    const struct place_law *law = rule_place(book, order->to);
    for (uint32_t i = 0; law && i < law->packs; i++)
        if (law->pack[i]->forms & 1u << order->form && law->pack[i]->from < first)
            first = law->pack[i]->from;
    return first;
}

static const struct pack *choose(const struct rulebook *book, const struct fact_order *order,
                                 struct rule_answer *answer)
{
    bool place = false, later = false;
    char message[120];
    const struct pack *pack = find_pack(book, order, &place, &later);
    if (pack)
        return pack;
    const char to[3] = {(char)(order->to >> 8), (char)(order->to & 255), '\0'}, *form = form_id((enum form)order->form);
    char first[11];
    date_write(first_day(book, order), first);
    if (later)
        snprintf(message, sizeof message, "the law of %s for the form \"%s\" is known from %s on", to, form, first);
    else if (place)
        snprintf(message, sizeof message, "no rule pack of %s governs the form \"%s\" on this day", to, form);
    else
        snprintf(message, sizeof message, "there is no rule pack for %s", to);
    rule_answer_fail(answer, later ? ERR_BEFORE_FIRST : ERR_NO_PACK, message);
    return NULL;
}

bool rule_governs(struct rule_cache *cache, const struct fact_order *order, struct rule_answer *answer)
{
    return choose(cache->book, order, answer) != NULL;
}

/* ---- programs ---- */

static void empty(struct rule_cache *cache)
{
    empty_slots(&cache->order);
    empty_slots(&cache->line);
    arena_finish(&cache->arena);
    memset(cache->memo, 0, ORDER_MEMOS * sizeof *cache->memo);
    cache->quick_run->quick = NULL;
}

static inline struct words words_of_order(const struct fact_order *order, uint64_t days)
{
    uint32_t sub;
    memcpy(&sub, order->sub, sizeof sub);
    return (struct words){(uint64_t)sub << 32 | (uint32_t)order->from << 16 | order->to,
                          (uint64_t)order->flags << 32 | (uint32_t)order->form << 16 |
                              (uint32_t)order->transport << 8 | order->incoterm,
                          days};
}

/* The words of an order's program: stretches instead of days. */
static inline struct words words_of_program(struct rule_cache *cache, const struct fact_order *order)
{
    uint16_t sale = stretch_of(cache, order->to, order->sale_day);
    uint16_t entry = order->entry_day == order->sale_day ? sale : stretch_of(cache, order->to, order->entry_day);
    return words_of_order(order, (uint64_t)sale << 16 | entry);
}

/* What is known of an order that was seen before; its program is NULL otherwise. */
static inline const struct order_memo *known_order(struct rule_cache *cache, const struct fact_order *order)
{
    struct words asked = words_of_order(order, (uint64_t)(uint32_t)order->sale_day << 32 | (uint32_t)order->entry_day);
    if (!same_words(asked, &cache->last->words))
        cache->last = &cache->memo[hash_words(asked) % ORDER_MEMOS];
    struct order_memo *memo = cache->last;
    if (memo->bound && same_words(asked, &memo->words))
        return memo;
    const struct place_law *law = rule_place(cache->book, order->to);
    const void *found = law ? *slot_of(&cache->order, words_of_program(cache, order)) : NULL;
    *memo = (struct order_memo){.words = asked, .bound = found};
    if (memo->bound)
        memo->law = (struct rule_law){memo->bound->pack->reads_sale, law->currency, law->facts};
    return memo;
}

struct rule_law rule_law_of(struct rule_cache *cache, const struct fact_order *order)
{
    const struct order_memo *known = known_order(cache, order);
    if (known->bound)
        return known->law;
    const struct place_law *law = rule_place(cache->book, order->to);
    bool place = false, later = false;
    if (!law)
        return (struct rule_law){0};
    const struct pack *pack = find_pack(cache->book, order, &place, &later);
    return (struct rule_law){pack && pack->reads_sale, law->currency, law->facts};
}

const struct bound_order *rule_cached_order(struct rule_cache *cache, const struct fact_order *order,
                                            struct rule_answer *answer)
{
    if (cache->arena.used > CACHE_BYTES_MAX)
        empty(cache);
    const struct order_memo *known = known_order(cache, order);
    if (known->bound)
        return known->bound;
    const struct pack *pack = choose(cache->book, order, answer);
    if (!pack)
        return NULL;
    struct bound_order *bound = rule_bind_order(cache, pack, order);
    bound->words = words_of_program(cache, order);
    *slot_of(&cache->order, bound->words) = &bound->words;
    slot_filled(&cache->order);
    return bound;
}

const struct bound_line *rule_cached_line(struct rule_cache *cache, const struct bound_order *order,
                                          const struct fact_line *line)
{
    struct words words = {.a = (uint64_t)(uintptr_t)order};
    uint32_t tail;
    memcpy(&words.b, line->hs, 8);
    memcpy(&tail, line->hs + 8, 4);
    words.c = (uint64_t)tail << 32 | (uint32_t)line->origin << 16 | line->flags;
    struct order_memo *memo = cache->last;
    if (memo->line && same_words(words, &memo->line->words))
        return memo->line;
    const void *known = *slot_of(&cache->line, words);
    memo->line = known;
    if (known)
        return known;
    struct bound_line *bound = rule_bind_line(cache, order, line);
    bound->words = words;
    *slot_of(&cache->line, words) = &bound->words;
    slot_filled(&cache->line);
    return bound;
}
