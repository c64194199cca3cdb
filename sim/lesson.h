/* lesson: a question about trade that participants answer before the simulation does: what is asked, the runs that
 * answer it, the figures to look at, what to talk about. Data (lessons/<id>.json), in English and Chinese. */
#ifndef LESSON_H
#define LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/json.h"
#include "sim/figure.h"

struct api;
struct errs;

enum { LESSON_ARMS_MAX = 8, LESSON_FIGURES_MAX = 16, LESSON_CHOICES_MAX = 8, LESSON_TESTS_MAX = 8 };

/* A figure of an arm, a number, or the difference or quotient of two. Written "arm.figure - arm.figure". */
struct lesson_term {
    struct {
        bool is_number;
        unsigned arm, figure;
        int64_t number;
    } side[2];
    char sign; /* '-', '/', 0: one side only */
};

/* What must hold for a choice to be right: less, or less or equal, between two terms. */
struct lesson_test {
    struct lesson_term small, big;
    bool or_equal;
};

struct lesson_figure {
    const char *id, *path, *per; /* per: the path of what it is divided by, NULL: nothing */
    const cJSON *node;
    enum figure_unit unit;
};

struct lesson_choice {
    const char *id;
    const cJSON *node;
    struct lesson_test test[LESSON_TESTS_MAX];
    unsigned tests;
};

struct lesson {
    struct json json;
    const char *id;
    unsigned flow, minutes; /* flow: of the nine that the scenarios are numbered by */
    const cJSON *arm[LESSON_ARMS_MAX];
    struct lesson_figure figure[LESSON_FIGURES_MAX];
    struct lesson_choice choice[LESSON_CHOICES_MAX];
    unsigned arms, figures, choices; /* choices 0: a number is asked */
    unsigned answer;                 /* index of the choice that is said to be right */
    struct lesson_term number;
    int64_t least, most, right_from, right_to; /* of the number: what may be entered, what counts as right */
};

/* What the runs of a lesson gave. */
struct lesson_outcome {
    struct buf summary[LESSON_ARMS_MAX];
    int64_t value[LESSON_ARMS_MAX][LESSON_FIGURES_MAX]; /* millionths */
    bool is_idle[LESSON_ARMS_MAX][LESSON_FIGURES_MAX];  /* of a channel that nobody used: 0 tells nothing */
    unsigned currency;                                  /* base currency of the runs */
    int64_t number;                                     /* what was asked for, where a number was */
};

extern const struct json_field lesson_fields[]; /* for json_check and json_schema */

/* NULL with errors. The bytes and the name of their source must outlive the lesson. */
struct lesson *lesson_load(const char *source, const char *bytes, size_t length, struct errs *errs);
void lesson_free(struct lesson *lesson);
/* A built-in one by its id; NULL with an error that names the nearest. */
struct lesson *lesson_named(const char *id, struct errs *errs);
/* Calls `take` with each built-in lesson, by its number of flow. */
typedef void lesson_visit(void *self, const struct lesson *lesson);
void lesson_each(lesson_visit *take, void *self);

/* Runs all arms and takes their figures. A wrong figure and an arm that cannot run are errors, shown in the lesson.
 * 0, or -1; lesson_outcome_finish either way. */
int lesson_run(const struct lesson *lesson, struct api *api, struct lesson_outcome *outcome, struct errs *errs);
/* Do the runs give the answer that is said to be right, and no other? 0, or -1 with errors. */
int lesson_judge(const struct lesson *lesson, const struct lesson_outcome *outcome, struct errs *errs);
void lesson_outcome_finish(struct lesson_outcome *outcome);

/* A text of the lesson ({"en", "zh"}) with its {arm.figure} filled in; without an outcome they are left open: "…". */
void lesson_say(const struct lesson *lesson, const struct lesson_outcome *outcome, const cJSON *texts, enum lang lang,
                struct buf *out);
/* The answer in words: the choice, or the number with its unit. */
void lesson_say_answer(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang,
                       struct buf *out);
/* A figure of an arm as a person reads it. */
void lesson_say_value(const struct lesson *lesson, const struct lesson_outcome *outcome, unsigned arm, unsigned figure,
                      enum lang lang, struct buf *out);
/* The unit of the number that is asked for. */
enum figure_unit lesson_unit(const struct lesson *lesson);
/* Is what a participant entered right? `is_known` false: no such choice, or not a number within the bounds. */
bool lesson_is_right(const struct lesson *lesson, const char *prediction, bool *is_known);

/* As data for the page: all lessons; what is told before the runs; what is told after. */
void lesson_list_json(struct buf *out);
void lesson_ask_json(const struct lesson *lesson, struct buf *out);
void lesson_reveal_json(const struct lesson *lesson, const struct lesson_outcome *outcome, struct buf *out);

/* As text for a terminal: the question; with an outcome also the answer, the figures and what to discuss. */
void lesson_tell(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang, struct buf *out);
/* As a page to print: a sheet for participants and, behind it, one for the trainer. */
void lesson_handout(const struct lesson *lesson, const struct lesson_outcome *outcome, enum lang lang,
                    struct buf *out);

/* For what tells a lesson: the request of an arm, and as a command line that repeats it. */
void lesson_request(const struct lesson *lesson, unsigned arm, struct buf *out);
void lesson_command(const struct lesson *lesson, unsigned arm, struct buf *out);

#endif
