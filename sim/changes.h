/* changes: what is laid over a scenario and over the law before they are loaded, in order: settings (sim/setting.h)
 * and reforms (sim/reform.h). A change of the world is a patch of the scenario, one of the law an overlay of the book,
 * a reform may be both. */
#ifndef CHANGES_H
#define CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/book.h"
#include "sim/reform.h"
#include "sim/scenario.h"

enum { CHANGES_MAX = 66 };

/* All texts are borrowed: they must outlive the scenario and the book. */
struct changes {
    struct scenario_patch patch[CHANGES_MAX];
    struct book_overlay overlay[CHANGES_MAX];
    const char *patch_of[CHANGES_MAX], *overlay_of[CHANGES_MAX]; /* the reform's id, "" of a setting */
    size_t patches, overlays;
};

/* May `more` changes be added? Whoever adds asks first, and says it in words of its own. */
bool changes_fit(const struct changes *changes, size_t more);
/* A patch of the scenario, of the reform `id`, "" none. */
void changes_patch(struct changes *changes, const char *id, const char *source, const char *bytes, size_t length);
/* A setting in the words of --set; `source` is its name in messages; texts go to `arena`. 0, or -1 with errors. */
int changes_set(struct changes *changes, const char *words, const char *source, struct arena *arena,
                struct errs *errs);
/* One side of a reform. 0, or -1 with an error: a proposal has nothing to undo. */
int changes_reform(struct changes *changes, const struct reform *reform, enum reform_side side, struct errs *errs);
/* Takes back what a reform of the id laid over; false when none did. */
bool changes_take_back(struct changes *changes, const char *id);

#endif
