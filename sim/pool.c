/* pool: chunks of slots and the stack of free ones. */
#include "sim/pool.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"

void pool_init(struct pool *pool, size_t bytes)
{
    check(bytes > 0);
    *pool = (struct pool){.bytes = bytes};
}

void pool_finish(struct pool *pool)
{
    for (uint32_t i = 0; i < pool->chunks; i++)
        memory_release(pool->chunk[i]);
    memory_release(pool->chunk);
    memory_release(pool->free);
    *pool = (struct pool){0};
}

static void add_chunk(struct pool *pool)
{
    size_t had = pool->chunks * sizeof *pool->chunk;
    pool->chunk = memory_resize(pool->chunk, had, had + sizeof *pool->chunk);
    pool->chunk[pool->chunks++] = memory_take(POOL_CHUNK * pool->bytes);
}

uint32_t pool_take(struct pool *pool)
{
    if (pool->frees)
        return pool->free[--pool->frees];
    check(pool->used < UINT32_MAX);
    if (pool->used == pool->chunks * POOL_CHUNK)
        add_chunk(pool);
    return pool->used++;
}

void pool_give(struct pool *pool, uint32_t slot)
{
    check(slot < pool->used && pool->frees < pool->used);
    if (pool->frees == pool->free_room) {
        uint32_t room = pool->free_room ? pool->free_room * 2 : 256;
        pool->free = memory_resize(pool->free, pool->free_room * sizeof *pool->free, room * sizeof *pool->free);
        pool->free_room = room;
    }
    pool->free[pool->frees++] = slot;
}

void pool_save(const struct pool *pool, struct buf *out)
{
    uint64_t head[3] = {pool->bytes, pool->used, pool->frees};
    buf_add(out, (const char *)head, sizeof head);
    for (uint32_t slot = 0; slot < pool->used; slot++)
        buf_add(out, pool_at(pool, slot), pool->bytes);
    if (pool->frees)
        buf_add(out, (const char *)pool->free, pool->frees * sizeof *pool->free);
}

bool pool_restore(struct pool *pool, const unsigned char *bytes, size_t length, size_t *at)
{
    uint64_t head[3];
    check(pool->used == 0);
    if (length - *at < sizeof head)
        return false;
    memcpy(head, bytes + *at, sizeof head);
    size_t left = length - *at - sizeof head;
    if (head[0] != pool->bytes || head[1] > left / pool->bytes || head[2] > head[1] ||
        head[2] > (left - head[1] * pool->bytes) / sizeof(uint32_t))
        return false;
    *at += sizeof head;
    for (uint32_t slot = 0; slot < head[1]; slot++, *at += pool->bytes)
        memcpy(pool_at(pool, pool_take(pool)), bytes + *at, pool->bytes);
    for (uint32_t i = 0; i < head[2]; i++, *at += sizeof(uint32_t)) {
        uint32_t slot;
        memcpy(&slot, bytes + *at, sizeof slot);
        if (slot >= pool->used)
            return false;
        pool_give(pool, slot);
    }
    return true;
}
