/* fuzz_main: a driver for a fuzz target without libFuzzer: runs the seeds as they are, then changed by the program's
 * own draws: the same inputs on every machine.
 *
 * usage: fuzz_NAME_test [--rounds N] [--keep FILE] SEED...     one TAP line; --keep writes each input to FILE first,
 * so that FILE holds the one that crashed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/rng.h"
#include "tests/fuzz.h"

enum { SEEDS_MAX = 4096, INPUT_MAX = 1 << 15, CHANGES_MAX = 6 };

struct fuzz {
    struct buf *seed;
    size_t seeds;
    const char *keep;
    struct rng_key key;
    uint64_t round;
    uint32_t drawn;
    struct buf input;
};

static uint64_t roll(struct fuzz *fuzz, uint64_t n)
{
    return rng_below(rng_bits(fuzz->key, fuzz->round, 0, fuzz->drawn++), n);
}

static void read_seed(struct fuzz *fuzz, const char *path)
{
    FILE *file = fopen(path, "rb");
    check(file != NULL && fuzz->seeds < SEEDS_MAX);
    struct buf *seed = &fuzz->seed[fuzz->seeds++];
    for (size_t got = 1; got && seed->length < INPUT_MAX; seed->length += got)
        got = fread(buf_room(seed, INPUT_MAX), 1, INPUT_MAX - seed->length, file);
    fclose(file);
}

/* Replaces `old` bytes at `at` by others. */
static void replace(struct buf *input, size_t at, size_t old, const char *bytes, size_t length)
{
    struct buf made = {0};
    const char *was = buf_text(input);
    buf_add(&made, was, at);
    buf_add(&made, bytes, length);
    buf_add(&made, was + at + old, input->length - at - old);
    buf_finish(input);
    *input = made;
}

/* Words that parsers treat in their own ways. */
static const char *const words[] = {
    "\"", "\\", "\\u", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "-", ".", "0", "9", "e9", "null", "true",
    "\xEF\xBB\xBF", "\xC3", "\xED\xA0\x80", "关", "\"\"", "9223372036854775807", "-9223372036854775808",
    "999999999999999999", "1e999", "0.000000000000000001", "2016-02-30", "9999-12-31", "0001-01-01", "(", ")", " and ",
    " * ", " / 0", "if(", "sum(", "'", "*", "CNY", "EUR/kg", "%", "\x01", "\x7f", "$", "[[[[[[[[[[[[[[[[",
};

static void change(struct fuzz *fuzz)
{
    struct buf *input = &fuzz->input;
    size_t at = (size_t)roll(fuzz, input->length + 1), left = input->length - at;
    size_t some = (size_t)roll(fuzz, roll(fuzz, 8) ? 9 : 300), part = some < left ? some : left;
    const char *word = words[roll(fuzz, sizeof words / sizeof *words)];
    char byte = (char)roll(fuzz, 256);
    switch (roll(fuzz, 7)) {
    case 0:
        if (left)
            input->data[at] = (char)(input->data[at] ^ 1 << (byte & 7));
        break;
    case 1:
        replace(input, at, left > 0, &byte, 1);
        break;
    case 2:
        replace(input, at, part, "", 0);
        break;
    case 3:
        replace(input, at, 0, word, strlen(word));
        break;
    case 4:
        replace(input, at, part, word, strlen(word));
        break;
    case 5: { /* a part once more, elsewhere */
        char copy[300];
        memcpy(copy, buf_text(input) + at, part);
        replace(input, (size_t)roll(fuzz, input->length + 1), 0, copy, part);
        break;
    }
    default: { /* the rest of another seed */
        struct buf *other = &fuzz->seed[roll(fuzz, fuzz->seeds)];
        size_t from = (size_t)roll(fuzz, other->length + 1);
        replace(input, at, left, buf_text(other) + from, other->length - from);
    }
    }
}

/* The target gets bytes of its own, exactly as many, so that a sanitizer sees a step beyond them. */
static void run(const struct fuzz *fuzz, const struct buf *input)
{
    if (fuzz->keep) {
        FILE *file = fopen(fuzz->keep, "wb");
        check(file != NULL && fwrite(input->data, 1, input->length, file) == input->length);
        fclose(file);
    }
    uint8_t *bytes = memory_take(input->length);
    if (input->length)
        memcpy(bytes, input->data, input->length);
    int got = LLVMFuzzerTestOneInput(bytes, input->length);
    check(got == 0);
    memory_release(bytes);
}

static void run_changed(struct fuzz *fuzz)
{
    const struct buf *seed = &fuzz->seed[roll(fuzz, fuzz->seeds)];
    buf_clear(&fuzz->input);
    buf_add(&fuzz->input, seed->data, seed->length);
    for (uint64_t changes = 1 + roll(fuzz, CHANGES_MAX); changes; changes--)
        change(fuzz);
    if (fuzz->input.length <= 2 * INPUT_MAX)
        run(fuzz, &fuzz->input);
}

int main(int count, char **word)
{
    struct fuzz fuzz = {.seed = memory_take(SEEDS_MAX * sizeof *fuzz.seed), .key = rng_key(1, 0)};
    uint64_t rounds = 1000;
    for (int i = 1; i < count; i++) {
        if (strcmp(word[i], "--rounds") == 0 && i + 1 < count)
            rounds = strtoull(word[++i], NULL, 10);
        else if (strcmp(word[i], "--keep") == 0 && i + 1 < count)
            fuzz.keep = word[++i];
        else
            read_seed(&fuzz, word[i]);
    }
    check(fuzz.seeds > 0);
    for (size_t i = 0; i < fuzz.seeds; i++)
        run(&fuzz, &fuzz.seed[i]);
    for (fuzz.round = 1; fuzz.round <= rounds; fuzz.round++, fuzz.drawn = 0)
        run_changed(&fuzz);
    printf("1..1\nok 1 - %zu seeds, %llu inputs made from them\n", fuzz.seeds, (unsigned long long)rounds);
    for (size_t i = 0; i < fuzz.seeds; i++)
        buf_finish(&fuzz.seed[i]);
    buf_finish(&fuzz.input);
    memory_release(fuzz.seed);
    return 0;
}
