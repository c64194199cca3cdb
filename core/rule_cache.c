/* rule_cache: chooses the pack that governs an order, and keeps programs bound to what is known of orders and lines. */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

enum { CACHE_BYTES_MAX = 64 << 20 };

/* Of whole words, each by a multiplier of its own, so that none waits for another. */
static uint64_t hash_words(const void *key, size_t bytes)
{
    static const uint64_t multiplier[] = {0x9E3779B97F4A7C15u, 0xD6E8FEB86659FD93u, 0xA0761D6478BD642Fu,
                                          0xE7037ED1A0B428DBu, 0x8EBC6AF09C88C6E3u};
    uint64_t h = 0, word;
    for (size_t i = 0; i * 8 < bytes; i++) {
        memcpy(&word, (const char *)key + i * 8, 8);
        h += (word ^ word >> 32) * multiplier[i];
    }
    return h ^ h >> 29;
}

static bool same_words(const void *a, const void *b, size_t bytes)
{
    uint64_t differs = 0;
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t x, y;
        memcpy(&x, (const char *)a + i, 8);
        memcpy(&y, (const char *)b + i, 8);
        differs |= x ^ y;
    }
    return differs == 0;
}

/* ---- slots: what stands there begins with its key, of whole words ---- */

static void open_slots(struct slots *slots, uint32_t room)
{
    *slots = (struct slots){memory_take(room * sizeof *slots->at), room, 0};
}

/* The slot that holds the key, or the free one where it belongs. Inlined, as the length of a key is known where it is
 * called. */
static inline void **slot_of(const struct slots *slots, const void *key, size_t bytes)
{
    uint32_t mask = slots->room - 1, i = (uint32_t)hash_words(key, bytes) & mask;
    while (slots->at[i] && !same_words(slots->at[i], key, bytes))
        i = (i + 1) & mask;
    return &slots->at[i];
}

/* Counts what was put into a free slot, and makes room in time. */
static void slot_filled(struct slots *slots, size_t key_bytes)
{
    if (++slots->used * 2 <= slots->room)
        return;
    struct slots grown = {memory_take(slots->room * 2 * sizeof *grown.at), slots->room * 2, slots->used};
    for (uint32_t i = 0; i < slots->room; i++)
        if (slots->at[i])
            *slot_of(&grown, slots->at[i], key_bytes) = slots->at[i];
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

/* What an order needs of a pack, and what was found for it last. */
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

static const struct pack *pack_of(struct rule_cache *cache, const struct fact_order *order, bool *place,
                                  bool *later)
{
    struct pack_memo *memo = &cache->memo_pack;
    if (memo->pack && memo->to == order->to && memo->form == order->form &&
        memo->sale_day == order->sale_day && memo->entry_day == order->entry_day)
        return memo->pack;
    const struct pack *pack = find_pack(cache->book, order, place, later);
    *memo = (struct pack_memo){pack, order->to, order->form, order->sale_day, order->entry_day};
    return pack;
}

bool rule_reads_sale(struct rule_cache *cache, const struct fact_order *order)
{
    bool place = false, later = false;
    const struct pack *pack = pack_of(cache, order, &place, &later);
    return pack && pack->reads_sale;
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

const struct pack *rule_choose(struct rule_cache *cache, const struct fact_order *order, struct rule_answer *answer)
{
    bool place = false, later = false;
    char message[120];
    const struct pack *pack = pack_of(cache, order, &place, &later);
    if (pack)
        return pack;
    const char to[3] = {(char)(order->to >> 8), (char)(order->to & 255), '\0'}, *form = form_id((enum form)order->form);
    char first[11];
    date_write(first_day(cache->book, order), first);
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
    return rule_choose(cache, order, answer) != NULL;
}

/* ---- programs ---- */

static void empty(struct rule_cache *cache)
{
    empty_slots(&cache->order);
    empty_slots(&cache->line);
    arena_finish(&cache->arena);
}

static struct order_key key_of(struct rule_cache *cache, const struct pack *pack, const struct fact_order *order)
{
    struct order_key key;
    memset(&key, 0, sizeof key);
    key.pack = (uint16_t)(pack - cache->book->pack);
    key.epoch_sale = stretch_of(cache, order->to, order->sale_day);
    key.epoch_entry = order->entry_day == order->sale_day ? key.epoch_sale
                                                          : stretch_of(cache, order->to, order->entry_day);
    key.from = order->from;
    key.to = order->to;
    memcpy(key.sub, order->sub, sizeof key.sub);
    key.form = order->form;
    key.transport = order->transport;
    key.incoterm = order->incoterm;
    key.flags = order->flags;
    return key;
}

const struct bound_order *rule_cached_order(struct rule_cache *cache, const struct pack *pack,
                                            const struct fact_order *order)
{
    if (cache->arena.used > CACHE_BYTES_MAX)
        empty(cache);
    struct order_key key = key_of(cache, pack, order);
    void **slot = slot_of(&cache->order, &key, sizeof key);
    if (*slot)
        return *slot;
    struct bound_order *bound = rule_bind_order(cache, pack, order, &key);
    *slot = bound;
    slot_filled(&cache->order, sizeof key);
    return bound;
}

const struct bound_line *rule_cached_line(struct rule_cache *cache, const struct bound_order *order,
                                          const struct fact_line *line)
{
    struct line_key key;
    memset(&key, 0, sizeof key);
    key.order = order;
    memcpy(key.hs, line->hs, sizeof key.hs);
    key.origin = line->origin;
    key.flags = line->flags;
    void **slot = slot_of(&cache->line, &key, sizeof key);
    if (*slot)
        return *slot;
    struct bound_line *bound = rule_bind_line(cache, order, line);
    *slot = bound;
    slot_filled(&cache->line, sizeof key);
    return bound;
}
