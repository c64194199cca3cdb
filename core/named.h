/* named: what an enumerator is called: its id in files, its name in en and zh. */
#ifndef NAMED_H
#define NAMED_H

enum lang { LANG_UNSET, LANG_EN, LANG_ZH };

/* A table of them is indexed by the enumerators; [0] is "unset". */
struct named {
    const char *id, *en, *zh;
};

const char *named_in(const struct named *named, enum lang lang);
/* The index of an id among [1 … count - 1]; 0 when unknown. */
unsigned named_find(const struct named *named, unsigned count, const char *id);

#endif
