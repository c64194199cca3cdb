/* fuzz: what the fuzz targets share. A target takes any bytes and must neither crash nor hang; what it refuses, it
 * must refuse in words. With clang and -Dfuzz=enabled each is a libFuzzer program; the tests run each with the
 * driver of tests/fuzz_main.c, which changes seeds by the program's own draws. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

struct book;
struct errs;

/* libFuzzer's own name for it; 0: fine. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Every mistake can be shown: as text, and as JSON that our own reader takes. `failed`: something was refused, so
 * there must be one. */
void fuzz_look_at(const struct errs *errs, int failed);

/* The built-in data, loaded once. */
const struct book *fuzz_book(void);

#endif
