/* arena: memory by lifetime. The only file that calls malloc; out of memory ends the program with 71. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

void *memory_take(size_t bytes);                  /* zeroed */
void *memory_resize(void *old, size_t old_bytes, size_t new_bytes); /* new part zeroed */
void memory_release(void *p);

struct arena_block;
struct arena {
    struct arena_block *head;
    size_t used; /* bytes handed out, for reports */
};

/* All memory of an arena is released at once by arena_finish; a zeroed arena is ready to use. */
void *arena_take(struct arena *arena, size_t bytes); /* zeroed, 16-byte aligned */
char *arena_copy(struct arena *arena, const char *text, size_t length); /* NUL-terminated */
void arena_reset(struct arena *arena);                                  /* keeps the first block */
void arena_finish(struct arena *arena);

#define arena_array(arena, type, count) ((type *)arena_take((arena), sizeof(type) * (size_t)(count)))

#endif
