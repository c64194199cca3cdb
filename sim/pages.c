/* pages: leaves that fill from both ends, a list of them, and the pages above. */
#include "sim/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/check.h"
#include "sim/tuple.h"

enum {
    LEAF = 13, INNER = 5, INDEX_LEAF = 10, INDEX_INNER = 2, /* kinds of pages */
    LEAF_HEAD = 8, INNER_HEAD = 12, POINTER = 2,
    LEAF_MOST = PAGES_SIZE - 35,                         /* bytes of a tuple that a leaf holds; the rest overflows */
    INDEX_MOST = (PAGES_SIZE - 12) * 64 / 255 - 23,
    LOCAL_LEAST = (PAGES_SIZE - 12) * 32 / 255 - 23,
    OVERFLOW_ROOM = PAGES_SIZE - 4,
    HEADER_PAGES = 28,                                   /* where the first page says how many there are */
    LOCK_PAGE = 0x40000000 / PAGES_SIZE + 1              /* of bytes that SQLite locks and nobody writes */
};

/* A leaf that is full. */
struct full {
    uint32_t tree, page;
    uint64_t last;       /* its last key; of an index the number of its cells */
};

static unsigned get16(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static void put32(unsigned char *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xFFFF);
}

/* ---- the disk ---- */

static void write_at(struct pages *p, int file, const void *bytes, size_t length, uint64_t offset)
{
    const char *at = bytes;
    while (length && !p->error) {
        ssize_t done = pwrite(file, at, length, (off_t)offset);
        if (done < 0 && errno != EINTR)
            p->error = errno;
        if (done > 0) {
            at += done;
            length -= (size_t)done;
            offset += (uint64_t)done;
        }
    }
}

static void read_at(struct pages *p, int file, void *bytes, size_t length, uint64_t offset)
{
    char *at = bytes;
    while (length && !p->error) {
        ssize_t done = pread(file, at, length, (off_t)offset);
        if (done == 0 || (done < 0 && errno != EINTR))
            p->error = done ? errno : EIO; /* somebody cut it */
        if (done > 0) {
            at += done;
            length -= (size_t)done;
            offset += (uint64_t)done;
        }
    }
}

static void write_page(struct pages *p, uint32_t page, const void *image)
{
    write_at(p, p->file, image, PAGES_SIZE, (uint64_t)(page - 1) * PAGES_SIZE);
}

static uint32_t next_page(struct pages *p)
{
    p->count += p->count + 1 == LOCK_PAGE ? 2 : 1;
    return p->count;
}

/* ---- leaves ---- */

static void clear_leaf(struct pages_tree *tree, uint32_t page)
{
    memset(tree->image, 0, LEAF_HEAD);
    tree->image[0] = tree->is_index ? INDEX_LEAF : LEAF;
    tree->page = page;
    tree->cells = 0;
    tree->low = PAGES_SIZE;
}

static void write_leaf(struct pages *p, struct pages_tree *tree)
{
    unsigned free_at = LEAF_HEAD + POINTER * tree->cells;
    put16(tree->image + 3, tree->cells);
    put16(tree->image + 5, tree->low);
    memset(tree->image + free_at, 0, tree->low - free_at);
    write_page(p, tree->page, tree->image);
}

/* The root's page is kept for what will stand above, once there is a second leaf. */
static void complete_leaf(struct pages *p, unsigned number)
{
    struct pages_tree *tree = &p->tree[number];
    if (tree->page == tree->root)
        tree->page = next_page(p);
    struct full full = {number, tree->page, tree->is_index ? tree->cells : tree->last};
    write_leaf(p, tree);
    buf_add(&p->list, (const char *)&full, sizeof full);
    p->listed++;
    clear_leaf(tree, next_page(p));
}

/* What is too much for a leaf, as a chain of pages; its first. */
static uint32_t write_overflow(struct pages *p, struct text rest)
{
    unsigned char image[PAGES_SIZE];
    uint32_t first = next_page(p), page = first;
    while (rest.len) {
        size_t part = rest.len < OVERFLOW_ROOM ? rest.len : OVERFLOW_ROOM;
        uint32_t next = rest.len > part ? next_page(p) : 0;
        memset(image, 0, sizeof image);
        put32(image, next);
        memcpy(image + 4, rest.ptr, part);
        write_page(p, page, image);
        page = next;
        rest.ptr += part;
        rest.len -= part;
    }
    return first;
}

static size_t local_of(const struct pages_tree *tree, size_t length)
{
    size_t most = tree->is_index ? INDEX_MOST : LEAF_MOST;
    if (length <= most)
        return length;
    size_t least = LOCAL_LEAST + (length - LOCAL_LEAST) % OVERFLOW_ROOM;
    return least <= most ? least : LOCAL_LEAST;
}

void pages_add(struct pages *p, unsigned number, uint64_t key, struct text tuple)
{
    struct pages_tree *tree = &p->tree[number];
    char head[2 * TUPLE_VARINT], *end = tuple_varint(head, tuple.len);
    size_t heads = (size_t)((tree->is_index ? end : tuple_varint(end, key)) - head);
    size_t local = local_of(tree, tuple.len), size = heads + local + (local < tuple.len ? 4 : 0);
    if (p->error)
        return;
    check(tree->cells == 0 || key > tree->last);
    if (LEAF_HEAD + POINTER * (tree->cells + 1) + size > tree->low)
        complete_leaf(p, number);
    tree->low -= (unsigned)size;
    unsigned char *at = tree->image + tree->low;
    memcpy(at, head, heads);
    memcpy(at + heads, tuple.ptr, local);
    if (local < tuple.len)
        put32(at + heads + local, write_overflow(p, (struct text){tuple.ptr + local, tuple.len - local}));
    put16(tree->image + LEAF_HEAD + POINTER * tree->cells++, tree->low);
    tree->last = key;
}

/* ---- marks: pages, leaves in the list, and of each tree the leaf that fills: page, cells, last key ---- */

void pages_seal(struct pages *p, struct buf *mark)
{
    for (unsigned i = 0; i < p->trees; i++)
        write_leaf(p, &p->tree[i]);
    write_at(p, p->leaves, p->list.data, p->list.length, p->listed * sizeof(struct full) - p->list.length);
    buf_clear(&p->list);
    buf_printf(mark, "%" PRIu32 " %" PRIu64, p->count, p->listed);
    for (unsigned i = 0; i < p->trees; i++)
        buf_printf(mark, " %" PRIu32 " %u %" PRIu64, p->tree[i].page, p->tree[i].cells, p->tree[i].last);
}

static uint64_t read_number(const char **at)
{
    char *end;
    uint64_t value = strtoull(*at, &end, 10);
    *at = end;
    return value;
}

/* The leaf as it was: its first cells are where they were. */
static void cut_leaf(struct pages *p, struct pages_tree *tree, uint32_t page, unsigned cells)
{
    clear_leaf(tree, page);
    if (cells == 0)
        return;
    read_at(p, p->file, tree->image, PAGES_SIZE, (uint64_t)(page - 1) * PAGES_SIZE);
    unsigned low = get16(tree->image + LEAF_HEAD + POINTER * (cells - 1));
    if (tree->image[0] != (tree->is_index ? INDEX_LEAF : LEAF) || LEAF_HEAD + POINTER * cells > low ||
        low >= PAGES_SIZE)
        p->error = p->error ? p->error : EIO;
    tree->cells = cells;
    tree->low = low;
}

static bool is_root(const struct pages *p, uint32_t page)
{
    for (unsigned i = 0; i < p->trees; i++)
        if (p->tree[i].root == page)
            return true;
    return false;
}

void pages_cut(struct pages *p, const char *mark)
{
    p->error = 0;
    p->count = (uint32_t)read_number(&mark);
    p->listed = read_number(&mark);
    buf_clear(&p->list);
    if (ftruncate(p->file, (off_t)p->count * PAGES_SIZE) != 0 ||
        ftruncate(p->leaves, (off_t)(p->listed * sizeof(struct full))) != 0)
        p->error = errno;
    for (uint32_t page = 1; page <= p->empty.len / PAGES_SIZE; page++)
        if (!is_root(p, page)) /* the schema, which indexes have changed since */
            write_page(p, page, p->empty.ptr + (size_t)(page - 1) * PAGES_SIZE);
    for (unsigned i = 0; i < p->trees; i++) {
        uint32_t page = (uint32_t)read_number(&mark);
        cut_leaf(p, &p->tree[i], page, (unsigned)read_number(&mark));
        p->tree[i].last = read_number(&mark);
    }
}

void pages_open(struct pages *p, int folder, const char *name, struct text empty, const struct pages_tree *tree,
                unsigned trees, const char *mark)
{
    char list[64];
    int flags = O_RDWR | O_CLOEXEC | (*mark ? 0 : O_CREAT | O_TRUNC);
    check(trees <= PAGES_TREES && empty.len % PAGES_SIZE == 0);
    *p = (struct pages){.trees = trees, .empty = empty, .count = (uint32_t)(empty.len / PAGES_SIZE)};
    snprintf(list, sizeof list, ".%.48s-leaves", name);
    p->file = openat(folder, name, flags, 0666);
    p->leaves = openat(folder, list, flags, 0666);
    if (p->file < 0 || p->leaves < 0)
        p->error = errno;
    for (unsigned i = 0; i < trees; i++) {
        p->tree[i] = tree[i];
        p->tree[i].image = memory_take(PAGES_SIZE);
        clear_leaf(&p->tree[i], tree[i].root);
    }
    if (*mark && !p->error)
        pages_cut(p, mark);
    else
        write_at(p, p->file, empty.ptr, empty.len, 0);
}

void pages_close(struct pages *p)
{
    if (p->file >= 0)
        close(p->file);
    if (p->leaves >= 0)
        close(p->leaves);
    for (unsigned i = 0; i < p->trees; i++)
        memory_release(p->tree[i].image);
    buf_finish(&p->list);
}

/* ---- above the leaves ---- */

/* A page, and the cell that stands behind it in the page above: a key, or an entry of an index that is in no leaf. */
struct child {
    uint32_t page;
    struct text cell;
};

static void write_inner(struct pages *p, uint32_t page, bool is_index, const struct child *child, uint64_t children)
{
    unsigned char image[PAGES_SIZE] = {is_index ? INDEX_INNER : INNER};
    unsigned low = PAGES_SIZE;
    for (unsigned i = 0; i + 1 < children; i++) {
        low -= 4 + (unsigned)child[i].cell.len;
        put32(image + low, child[i].page);
        memcpy(image + low + 4, child[i].cell.ptr, child[i].cell.len);
        put16(image + INNER_HEAD + POINTER * i, low);
    }
    put16(image + 3, (unsigned)children - 1);
    put16(image + 5, low);
    put32(image + 8, child[children - 1].page);
    write_page(p, page, image);
}

/* How many of the children fit below one page; never so many that one is left alone. */
static uint64_t fitting(const struct child *child, uint64_t children)
{
    size_t used = INNER_HEAD;
    uint64_t count = 1;
    for (; count < children; count++) {
        used += POINTER + 4 + child[count - 1].cell.len;
        if (used > PAGES_SIZE)
            break;
    }
    return children - count == 1 ? count - 1 : count;
}

/* Level by level up to the root. */
static void build_up(struct pages *p, const struct pages_tree *tree, struct child *child, uint64_t children)
{
    while (children > 1) {
        uint64_t above = 0, count = fitting(child, children);
        bool is_root = count == children;
        for (uint64_t from = 0; from < children; from += count) {
            count = fitting(child + from, children - from);
            uint32_t page = is_root ? tree->root : next_page(p);
            write_inner(p, page, tree->is_index, child + from, count);
            child[above++] = (struct child){page, child[from + count - 1].cell};
        }
        children = above;
    }
}

/* Takes the last entry out of a leaf of an index: it will stand between this leaf and the next. */
static struct text lift_entry(struct pages *p, const struct full *full, struct arena *arena)
{
    unsigned char image[PAGES_SIZE];
    unsigned cells = (unsigned)full->last;
    uint64_t at = (uint64_t)(full->page - 1) * PAGES_SIZE;
    read_at(p, p->file, image, PAGES_SIZE, at);
    check(p->error || cells > 1);
    if (p->error)
        return (struct text){0};
    const unsigned char *pointer = image + LEAF_HEAD + POINTER * (cells - 2);
    unsigned end = get16(pointer), low = get16(pointer + POINTER);
    put16(image + 3, cells - 1);
    put16(image + 5, end);
    write_at(p, p->file, image, LEAF_HEAD, at);
    return (struct text){arena_copy(arena, (char *)image + low, end - low), end - low};
}

static struct text key_cell(uint64_t key, struct arena *arena)
{
    char text[TUPLE_VARINT];
    size_t length = (size_t)(tuple_varint(text, key) - text);
    return (struct text){arena_copy(arena, text, length), length};
}

static uint64_t gather(struct pages *p, unsigned number, struct buf *out, struct arena *arena)
{
    enum { MANY = 4096 };
    struct full some[MANY];
    struct child child = {0};
    buf_clear(out);
    for (uint64_t at = 0; at < p->listed && !p->error; at += MANY) {
        size_t count = p->listed - at < MANY ? (size_t)(p->listed - at) : MANY;
        read_at(p, p->leaves, some, count * sizeof *some, at * sizeof *some);
        for (size_t i = 0; i < count && !p->error; i++)
            if (some[i].tree == number) {
                child.page = some[i].page;
                child.cell = p->tree[number].is_index ? lift_entry(p, &some[i], arena) : key_cell(some[i].last, arena);
                buf_add(out, (const char *)&child, sizeof child);
            }
    }
    child = (struct child){.page = p->tree[number].page};
    buf_add(out, (const char *)&child, sizeof child);
    return out->length / sizeof child;
}

void pages_end(struct pages *p)
{
    struct buf leaves = {0};
    unsigned char count[4];
    for (unsigned i = 0; i < p->trees; i++) {
        struct arena arena = {0};
        write_leaf(p, &p->tree[i]);
        uint64_t children = gather(p, i, &leaves, &arena);
        if (!p->error)
            build_up(p, &p->tree[i], (struct child *)(void *)leaves.data, children);
        arena_finish(&arena);
    }
    put32(count, p->count);
    write_at(p, p->file, count, sizeof count, HEADER_PAGES);
    buf_finish(&leaves);
}
