/* arena: blocks that grow by half, handed out from the front and released together. */
#include "core/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"

enum { ALIGNMENT = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, EXIT_OUT_OF_MEMORY = 71 };

struct arena_block {
    struct arena_block *next; /* the one before */
    size_t size, used;
    alignas(ALIGNMENT) unsigned char bytes[];
};

static void *or_end(void *p, size_t bytes)
{
    if (p)
        return p;
    char message[80];
    snprintf(message, sizeof message, "out of memory (%zu bytes asked)", bytes);
    check_end(message, EXIT_OUT_OF_MEMORY);
}

void *memory_take(size_t bytes)
{
    return or_end(calloc(1, bytes ? bytes : 1), bytes);
}

void *memory_resize(void *old, size_t old_bytes, size_t new_bytes)
{
    unsigned char *p = or_end(realloc(old, new_bytes ? new_bytes : 1), new_bytes);
    if (new_bytes > old_bytes)
        memset(p + old_bytes, 0, new_bytes - old_bytes);
    return p;
}

void memory_release(void *p)
{
    free(p);
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = arena->head ? arena->head->size + arena->head->size / 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < bytes)
        size = bytes;
    /* not zeroed here: a large block that is never touched costs no memory */
    struct arena_block *block = or_end(malloc(sizeof *block + size), size);
    block->next = arena->head;
    block->size = size;
    block->used = 0;
    arena->head = block;
    return block;
}

void *arena_take(struct arena *arena, size_t bytes)
{
    check(bytes < SIZE_MAX / 2);
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_block *block = arena->head;
    if (!block || block->size - block->used < bytes)
        block = add_block(arena, bytes);
    void *p = block->bytes + block->used;
    block->used += bytes;
    arena->used += bytes;
    return memset(p, 0, bytes);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

void arena_reset(struct arena *arena)
{
    while (arena->head && arena->head->next) {
        struct arena_block *block = arena->head;
        arena->head = block->next;
        free(block);
    }
    if (arena->head)
        arena->head->used = 0;
    arena->used = 0;
}

void arena_finish(struct arena *arena)
{
    arena_reset(arena);
    free(arena->head);
    arena->head = NULL;
}
