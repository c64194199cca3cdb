/* kernel: knows which of the pending events comes next.
 *
 * Time is cut into slots of 2^shift units. Events of slots before `next` are in `due`: a sorted array while
 * they are few, else a 4-ary heap. The following N slots have a bucket each (a list in a pool of nodes; a
 * bitmap of two levels finds the next one in use). What is later waits in `far`, a radix heap over years of N
 * slots: list i holds the events whose year differs from the present one in bit i first. When a year is
 * entered, one list is dealt out, so an event moves at most once a bit. Slot width and N follow the mean gap
 * between the events popped and the number pending. A handful of events needs no calendar: with one slot for
 * all time everything is due. */
#include "core/kernel.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"

enum {
    SORTED_MAX = 24,    /* more events due than this make a heap, or end the tiny mode */
    TINY_BACK = 8,      /* this few pending return to the tiny mode */
    TINY_SHIFT = 63,    /* one slot for all time */
    BUCKETS_MIN = 64,
    WIDTH_GAPS = 3,     /* a slot is half of this to this many mean gaps wide; measured: 2 and 6 are slower */
    WORK_MIN = 4096,    /* steps between two looks at the statistics */
    SAMPLE_MAX = 256,
    LOOK_AHEAD = 16,     /* buckets whose events are fetched into the cache */
    SEQUENCE_BITS = 56, /* of `order`, below the priority: never wraps */
};

/* So that a node stays in registers until it has its place. */
#define INLINE static inline __attribute__((always_inline))
/* So that what is rare does not cost the rest of a function its registers. */
#define NOINLINE __attribute__((noinline))

/* Counters that change together stand apart: a compiler joins neighbours into one vector, and loading that right
 * after half of it was stored makes the processor wait. */
struct kernel {
    int64_t now;
    uint64_t sequence;
    struct kernel_words *due;
    size_t pending;
    size_t due_room;
    size_t due_count;
    bool heaped; /* due is a heap with the earliest first, else sorted with the earliest last */
    uint64_t popped;

    unsigned shift, year_bits; /* slot = time >> shift, year = slot >> year_bits */
    uint64_t next;             /* first slot that is not in due */
    size_t buckets, in_buckets;
    uint32_t *head;              /* per bucket: its list */
    uint64_t *used, *used_words; /* a bit per bucket, a bit per word of `used` */
    uint32_t far[64];
    uint64_t far_used;

    struct kernel_words *pool; /* [0] unused */
    uint32_t pool_count, pool_room, pool_free;

    uint64_t work, tuned_popped; /* since the dimensions were last looked at */
    int64_t tuned_now;
};

static inline unsigned log2_floor(uint64_t x)
{
    return 63u - (unsigned)__builtin_clzll(x);
}

static inline bool is_before(const struct kernel_words *a, int64_t time, uint64_t order)
{
    return (a->time < time) | ((a->time == time) & (a->order < order));
}

static inline bool node_before(const struct kernel_words *a, const struct kernel_words *b)
{
    return is_before(a, b->time, b->order);
}

/* ---- due ---- */

static void heap_up(struct kernel_words *heap, size_t at, struct kernel_words node)
{
    while (at > 0) {
        size_t parent = (at - 1) / 4;
        if (!node_before(&node, &heap[parent]))
            break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = node;
}

static void heap_down(struct kernel_words *heap, size_t count, struct kernel_words node)
{
    size_t at = 0;
    for (;;) {
        size_t child = at * 4 + 1, end = child + 4 < count ? child + 4 : count;
        if (child >= count)
            break;
        size_t least = child;
        for (size_t i = child + 1; i < end; i++)
            least = node_before(&heap[i], &heap[least]) ? i : least;
        if (!node_before(&heap[least], &node))
            break;
        heap[at] = heap[least];
        at = least;
    }
    heap[at] = node;
}

static void due_grow(struct kernel *k)
{
    size_t room = k->due_room ? k->due_room * 2 : 2 * SORTED_MAX;
    k->due = memory_resize(k->due, k->due_room * sizeof *k->due, room * sizeof *k->due);
    k->due_room = room;
}

/* A rising array is a heap. */
static void due_make_heap(struct kernel *k)
{
    for (size_t i = 0, j = k->due_count; i + 1 < j; i++) {
        struct kernel_words swap = k->due[i];
        k->due[i] = k->due[--j];
        k->due[j] = swap;
    }
    k->heaped = true;
}

static void redimension(struct kernel *k);

static NOINLINE void due_add_heaped(struct kernel *k, struct kernel_words node)
{
    if (!k->heaped)
        due_make_heap(k);
    if (k->due_count == k->due_room)
        due_grow(k);
    heap_up(k->due, k->due_count++, node);
    if (k->shift == TINY_SHIFT)
        redimension(k);
}

INLINE void due_add(struct kernel *k, struct kernel_words node)
{
    if (k->heaped || k->due_count == SORTED_MAX) {
        due_add_heaped(k, node);
        return;
    }
    struct kernel_words *at = k->due + k->due_count++;
    for (; at > k->due && is_before(at - 1, node.time, node.order); at--)
        *at = at[-1];
    *at = node;
}

/* ---- the calendar ---- */

/* Index 0 stays unused: it means none. */
static NOINLINE uint32_t pool_extend(struct kernel *k)
{
    if (k->pool_count == k->pool_room) {
        check(k->pool_room < UINT32_MAX / 2);
        uint32_t room = k->pool_room ? k->pool_room * 2 : BUCKETS_MIN;
        k->pool = memory_resize(k->pool, k->pool_room * sizeof *k->pool, room * sizeof *k->pool);
        k->pool_room = room;
        k->pool_count += k->pool_count == 0;
    }
    return k->pool_count++;
}

static inline uint32_t pool_take(struct kernel *k)
{
    uint32_t i = k->pool_free;
    if (!i)
        return pool_extend(k);
    k->pool_free = k->pool[i].next;
    return i;
}

static inline void pool_give(struct kernel *k, uint32_t i)
{
    k->pool[i].next = k->pool_free;
    k->pool_free = i;
}

static inline void bucket_add(struct kernel *k, uint64_t slot, uint32_t i)
{
    size_t at = (size_t)slot & (k->buckets - 1);
    k->pool[i].next = k->head[at];
    k->head[at] = i;
    k->used[at / 64] |= UINT64_C(1) << at % 64;
    k->used_words[at / 4096] |= UINT64_C(1) << at / 64 % 64;
    k->in_buckets++;
}

static void far_add(struct kernel *k, uint64_t slot, uint32_t i)
{
    unsigned list = log2_floor((slot >> k->year_bits) ^ (k->next >> k->year_bits));
    k->pool[i].next = k->far[list];
    k->far[list] = i;
    k->far_used |= UINT64_C(1) << list;
}

/* Puts a pool node where it belongs. */
static void deal(struct kernel *k, uint32_t i)
{
    uint64_t slot = (uint64_t)k->pool[i].time >> k->shift;
    if (slot < k->next) {
        due_add(k, k->pool[i]);
        pool_give(k, i);
    } else if (slot - k->next < k->buckets) {
        bucket_add(k, slot, i);
    } else {
        far_add(k, slot, i);
    }
}

static void deal_list(struct kernel *k, uint32_t i)
{
    while (i) {
        uint32_t following = k->pool[i].next;
        deal(k, i);
        k->work++;
        i = following;
    }
}

/* Moves `next` to the first slot of a year; nothing earlier may be in the calendar. */
static void enter_year(struct kernel *k, uint64_t year)
{
    unsigned list = log2_floor((k->next >> k->year_bits) ^ year);
    uint32_t first = k->far[list];
    k->next = year << k->year_bits;
    k->far[list] = 0;
    k->far_used &= ~(UINT64_C(1) << list);
    deal_list(k, first);
}

/* Year of the earliest event of the lowest list; far is not empty. */
static uint64_t far_year(struct kernel *k)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = k->far[__builtin_ctzll(k->far_used)]; i; i = k->pool[i].next) {
        uint64_t year = (uint64_t)k->pool[i].time >> k->shift >> k->year_bits;
        least = year < least ? year : least;
        k->work++;
    }
    return least;
}

/* First bucket in use at or after `at` in the present year, or k->buckets. */
static inline size_t bucket_find(struct kernel *k, size_t at)
{
    size_t word = at / 64;
    uint64_t bits = k->used[word] & UINT64_MAX << at % 64;
    if (bits)
        return word * 64 + (size_t)__builtin_ctzll(bits);
    size_t words = k->buckets / 64;
    if (++word >= words)
        return k->buckets;
    size_t group = word / 64;
    bits = k->used_words[group] & UINT64_MAX << word % 64;
    while (!bits && ++group * 64 < words) {
        bits = k->used_words[group];
        k->work++;
    }
    if (!bits)
        return k->buckets;
    word = group * 64 + (size_t)__builtin_ctzll(bits);
    return word * 64 + (size_t)__builtin_ctzll(k->used[word]);
}

static inline void bucket_load(struct kernel *k, size_t at)
{
    uint32_t i = k->head[at];
    k->head[at] = 0;
    /* Fetched into the cache: the first event of a bucket far enough ahead, and what stands behind one that was
     * fetched before. (As a function of its own, gcc takes this for no effect at all.) */
    size_t last = k->buckets - 1;
    __builtin_prefetch(&k->pool[k->head[(at + LOOK_AHEAD) & last]]);
    __builtin_prefetch(&k->pool[k->pool[k->head[(at + LOOK_AHEAD / 2) & last]].next]);
    __builtin_prefetch(&k->pool[k->pool[k->pool[k->head[(at + LOOK_AHEAD / 4) & last]].next].next]);
    k->used[at / 64] &= ~(UINT64_C(1) << at % 64);
    if (!k->used[at / 64])
        k->used_words[at / 4096] &= ~(UINT64_C(1) << at / 64 % 64);
    while (i) {
        uint32_t following = k->pool[i].next;
        due_add(k, k->pool[i]);
        pool_give(k, i);
        k->in_buckets--;
        k->work++;
        i = following;
    }
}

/* Moves the next bucket in use into due, which is empty. False when there is none that may hold an event
 * up to `until`; then time has not moved past `until`, so that what is pushed next still finds its bucket. */
static bool advance(struct kernel *k, int64_t until)
{
    while (k->in_buckets || k->far_used) {
        uint64_t year = k->next >> k->year_bits;
        if (k->in_buckets) {
            size_t at = bucket_find(k, (size_t)k->next & (k->buckets - 1));
            if (at < k->buckets) {
                uint64_t slot = (year << k->year_bits) + at;
                if ((int64_t)(slot << k->shift) > until)
                    return false;
                bucket_load(k, at);
                k->next = slot;
                if (at + 1 < k->buckets)
                    k->next = slot + 1;
                else
                    enter_year(k, year + 1);
                return true;
            }
            year++;
        } else {
            year = far_year(k);
        }
        if ((int64_t)(year << k->year_bits << k->shift) > until)
            return false;
        enter_year(k, year);
    }
    return false;
}

/* ---- dimensions ---- */

/* All events as one list, with the calendar left empty. */
static uint32_t gather(struct kernel *k)
{
    uint32_t list = 0;
    for (size_t b = 0; b < k->buckets; b++)
        for (uint32_t i = k->head[b], following; i; i = following) {
            following = k->pool[i].next;
            k->pool[i].next = list;
            list = i;
        }
    for (unsigned f = 0; f < 64; f++)
        for (uint32_t i = k->far[f], following; i; i = following) {
            following = k->pool[i].next;
            k->pool[i].next = list;
            list = i;
        }
    for (size_t d = 0; d < k->due_count; d++) {
        uint32_t i = pool_take(k);
        k->pool[i] = k->due[d];
        k->pool[i].next = list;
        list = i;
    }
    memset(k->far, 0, sizeof k->far);
    k->far_used = 0;
    k->due_count = k->in_buckets = 0;
    k->heaped = false;
    return list;
}

static void calendar_size(struct kernel *k, size_t buckets)
{
    if (buckets != k->buckets) {
        memory_release(k->head);
        memory_release(k->used);
        memory_release(k->used_words);
        k->head = memory_take(buckets * sizeof *k->head);
        k->used = memory_take(buckets / 64 * sizeof *k->used);
        k->used_words = memory_take((buckets / 4096 + 1) * sizeof *k->used_words);
        k->buckets = buckets;
        k->year_bits = log2_floor(buckets);
    } else {
        memset(k->head, 0, buckets * sizeof *k->head);
        memset(k->used, 0, buckets / 64 * sizeof *k->used);
        memset(k->used_words, 0, (buckets / 4096 + 1) * sizeof *k->used_words);
    }
}

/* Mean gap between events near the head of the list, by the lower quarter of a sample; `least` gets the
 * earliest time of all. */
static int64_t sample_gap(const struct kernel *k, uint32_t list, int64_t *least)
{
    int64_t sample[SAMPLE_MAX];
    size_t stride = k->pending / SAMPLE_MAX + 1, count = 0, seen = 0;
    *least = INT64_MAX;
    for (uint32_t i = list; i; i = k->pool[i].next) {
        int64_t time = k->pool[i].time;
        *least = time < *least ? time : *least;
        if (seen++ % stride)
            continue;
        size_t at = count++;
        for (; at > 0 && sample[at - 1] > time; at--)
            sample[at] = sample[at - 1];
        sample[at] = time;
    }
    size_t quarter = count / 4;
    return quarter ? (sample[quarter] - *least) / (int64_t)(quarter * stride) : 0;
}

/* Mean gap between the events popped since the last look; -1: too few to say. */
static int64_t observed_gap(const struct kernel *k)
{
    uint64_t pops = k->popped - k->tuned_popped;
    if (pops < 64 || pops < k->pending / 4)
        return -1;
    return (k->now - k->tuned_now) / (int64_t)pops;
}

static void observe_anew(struct kernel *k)
{
    k->work = 0;
    k->tuned_popped = k->popped;
    k->tuned_now = k->now;
}

static void redimension(struct kernel *k)
{
    uint32_t list = gather(k);
    int64_t least, gap = sample_gap(k, list, &least), observed = observed_gap(k);
    if (observed >= 0)
        gap = observed;
    size_t buckets = BUCKETS_MIN;
    while (buckets < 2 * k->pending)
        buckets *= 2;
    calendar_size(k, buckets);
    bool tiny = k->pending <= TINY_BACK;
    k->shift = tiny ? TINY_SHIFT : log2_floor((uint64_t)gap * WIDTH_GAPS + 1) % TINY_SHIFT;
    k->next = tiny ? 1 : (uint64_t)(k->popped ? k->now : least) >> k->shift;
    observe_anew(k);
    deal_list(k, list);
    k->work = 0;
}

/* Called after as many steps as a new layout would cost. */
static void review(struct kernel *k)
{
    if (k->shift != TINY_SHIFT) {
        int64_t gap = observed_gap(k), width = INT64_C(1) << k->shift;
        bool wide = gap >= 0 && width > 1 && width / (2 * WIDTH_GAPS) > gap;
        bool narrow = gap / 2 > width;
        bool large = k->buckets > BUCKETS_MIN && k->pending < k->buckets / 8;
        if (wide || narrow || large || k->pending <= TINY_BACK) {
            redimension(k);
            return;
        }
    }
    observe_anew(k);
}

static inline void review_if_due(struct kernel *k)
{
    if (__builtin_expect(k->work > WORK_MIN && k->work > 2 * k->pending, 0))
        review(k);
}

/* ---- the interface ---- */

struct kernel *kernel_create(void)
{
    struct kernel *k = memory_take(sizeof *k);
    due_grow(k);
    calendar_size(k, BUCKETS_MIN);
    k->shift = TINY_SHIFT;
    k->next = 1;
    return k;
}

void kernel_destroy(struct kernel *kernel)
{
    if (!kernel)
        return;
    memory_release(kernel->due);
    memory_release(kernel->head);
    memory_release(kernel->used);
    memory_release(kernel->used_words);
    memory_release(kernel->pool);
    memory_release(kernel);
}

int64_t kernel_now(const struct kernel *kernel)
{
    return kernel->now;
}

size_t kernel_pending(const struct kernel *kernel)
{
    return kernel->pending;
}

uint64_t kernel_popped(const struct kernel *kernel)
{
    return kernel->popped;
}

static NOINLINE void add_far(struct kernel *k, uint64_t slot, struct kernel_words node)
{
    uint32_t i = pool_take(k);
    k->pool[i] = node;
    far_add(k, slot, i);
    if (k->pending > k->buckets)
        redimension(k);
}

INLINE void add(struct kernel *k, struct kernel_words node)
{
    uint64_t slot = (uint64_t)node.time >> k->shift;
    k->pending++;
    if (slot < k->next) {
        due_add(k, node);
        return;
    }
    if (slot - k->next >= k->buckets) {
        add_far(k, slot, node);
        return;
    }
    uint32_t i = pool_take(k);
    k->pool[i] = node;
    bucket_add(k, slot, i);
    if (__builtin_expect(k->pending > k->buckets, 0))
        redimension(k);
}

void kernel_put(struct kernel *kernel, int64_t time, uint8_t priority, uint64_t who, uint32_t what)
{
    check(time >= kernel->now);
    uint64_t order = (uint64_t)priority << SEQUENCE_BITS | kernel->sequence++;
    add(kernel, (struct kernel_words){time, order, who, what, 0});
}

INLINE const struct kernel_words *taken(struct kernel *k, const struct kernel_words *node)
{
    k->now = node->time;
    k->popped++;
    k->pending--;
    k->due_count--;
    return node;
}

/* The first node makes room for the last; it is kept where the last was. */
static const struct kernel_words *take_heaped(struct kernel *k)
{
    struct kernel_words first = k->due[0];
    taken(k, k->due);
    size_t count = k->due_count;
    k->heaped = count > 0;
    heap_down(k->due, count, k->due[count]);
    k->due[count] = first;
    k->work++;
    return &k->due[count];
}

static NOINLINE const struct kernel_words *take_slowly(struct kernel *k, int64_t until)
{
    review_if_due(k);
    if (k->due_count == 0 && !advance(k, until))
        return NULL;
    if (k->due[k->heaped ? 0 : k->due_count - 1].time > until)
        return NULL;
    return k->heaped ? take_heaped(k) : taken(k, k->due + k->due_count - 1);
}

const struct kernel_words *kernel_take(struct kernel *kernel, int64_t until)
{
    if (kernel->due_count == 0 || kernel->heaped)
        return take_slowly(kernel, until);
    const struct kernel_words *node = kernel->due + kernel->due_count - 1;
    return node->time > until ? NULL : taken(kernel, node);
}

const struct kernel_words *kernel_soon(const struct kernel *kernel)
{
    if (kernel->due_count == 0)
        return NULL;
    return kernel->heaped ? kernel->due : kernel->due + kernel->due_count - 1;
}

int64_t kernel_next_time(struct kernel *kernel)
{
    if (kernel->due_count == 0 && !advance(kernel, INT64_MAX))
        return INT64_MAX;
    return kernel->due[kernel->heaped ? 0 : kernel->due_count - 1].time;
}

/* ---- snapshots ---- */

struct snapshot {
    char magic[8];
    int64_t now;
    uint64_t popped, sequence, pending;
};

static const char snapshot_magic[8] = "kernel1";

size_t kernel_snapshot_bytes(const struct kernel *kernel)
{
    return sizeof(struct snapshot) + kernel->pending * sizeof(struct kernel_words);
}

/* Appends a list of the pool to the heap of `count` nodes; the new count. */
static size_t copy_list(const struct kernel *k, uint32_t i, struct kernel_words *heap, size_t count)
{
    for (; i; i = k->pool[i].next) {
        struct kernel_words node = k->pool[i];
        node.next = 0;
        heap_up(heap, count++, node);
    }
    return count;
}

/* Same pending events, same bytes: they are written latest first, whatever the layout was. */
void kernel_snapshot(const struct kernel *kernel, void *out)
{
    const struct kernel *k = kernel;
    struct snapshot head = {
        .now = k->now, .popped = k->popped, .sequence = k->sequence, .pending = k->pending};
    memcpy(head.magic, snapshot_magic, sizeof head.magic);
    memcpy(out, &head, sizeof head);
    struct kernel_words *heap = memory_take(k->pending * sizeof *heap + 1);
    size_t count = 0;
    for (size_t i = 0; i < k->due_count; i++) {
        struct kernel_words node = k->due[i];
        node.next = 0;
        heap_up(heap, count++, node);
    }
    for (size_t b = 0; b < k->buckets; b++)
        count = copy_list(k, k->head[b], heap, count);
    for (unsigned f = 0; f < 64; f++)
        count = copy_list(k, k->far[f], heap, count);
    check(count == k->pending);
    while (count > 1) {
        struct kernel_words first = heap[0];
        count--;
        heap_down(heap, count, heap[count]);
        heap[count] = first;
    }
    memcpy((char *)out + sizeof head, heap, k->pending * sizeof *heap);
    memory_release(heap);
}

static void kernel_clear(struct kernel *k)
{
    gather(k);
    k->pool_count = k->pool_room > 0;
    k->pool_free = 0;
    k->pending = 0;
    calendar_size(k, BUCKETS_MIN);
    k->shift = TINY_SHIFT;
    k->next = 1;
}

static bool restore_nodes(struct kernel *k, const char *bytes, size_t count)
{
    struct kernel_words node, later = {.time = INT64_MAX, .order = UINT64_MAX};
    for (size_t i = 0; i < count; i++, bytes += sizeof node) {
        memcpy(&node, bytes, sizeof node);
        uint64_t sequence = node.order & ((UINT64_C(1) << SEQUENCE_BITS) - 1);
        if (node.time < k->now || !node_before(&node, &later) || sequence >= k->sequence ||
            node.next != 0 || node.what >> 24 != 0)
            return false;
        add(k, node);
        later = node;
    }
    return true;
}

bool kernel_restore(struct kernel *kernel, const void *bytes, size_t length)
{
    struct kernel *k = kernel;
    struct snapshot head;
    if (length < sizeof head)
        return false;
    memcpy(&head, bytes, sizeof head);
    if (memcmp(head.magic, snapshot_magic, sizeof head.magic) != 0 || head.now < 0 ||
        head.sequence >> SEQUENCE_BITS != 0 || (length - sizeof head) % sizeof(struct kernel_words) != 0 ||
        head.pending != (length - sizeof head) / sizeof(struct kernel_words))
        return false;
    kernel_clear(k);
    k->now = head.now;
    k->popped = head.popped;
    k->sequence = head.sequence;
    observe_anew(k);
    bool sound = restore_nodes(k, (const char *)bytes + sizeof head, head.pending);
    if (!sound)
        kernel_clear(k);
    return sound;
}
