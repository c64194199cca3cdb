/* pool: recycled slots of one size that never move. A slot's number is its address for life; what tells its
 * tenants apart is a generation that the user keeps inside. Plain data, saved and restored as bytes. */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POOL_CHUNK_BITS = 10, POOL_CHUNK = 1 << POOL_CHUNK_BITS };

struct pool {
    unsigned char **chunk; /* POOL_CHUNK slots each */
    size_t bytes;          /* of one slot */
    uint32_t chunks, used; /* used: slots ever taken; live ones are fewer */
    uint32_t *free;        /* stack of slots given back, last first */
    uint32_t frees, free_room;
};

void pool_init(struct pool *pool, size_t bytes);
void pool_finish(struct pool *pool);
/* A slot with the bytes that its last tenant left (zero for the first). */
uint32_t pool_take(struct pool *pool);
void pool_give(struct pool *pool, uint32_t slot);

static inline void *pool_at(const struct pool *pool, uint32_t slot)
{
    return pool->chunk[slot >> POOL_CHUNK_BITS] + (size_t)(slot & (POOL_CHUNK - 1)) * pool->bytes;
}

struct buf;
void pool_save(const struct pool *pool, struct buf *out);
/* Into an initialised, empty pool; *at moves on. False when the bytes are not of such a pool. */
bool pool_restore(struct pool *pool, const unsigned char *bytes, size_t length, size_t *at);

#endif
