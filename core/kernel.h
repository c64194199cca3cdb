/* kernel: the clock and the pending events.
 *
 * Events are plain data, popped in the order (time, priority, sequence): at equal times the lower
 * priority number first, then first scheduled first. An event whose generation is not that of its
 * subject is stale; the caller passes the generation of subjects and drops it (kernel_pop returns all).
 * A bucketed calendar with automatic width; a small heap orders the current bucket. Nothing is allocated
 * per event; capacity grows in steps and memory follows the largest number pending. Time starts at 0. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    int64_t time;      /* seconds, or any integer unit of the caller */
    uint32_t sequence; /* set by kernel_push: order of scheduling, low 32 bits */
    uint32_t subject;  /* id of what it happens to */
    uint16_t kind;     /* step of a flow, …; meaning is the caller's */
    uint8_t priority;  /* lower first at equal times */
    uint8_t column;    /* caller's: which flow table the kind belongs to */
    uint32_t generation;
};

struct kernel; /* fields are private to kernel.c */

struct kernel *kernel_create(void);
void kernel_destroy(struct kernel *kernel);

int64_t kernel_now(const struct kernel *kernel);      /* time of the last popped event; 0 before */
size_t kernel_pending(const struct kernel *kernel);
uint64_t kernel_popped(const struct kernel *kernel);  /* events popped since creation */

/* An event in whole words, as it passes between the kernel and its caller: a struct written in small parts and
 * read in large ones makes the processor wait. */
struct kernel_words {
    int64_t time;
    uint64_t order; /* priority << 56 | sequence */
    uint64_t who;   /* generation << 32 | subject */
    uint32_t what;  /* column << 16 | kind */
    uint32_t next;  /* the kernel's own */
};
void kernel_put(struct kernel *kernel, int64_t time, uint8_t priority, uint64_t who, uint32_t what);
const struct kernel_words *kernel_take(struct kernel *kernel, int64_t until); /* valid until the next put or take */

/* Schedules; event.time >= now (checked). `sequence` is overwritten. */
static inline void kernel_push(struct kernel *kernel, struct event event)
{
    kernel_put(kernel, event.time, event.priority, (uint64_t)event.generation << 32 | event.subject,
               (uint32_t)event.column << 16 | event.kind);
}

/* Takes the earliest; false, and *out all zero, when none is pending or the earliest is later than `until`. */
static inline bool kernel_pop(struct kernel *kernel, int64_t until, struct event *out)
{
    static const struct kernel_words none = {0};
    const struct kernel_words *taken = kernel_take(kernel, until), *words = taken ? taken : &none;
    *out = (struct event){
        .time = words->time,
        .sequence = (uint32_t)words->order,
        .subject = (uint32_t)words->who,
        .kind = (uint16_t)words->what,
        .priority = (uint8_t)(words->order >> 56),
        .column = (uint8_t)(words->what >> 16),
        .generation = (uint32_t)(words->who >> 32),
    };
    return taken != NULL;
}

/* What comes next if nothing earlier is scheduled, so that its subject can be fetched ahead; NULL when that is not
 * known without work. */
const struct kernel_words *kernel_soon(const struct kernel *kernel);

/* Time of the earliest, INT64_MAX when none. */
int64_t kernel_next_time(struct kernel *kernel);

/* Plain-data snapshot for checkpoints: size in bytes, write to and read from a flat buffer. The restored
 * kernel pops the same events in the same order; equal states give equal bytes, however they came about.
 * False when the bytes are not a sound snapshot of this version; the kernel is then empty or unchanged. */
size_t kernel_snapshot_bytes(const struct kernel *kernel);
void kernel_snapshot(const struct kernel *kernel, void *out);
bool kernel_restore(struct kernel *kernel, const void *bytes, size_t length);

#endif
