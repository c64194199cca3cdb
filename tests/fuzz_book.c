/* fuzz_book: the built-in data for targets that need them; a target is called with bytes only, so they live here. */
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "tests/fuzz.h"

const struct book *fuzz_book(void)
{
    static struct book book;
    if (book.files == 0) {
        struct errs errs = {0};
        int got = book_load(&book, NULL, 0, &errs);
        check(got == 0 && book.files > 0);
    }
    return &book;
}
